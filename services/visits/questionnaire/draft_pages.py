"""The pages where the coordination prepares the next version: every change is a plain form."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from services.visits.lifecycle import COORDINATION
from services.visits.questionnaire import editing
from services.visits.questionnaire.definition import KINDS, Questionnaire
from services.visits.questionnaire.differences import SORTS, differences
from services.visits.questionnaire.publishing import (
    MOVED,
    NO_DRAFT,
    Change,
    Workshop,
    change_draft,
    drop_draft,
    publish,
)
from services.visits.questionnaire.question_pages import QuestionPages
from services.visits.questionnaire.store import Draft, Published
from services.visits.wording import LINE_LENGTH
from shared.errors import Conflict, Invalid, NotFound
from shared.idempotency import Request
from shared.identity import Caller, Identity, require
from shared.typed import clean
from shared.web.flash import Flash
from shared.web.forms import Form
from shared.web.rendering import Pages
from shared.web.requests import page_caller, page_frame, posted_form
from shared.web.responses import redirect, show

HOME, DRAFT = "/questionnaire", "/questionnaire/brouillon"
KEY, REVISION = "idempotency_key", "revision"
SPENT_KEYS = frozenset({"cle-idempotence", "cle-idempotence-reutilisee"})
PUBLISHED = "La version {} est en vigueur : les nouveaux comptes rendus la suivent."
DROPPED = "Le brouillon est abandonné : rien n’a changé."
NO_TITLE = "Donnez un titre à la rubrique."
NO_REASON = "Dites pourquoi, en quelques mots : l’historique le garde."
TOO_LONG = f"Trop long : au plus {LINE_LENGTH} caractères."

Step = Callable[[Questionnaire, Questionnaire, str], Questionnaire]
STEPS: Mapping[str, Step] = {
    "up": lambda draft, _, name: editing.move_question(draft, name, -1),
    "down": lambda draft, _, name: editing.move_question(draft, name, 1),
    "remove": lambda draft, _, name: editing.remove_question(draft, name),
    "restore": editing.restore_question,
    "section-up": lambda draft, _, name: editing.move_section(draft, name, -1),
    "section-down": lambda draft, _, name: editing.move_section(draft, name, 1),
    "section-remove": lambda draft, _, name: editing.remove_section(draft, name),
}
"""What a button of the list does to the thing that it names: `up:headcount`."""


@dataclass(frozen=True)
class DraftPages:
    """The routes of the draft."""

    app: APIGatewayHttpResolver
    pages: Pages
    workshop: Workshop
    identity: Identity
    public_url: str

    def add_routes(self) -> None:
        """Declares them; the form of one question has its own."""
        app = self.app
        app.get(DRAFT)(self.show)
        app.post(DRAFT)(self.step)
        app.post(f"{DRAFT}/rubrique")(self.section)
        app.post(f"{DRAFT}/abandon")(self.drop)
        app.get(f"{HOME}/publication")(self.review)
        app.post(f"{HOME}/publication")(self.publish)
        QuestionPages(self).add_routes()

    def show(self) -> Response[str]:
        return self.shown(self.coordination(), Form())

    def step(self) -> Response[str]:
        """One button of the list: a question or a section up, down, away or back."""
        caller, fields = self.coordination(), self.posted()
        action, _, name = fields.get("do", "").partition(":")
        if action not in STEPS:
            raise NotFound("Cette action n’existe pas.")
        try:
            self.change(lambda draft, published: STEPS[action](draft, published, name), fields, caller)
        except (Conflict, NotFound) as error:
            return redirect(DRAFT, flash=Flash(error.message, "watch"))
        return redirect(f"{DRAFT}#{'rubrique' if action.startswith('section') else 'question'}-{name}")

    def section(self) -> Response[str]:
        """A new section, or a new title for one."""
        caller, fields = self.coordination(), self.posted()
        title, section_id = str(clean(fields.get("title", ""))), fields.get("section", "")
        try:
            _refuse_line("title", title, NO_TITLE)
            self.change(partial(_titled, section_id=section_id, title=title), fields, caller)
        except (Invalid, Conflict) as error:
            return self.shown(caller, Form.from_error(fields, error), status=error.status)
        return redirect(DRAFT, flash=Flash(f"La rubrique « {title} » est dans le brouillon."))

    def drop(self) -> Response[str]:
        caller, fields = self.coordination(), self.posted()
        drop_draft(fields.get(REVISION, ""), self.request(caller, fields), caller, self.workshop)
        return redirect(HOME, flash=Flash(DROPPED))

    def review(self) -> Response[str]:
        return self._review(self.coordination(), Form())

    def publish(self) -> Response[str]:
        caller, fields = self.coordination(), self.posted()
        reason = str(clean(fields.get("reason", "")))
        try:
            _refuse_line("reason", reason, NO_REASON)
            number = publish(fields.get(REVISION, ""), reason, self.request(caller, fields), caller, self.workshop)
        except (Invalid, Conflict) as error:
            return self._review(caller, Form.from_error(fields, error), status=error.status)
        return redirect(HOME, flash=Flash(PUBLISHED.format(number)))

    def shown(self, caller: Caller, form: Form, status: int = 200) -> Response[str]:
        published, draft = self.workshop.draft_of(caller.territory_id)
        questionnaire = draft.questionnaire if draft else published.questionnaire
        retired = editing.follow(published.questionnaire, questionnaire).retired
        return self.page(
            "questionnaire/draft.html",
            status,
            f=form,
            sections=[(section.id, section.title) for section in questionnaire.sections],
            questionnaire=questionnaire,
            retired=retired,
            number=published.questionnaire.version + 1,
            kinds=KINDS,
            **self._context(published, draft),
        )

    def _review(self, caller: Caller, form: Form, status: int = 200) -> Response[str]:
        published, draft = self.workshop.draft_of(caller.territory_id)
        if draft is None:
            return redirect(HOME, flash=Flash(NO_DRAFT, "watch"))
        number = draft.questionnaire.version
        return self.page("questionnaire/publish.html", status, f=form, number=number, **self._context(published, draft))

    def _context(self, published: Published, draft: Draft | None) -> dict[str, Any]:
        return {
            "has_draft": draft is not None,
            "revision": draft.revision if draft else "",
            "key": self.new_key(),
            "changes": differences(published.questionnaire, draft.questionnaire) if draft else (),
            "sorts": SORTS,
            "longest": LINE_LENGTH,
        }

    def change(self, change: Change, fields: Mapping[str, str], caller: Caller) -> str:
        """Changes the draft that the form was shown with; raises Conflict when it has moved."""
        after = fields.get(REVISION) or None
        try:
            return change_draft(change, after, self.request(caller, fields), caller, self.workshop)
        except Invalid as error:
            if error.code not in SPENT_KEYS:
                raise
            # Back, then another button of the same page: what it showed is no longer the draft.
            raise Conflict(MOVED, code="brouillon-modifie") from None

    def request(self, caller: Caller, fields: Mapping[str, str]) -> Request:
        content = json.dumps(sorted(fields.items()), ensure_ascii=False)
        return Request.of(caller.territory_id, caller.member_id, fields.get(KEY), content)

    def page(self, template: str, status: int = 200, **context: Any) -> Response[str]:
        return show(self.pages, template, page_frame(self.app), status=status, **context)

    def posted(self) -> dict[str, str]:
        return posted_form(self.app, self.public_url)

    def coordination(self) -> Caller:
        caller = page_caller(self.app, self.identity, self.workshop.clock)
        require(caller, *COORDINATION)
        return caller

    def new_key(self) -> str:
        return self.workshop.new_id(self.workshop.clock.now())


def _titled(draft: Questionnaire, _published: Questionnaire, *, section_id: str, title: str) -> Questionnaire:
    return editing.rename_section(draft, section_id, title) if section_id else editing.add_section(draft, title)


def _refuse_line(name: str, text: str, missing: str) -> None:
    if not text:
        raise Invalid(missing, fields={name: missing})
    if len(text) > LINE_LENGTH:
        raise Invalid(TOO_LONG, fields={name: TOO_LONG})
