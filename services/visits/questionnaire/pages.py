"""The pages of the questionnaire: what is in force, what is being prepared, what was asked before."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from services.visits.lifecycle import COORDINATION, REPORTERS
from services.visits.questionnaire.definition import KINDS
from services.visits.questionnaire.differences import SORTS, differences
from services.visits.questionnaire.draft_pages import DraftPages
from services.visits.questionnaire.publishing import Workshop
from services.visits.questionnaire.store import MOST_VERSION, Published, QuestionnaireStore
from shared.address_book import AddressBook
from shared.clock import Clock
from shared.errors import NotFound
from shared.identity import Caller, Identity, require
from shared.ids import new_id
from shared.web.forms import Form
from shared.web.rendering import Pages
from shared.web.requests import page_caller, page_frame, page_resolver, query
from shared.web.responses import show

TEMPLATES = Path(__file__).parents[1] / "templates"
PER_PAGE = 20
LONGEST_NUMBER = len(str(MOST_VERSION))


@dataclass(frozen=True)
class QuestionnairePages:
    """The routes that only read; those of the draft are apart."""

    app: APIGatewayHttpResolver
    pages: Pages
    workshop: Workshop
    book: AddressBook
    identity: Identity

    def overview(self) -> Response[str]:
        caller = self._caller()
        store, territory_id = self.workshop.store, caller.territory_id
        published = store.in_force(territory_id)
        draft = store.draft(territory_id) if caller.has(*COORDINATION) else None
        history = store.history(territory_id, PER_PAGE, query(self.app, "cursor") or None)
        return self._page(
            "questionnaire/overview.html",
            published=published,
            by=self._author(published, caller),
            edits=caller.has(*COORDINATION),
            draft=draft,
            changes=differences(published.questionnaire, draft.questionnaire) if draft else (),
            sorts=SORTS,
            versions=history.versions,
            next=f"/questionnaire?cursor={history.cursor}" if history.cursor else "",
            kinds=KINDS,
        )

    def version(self, number: str) -> Response[str]:
        caller = self._caller()
        known = number.isascii() and number.isdecimal() and len(number) <= LONGEST_NUMBER
        if not known:
            raise NotFound("Cette page n’existe pas.")
        published = self.workshop.store.publication(caller.territory_id, int(number))
        return self._page(
            "questionnaire/version.html", published=published, by=self._author(published, caller), kinds=KINDS
        )

    def preview(self) -> Response[str]:
        """The form as a capteur will see it: the draft for who prepares it, else what is in force."""
        caller = self._caller()
        store, territory_id = self.workshop.store, caller.territory_id
        draft = store.draft(territory_id) if caller.has(*COORDINATION) else None
        shown = draft.questionnaire if draft else store.current(territory_id)
        return self._page("questionnaire/preview.html", f=Form(), questionnaire=shown, is_draft=draft is not None)

    def _author(self, published: Published, caller: Caller) -> str:
        """Who published it, as long as they are a member; nobody for the one that is shipped."""
        if published.published_by is None:
            return ""
        member = self.book.directory(caller.territory_id).member(published.published_by)
        return member.name if member else ""

    def _page(self, template: str, **context: Any) -> Response[str]:
        return show(self.pages, template, page_frame(self.app), **context)

    def _caller(self) -> Caller:
        caller = page_caller(self.app, self.identity, self.workshop.clock)
        require(caller, *REPORTERS)
        return caller


def resolver(
    store: QuestionnaireStore, book: AddressBook, identity: Identity, clock: Clock, public_url: str
) -> APIGatewayHttpResolver:
    """The routes over these services; nothing is called before a request comes."""
    pages = Pages(TEMPLATES)
    app = page_resolver(pages)
    workshop = Workshop(store, clock, new_id)
    reading = QuestionnairePages(app, pages, workshop, book, identity)
    app.get("/questionnaire")(reading.overview)
    app.get("/questionnaire/versions/<number>")(reading.version)
    app.get("/questionnaire/apercu")(reading.preview)
    DraftPages(app, pages, workshop, identity, public_url).add_routes()
    return app
