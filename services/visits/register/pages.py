"""The pages of the register: search, one enterprise, its likely duplicates."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from services.visits.lifecycle import STATES
from services.visits.need_state import STATES as NEED_STATES
from services.visits.register.activities import division_of
from services.visits.register.desk import RegisterDesk
from services.visits.register.enterprise import SIZE_BANDS, SOURCES, Enterprise
from services.visits.register.history import history_of
from services.visits.register.places import choices
from services.visits.register.reading import open_enterprise, open_fiche
from services.visits.register.rights import MERGERS, READERS
from services.visits.register.search_page import FIELDS, SIZES, Found, search_page
from shared.errors import Invalid
from shared.identity import Caller, Identity, require
from shared.web.flash import Flash
from shared.web.forms import Form
from shared.web.rendering import Pages
from shared.web.requests import is_fragment, page_caller, page_frame, page_resolver, query
from shared.web.responses import page, redirect, show

if TYPE_CHECKING:
    from services.visits.register.add_form import AddForm
    from services.visits.register.contact_forms import ContactForms
    from services.visits.register.merge_forms import MergeForms

TEMPLATES = Path(__file__).parent.parent / "templates"
MOST_NAMED_COMMUNES = 600
"""Communes that the search proposes as one types: more would weigh more than the page."""
NOMENCLATURES = {
    "NAFRev2": "NAF rév. 2",
    "NAFRev1": "NAF rév. 1",
    "NAF1993": "NAF 1993",
    "NAP": "NAP",
    "NAF25": "NAF 2025",
}
NEED_TONES = {"met": "done", "reported": "watch", "rejected": "quiet", "no_solution": "late"}
MERGED = Flash("La fiche demandée est fusionnée avec celle-ci : c’est la même entreprise.", "info")


@dataclass(frozen=True)
class RegisterPages:
    """The routes; each one finds its caller, then asks a use case and shows the result."""

    app: APIGatewayHttpResolver
    pages: Pages
    desk: RegisterDesk
    identity: Identity
    public_url: str

    def search(self) -> Response[str]:
        caller = self.reader()
        typed = {name: query(self.app, name) for name in FIELDS}
        try:
            found = search_page(typed, query(self.app, "suite") or None, caller.territory_id, self.desk)
        except Invalid as error:
            return self._search(Form.from_error(typed, error), Found(asked=True), caller, 422)
        return self._search(Form(typed), found, caller)

    def propose(self) -> Response[str]:
        """The enterprises that begin as typed, each a link to the form of a visit to it: a fragment."""
        caller = self.reader()
        try:
            found = search_page({"q": query(self.app, "q")}, None, caller.territory_id, self.desk)
        except Invalid as error:
            return page(self.pages.render("register/proposed.html", found=Found(), message=error.message))
        return page(self.pages.render("register/proposed.html", found=found, message=""))

    def show(self, enterprise_id: str) -> Response[str]:
        caller = self.reader()
        enterprise = open_enterprise(enterprise_id, caller, self.desk)
        if enterprise.id != enterprise_id:
            return redirect(f"/entreprises/{enterprise.id}", flash=MERGED)
        return self.fiche(enterprise, caller, Form())

    def fiche(self, enterprise: Enterprise, caller: Caller, form: Form, status: int = 200) -> Response[str]:
        """The page of one enterprise; the form is that which undoes a merge."""
        fiche = open_fiche(enterprise, caller, self.desk)
        return self.render(
            "register/enterprise.html",
            status,
            f=form,
            key=self.key(form),
            fiche=fiche,
            enterprise=enterprise,
            history=history_of(fiche),
            may_merge=caller.has(*MERGERS),
            visit_states=STATES,
            need_states=NEED_STATES,
            need_tones=NEED_TONES,
            nomenclatures=NOMENCLATURES,
        )

    def new(self) -> Response[str]:
        return self._add_form().show()

    def add(self) -> Response[str]:
        return self._add_form().send()

    def duplicates(self) -> Response[str]:
        return self._merge_forms().list_duplicates()

    def compare(self, enterprise_id: str) -> Response[str]:
        return self._merge_forms().compare(enterprise_id)

    def merge(self, enterprise_id: str) -> Response[str]:
        return self._merge_forms().merge(enterprise_id)

    def undo(self, enterprise_id: str) -> Response[str]:
        return self._merge_forms().undo(enterprise_id)

    def contact(self, enterprise_id: str, contact_id: str) -> Response[str]:
        return self._contact_forms().show(enterprise_id, contact_id)

    def keep_contact(self, enterprise_id: str, contact_id: str) -> Response[str]:
        return self._contact_forms().keep(enterprise_id, contact_id)

    def end_contact(self, enterprise_id: str, contact_id: str, act: str) -> Response[str]:
        return self._contact_forms().end(enterprise_id, contact_id, act)

    def render(self, template: str, status: int = 200, **context: object) -> Response[str]:
        frame = page_frame(self.app)
        labels: dict[str, object] = {"bands": SIZE_BANDS, "sources": SOURCES, "division_of": division_of}
        return show(self.pages, template, frame, status=status, form_targets=(), **labels, **context)

    def reader(self) -> Caller:
        caller = page_caller(self.app, self.identity, self.desk.clock)
        require(caller, *READERS)
        return caller

    def key(self, form: Form) -> str:
        """One key a form shown: a double click is one effect."""
        return form.value("idempotency_key") or self.desk.new_id(self.desk.clock.now())

    def _search(self, form: Form, found: Found, caller: Caller, status: int = 200) -> Response[str]:
        # While somebody types, only the results are taken from the page: its list of communes is not read again.
        communes = {} if is_fragment(self.app) else self.desk.store.communes(caller.territory_id)
        return self.render(
            "register/search.html",
            status,
            f=form,
            found=found,
            communes=choices(communes) if len(communes) <= MOST_NAMED_COMMUNES else [],
            sizes=SIZES,
            may_merge=caller.has(*MERGERS),
        )

    def _add_form(self) -> AddForm:
        """Loaded when somebody acts: most requests only read."""
        from services.visits.register.add_form import AddForm  # noqa: PLC0415 - see above

        return AddForm(self)

    def _merge_forms(self) -> MergeForms:
        from services.visits.register.merge_forms import MergeForms  # noqa: PLC0415 - as above

        return MergeForms(self)

    def _contact_forms(self) -> ContactForms:
        from services.visits.register.contact_forms import ContactForms  # noqa: PLC0415 - as above

        return ContactForms(self)


def resolver(desk: RegisterDesk, identity: Identity, public_url: str) -> APIGatewayHttpResolver:
    """The routes over these services; nothing is called before a request comes."""
    pages = Pages(TEMPLATES)
    app = page_resolver(pages)
    register = RegisterPages(app, pages, desk, identity, public_url)
    app.get("/entreprises")(register.search)
    app.get("/entreprises/propositions")(register.propose)
    app.get("/entreprises/nouvelle")(register.new)
    app.post("/entreprises/nouvelle")(register.add)
    app.get("/entreprises/doublons")(register.duplicates)
    app.get("/entreprises/<enterprise_id>")(register.show)
    app.get("/entreprises/<enterprise_id>/doublons")(register.compare)
    app.post("/entreprises/<enterprise_id>/doublons")(register.merge)
    app.post("/entreprises/<enterprise_id>/separation")(register.undo)
    app.get("/entreprises/<enterprise_id>/contacts/<contact_id>")(register.contact)
    app.post("/entreprises/<enterprise_id>/contacts/<contact_id>")(register.keep_contact)
    app.post("/entreprises/<enterprise_id>/contacts/<contact_id>/<act>")(register.end_contact)
    return app
