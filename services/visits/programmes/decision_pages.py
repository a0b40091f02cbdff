"""The forms of who decides: prepare a programme, commit it, change its number of visits, close it.

What decides is loaded with the first form that is sent: most visits to a programme only read it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_lambda_powertools.event_handler import Response

from services.visits.programmes.months import month_of
from services.visits.programmes.programme import DECIDERS, MOST_TARGETS, Programme, decides, sees_all
from services.visits.programmes.store import ProgrammeStore
from services.visits.programmes.wording import described, month_label
from services.visits.register.enterprise import SIZE_BANDS
from services.visits.site import KEY, VERSION, Site, expected_version
from shared.address_book import AddressBook
from shared.errors import Conflict, Forbidden, Invalid
from shared.identity import Caller, require
from shared.web.flash import Flash
from shared.web.forms import Form
from shared.web.responses import redirect

if TYPE_CHECKING:
    from services.visits.programmes.draft_form import Line
    from services.visits.programmes.population import Register

PAGE = "/programmes/<programme_id>"
KEPT = Flash("Le brouillon est enregistré : il n’engage encore personne.")
COMMITTED = Flash("Le programme est engagé. Sa liste est figée ; ses entreprises se réservent dans un instant.")
REVISED = Flash("Le nouveau nombre de visites est enregistré. Les versions précédentes restent lisibles.")
CLOSED = Flash("Le programme est clos.")


@dataclass(frozen=True)
class DecisionPages:
    """The routes; each refusal shows the form again with all that was typed."""

    site: Site
    store: ProgrammeStore
    register: Register
    book: AddressBook

    def new(self) -> Response[str]:
        caller = self._decider()
        first = {"kind": "criteres", "months": "12", "per_month": "10", "first_month": month_of(self.site.today())}
        return self._draft_form(caller, Form(first))

    def draft(self) -> Response[str]:
        from services.visits.programmes import draft_form  # noqa: PLC0415 - see the module
        from services.visits.programmes.commands import DraftProgramme  # noqa: PLC0415
        from services.visits.programmes.drafting import draft_programme  # noqa: PLC0415

        caller, fields = self._decider(), self.site.posted()
        try:
            command = DraftProgramme.model_validate(draft_form.read_draft_form(fields, self._communes(caller)))
            programme_id = draft_programme(
                command,
                self.site.request(fields, caller),
                caller,
                store=self.store,
                register=self.register,
                book=self.book,
                clock=self.site.clock,
                new_id=self.site.new_id,
            )
        except Invalid as error:
            form, lines = draft_form.refused_form(fields, error)
            return self._draft_form(caller, form, lines=lines, status=422)
        return redirect(f"/programmes/{programme_id}", flash=KEPT)

    def edit(self, programme_id: str) -> Response[str]:
        from services.visits.programmes.draft_form import values_of  # noqa: PLC0415 - see the module

        caller, programme = self._open(programme_id)
        return self._draft_form(caller, Form({**values_of(programme), VERSION: str(programme.version)}), programme)

    def redraft(self, programme_id: str) -> Response[str]:
        from services.visits.programmes import draft_form  # noqa: PLC0415 - see the module
        from services.visits.programmes.commands import RedraftProgramme  # noqa: PLC0415
        from services.visits.programmes.drafting import redraft_programme  # noqa: PLC0415

        caller, programme = self._open(programme_id)
        fields = self.site.posted()
        try:
            draft = draft_form.read_draft_form(fields, self._communes(caller))
            command = RedraftProgramme.model_validate({**draft, VERSION: expected_version(fields)})
            request = self.site.request(fields, caller)
            redraft_programme(
                command,
                programme_id,
                request,
                caller,
                store=self.store,
                register=self.register,
                clock=self.site.clock,
            )
        except Invalid as error:
            form, lines = draft_form.refused_form(fields, error)
            return self._draft_form(caller, form, programme, lines, status=422)
        except Conflict as error:
            return _moved(programme_id, error)
        return redirect(f"/programmes/{programme_id}", flash=KEPT)

    def commit(self, programme_id: str) -> Response[str]:
        from services.visits.programmes.commands import CommitProgramme  # noqa: PLC0415 - see the module
        from services.visits.programmes.committing import commit_programme  # noqa: PLC0415

        caller, _ = self._open(programme_id)
        fields = self.site.posted()
        try:
            commit_programme(
                CommitProgramme(expected_version=expected_version(fields)),
                programme_id,
                self.site.request(fields, caller),
                caller,
                store=self.store,
                register=self.register,
                clock=self.site.clock,
                new_id=self.site.new_id,
            )
        except (Conflict, Invalid) as error:
            return _moved(programme_id, error)
        return redirect(f"/programmes/{programme_id}", flash=COMMITTED)

    def register_routes(self) -> None:
        """Adds the routes, the fixed addresses before those that hold an id."""
        from services.visits.programmes.running_pages import RunningPages  # noqa: PLC0415 - it knows this module

        app = self.site.app
        app.get("/programmes/nouveau")(self.new)
        app.post("/programmes/nouveau")(self.draft)
        app.get(f"{PAGE}/modifier")(self.edit)
        app.post(f"{PAGE}/modifier")(self.redraft)
        app.post(f"{PAGE}/engager")(self.commit)
        RunningPages(self.site, self.store).register_routes()

    def _draft_form(
        self,
        caller: Caller,
        form: Form,
        programme: Programme | None = None,
        lines: list[Line] | None = None,
        status: int = 200,
    ) -> Response[str]:
        from services.visits.programmes.draft_form import months_offered  # noqa: PLC0415 - see the module

        context = {
            "f": form,
            "key": self.site.key(form),
            "programme": programme,
            "lines": lines or [],
            "structures": self._structures(caller) if programme is None and sees_all(caller) else [],
            "own_structure": caller.membership.structure_name,
            "months": months_offered(month_of(self.site.today())),
            "bands": [(code, band.label) for code, band in SIZE_BANDS.items()],
            "most": MOST_TARGETS,
        }
        return self.site.show("programmes/draft.html", context, status)

    def _structures(self, caller: Caller) -> list[tuple[str, str]]:
        structures = self.book.directory(caller.territory_id).structures
        return sorted(((each.id, each.name) for each in structures), key=lambda pair: pair[1])

    def _communes(self, caller: Caller) -> Mapping[str, str]:
        return self.register.communes(caller.territory_id)

    def _decider(self) -> Caller:
        caller = self.site.caller()
        require(caller, *DECIDERS)
        return caller

    def _open(self, programme_id: str) -> tuple[Caller, Programme]:
        return open_decision(self.site, self.store, programme_id)


def open_decision(site: Site, store: ProgrammeStore, programme_id: str) -> tuple[Caller, Programme]:
    """Who asks, and the programme that they decide of; raises NotFound, Forbidden."""
    from services.visits.programmes.performing import open_programme  # noqa: PLC0415 - see the module

    caller = site.caller()
    programme = open_programme(programme_id, caller, store)
    if not decides(caller, programme.structure_id):
        raise Forbidden("Seuls le responsable de la structure et la coordination décident d’un programme.")
    return caller, programme


def _moved(programme_id: str, error: Conflict | Invalid) -> Response[str]:
    return redirect(f"/programmes/{programme_id}", flash=Flash(error.message, "watch"))
