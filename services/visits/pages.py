"""The pages of visits: the form, what follows from it, the list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from services.visits.need import CONTRACTS
from services.visits.offline import add_offline_routes
from services.visits.reading import open_file, visible_visits
from services.visits.reporting_visit import Reported, report_visit
from services.visits.store import VisitStore
from services.visits.visit import MODES, REPORTERS, sees_territory
from services.visits.visit_form import KEY, fingerprint_text, first_values, read_visit_form
from services.visits.wording import LINE_LENGTH
from shared.clock import PARIS, Clock
from shared.errors import Invalid
from shared.idempotency import Request
from shared.identity import Caller, Identity, require
from shared.ids import NewId, new_id
from shared.web.flash import Flash
from shared.web.forms import Form
from shared.web.rendering import Pages
from shared.web.requests import page_caller, page_frame, page_resolver, posted_form, query
from shared.web.responses import page, redirect, show

TEMPLATES = Path(__file__).parent / "templates"
SEARCH = "chercher"
PER_PAGE = 20
SPENT_KEYS = frozenset({"cle-idempotence", "cle-idempotence-reutilisee"})
SPENT = (
    "Ce formulaire a déjà servi : sa visite est peut-être enregistrée. "
    "Regardez la liste des visites avant d’envoyer celle-ci."
)
THANKS = "La visite est enregistrée."
ALERTED = "La visite est enregistrée et le coordinateur est prévenu."


@dataclass(frozen=True)
class VisitPages:
    """The routes; each one finds its caller, then asks a use case and shows the result."""

    app: APIGatewayHttpResolver
    pages: Pages
    store: VisitStore
    identity: Identity
    clock: Clock
    public_url: str
    new_id: NewId = new_id

    def new(self) -> Response[str]:
        self._reporter()
        return self._form(Form(first_values(self._today())))

    def report(self) -> Response[str]:
        caller = self._reporter()
        fields = posted_form(self.app, self.public_url)
        if SEARCH in fields:
            return self._form(Form(fields))
        try:
            reported = self._report(fields, caller)
        except Invalid as error:
            return self._refused(fields, error)
        flash = Flash(ALERTED if reported.alert_ids else THANKS)
        return redirect(f"/visites/{reported.visit_id}", flash=flash)

    def suggest(self) -> Response[str]:
        """The métiers for what is typed so far: a fragment of the form."""
        self._reporter()
        form = Form({"rome": query(self.app, "rome")[:LINE_LENGTH]})
        return page(self.pages.render("visits/occupations.html", f=form, proposed=self._proposed(form)))

    def show(self, visit_id: str) -> Response[str]:
        file = open_file(visit_id, self._caller(), self.store)
        return self._page("visits/visit.html", visit=file.visit, needs=file.needs, modes=MODES)

    def list_visits(self) -> Response[str]:
        caller = self._caller()
        shown = visible_visits(caller, self.store, PER_PAGE, query(self.app, "cursor") or None)
        return self._page(
            "visits/list.html",
            visits=shown.visits,
            next=f"/visites?cursor={shown.cursor}" if shown.cursor else "",
            modes=MODES,
            whose="" if sees_territory(caller) else caller.membership.structure_name,
        )

    def _report(self, fields: Mapping[str, str], caller: Caller) -> Reported:
        occupations = self.store.occupations(self.clock.now())
        request = Request.of(caller.territory_id, caller.member_id, fields.get(KEY), fingerprint_text(fields))
        try:
            command = read_visit_form(fields, self._today(), occupations)
        except Invalid:
            # Sent again after its dates are over: what was recorded then is answered, not judged anew.
            earlier = self.store.answer_to(request)
            if earlier is None:
                raise
            return Reported.model_validate(earlier)
        return report_visit(command, request, caller, store=self.store, clock=self.clock, new_id=self.new_id)

    def _refused(self, fields: Mapping[str, str], error: Invalid) -> Response[str]:
        """The form again with all that was typed; its key too, unless that key can serve no more."""
        if error.code in SPENT_KEYS:
            kept = {name: value for name, value in fields.items() if name != KEY}
            return self._form(Form(kept, message=SPENT), status=422)
        return self._form(Form.from_error(fields, error), status=422)

    def _form(self, form: Form, status: int = 200) -> Response[str]:
        return self._page(
            "visits/new.html",
            status,
            f=form,
            key=form.value(KEY) or self.new_id(self.clock.now()),
            proposed=self._proposed(form),
            modes=MODES,
            contracts=CONTRACTS,
            longest=LINE_LENGTH,
            author=self._reporter(),
        )

    def _page(self, template: str, status: int = 200, **context: object) -> Response[str]:
        return show(self.pages, template, page_frame(self.app), status=status, **context)

    def _proposed(self, form: Form) -> list[tuple[str, str]]:
        found = self.store.occupations(self.clock.now()).propose(form.value("rome"))
        return [(known.code, f"{known.code} {known.title}") for known in found]

    def _caller(self) -> Caller:
        return page_caller(self.app, self.identity, self.clock)

    def _reporter(self) -> Caller:
        caller = self._caller()
        require(caller, *REPORTERS)
        return caller

    def _today(self) -> date:
        return self.clock.now().astimezone(PARIS).date()


def resolver(store: VisitStore, identity: Identity, clock: Clock, public_url: str) -> APIGatewayHttpResolver:
    """The routes over these services; nothing is called before a request comes."""
    pages = Pages(TEMPLATES)
    app = page_resolver(pages)
    visits = VisitPages(app, pages, store, identity, clock, public_url)
    app.get("/visites")(visits.list_visits)
    app.get("/visites/nouvelle")(visits.new)
    app.post("/visites/nouvelle")(visits.report)
    app.get("/visites/occupations")(visits.suggest)
    app.get("/visites/<visit_id>")(visits.show)
    add_offline_routes(app)
    return app
