"""The forms that make a programme: prepare it, correct it, commit it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aws_lambda_powertools.event_handler import Response

from services.visits.programmes.commands import CommitProgramme, DraftProgramme, RedraftProgramme
from services.visits.programmes.committing import commit_programme
from services.visits.programmes.desk import Desk
from services.visits.programmes.draft_form import (
    Line,
    months_offered,
    read_draft_form,
    refused_form,
    values_of,
)
from services.visits.programmes.drafting import draft_programme, redraft_programme
from services.visits.programmes.months import month_of
from services.visits.programmes.performing import open_decision
from services.visits.programmes.programme import DECIDERS, MOST_TARGETS, Programme, sees_all
from services.visits.register.enterprise import SIZE_BANDS
from services.visits.site import VERSION, Site, expected_version
from shared.errors import Conflict, Invalid, VigieError
from shared.identity import Caller, require
from shared.web.flash import Flash
from shared.web.forms import Form
from shared.web.responses import redirect

KEPT = Flash("Le brouillon est enregistré : il n’engage encore personne.")
COMMITTED = Flash("Le programme est engagé. Sa liste est figée ; ses entreprises se réservent dans un instant.")


@dataclass(frozen=True)
class DecisionPages:
    """The pages; each refusal shows the form again with all that was typed."""

    site: Site
    desk: Desk

    def new(self) -> Response[str]:
        caller = self._decider()
        first = {"kind": "criteres", "months": "12", "per_month": "10", "first_month": month_of(self.site.today())}
        return self._draft_form(caller, Form(first))

    def draft(self) -> Response[str]:

        caller, fields = self._decider(), self.site.posted()
        try:
            command = DraftProgramme.model_validate(read_draft_form(fields, self._communes(caller)))
            programme_id = draft_programme(command, self.site.request(fields, caller), caller, self.desk)
        except Invalid as error:
            form, lines = refused_form(fields, error)
            return self._draft_form(caller, form, lines=lines, status=422)
        return redirect(f"/programmes/{programme_id}", flash=KEPT)

    def edit(self, programme_id: str) -> Response[str]:

        caller, programme = self._open(programme_id)
        return self._draft_form(caller, Form({**values_of(programme), VERSION: str(programme.version)}), programme)

    def redraft(self, programme_id: str) -> Response[str]:

        caller, programme = self._open(programme_id)
        fields = self.site.posted()
        try:
            draft = read_draft_form(fields, self._communes(caller))
            command = RedraftProgramme.model_validate({**draft, VERSION: expected_version(fields)})
            request = self.site.request(fields, caller)
            redraft_programme(command, programme_id, request, caller, self.desk)
        except Invalid as error:
            form, lines = refused_form(fields, error)
            return self._draft_form(caller, form, programme, lines, status=422)
        except Conflict as error:
            return moved(programme_id, error)
        return redirect(f"/programmes/{programme_id}", flash=KEPT)

    def commit(self, programme_id: str) -> Response[str]:

        caller, _ = self._open(programme_id)
        fields = self.site.posted()
        try:
            command = CommitProgramme(expected_version=expected_version(fields))
            commit_programme(command, programme_id, self.site.request(fields, caller), caller, self.desk)
        except (Conflict, Invalid) as error:
            return moved(programme_id, error)
        return redirect(f"/programmes/{programme_id}", flash=COMMITTED)

    def _draft_form(
        self,
        caller: Caller,
        form: Form,
        programme: Programme | None = None,
        lines: list[Line] | None = None,
        status: int = 200,
    ) -> Response[str]:

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
        structures = self.desk.book.directory(caller.territory_id).structures
        return sorted(((each.id, each.name) for each in structures), key=lambda pair: pair[1])

    def _communes(self, caller: Caller) -> Mapping[str, str]:
        return self.desk.register.communes(caller.territory_id)

    def _decider(self) -> Caller:
        caller = self.site.caller()
        require(caller, *DECIDERS)
        return caller

    def _open(self, programme_id: str) -> tuple[Caller, Programme]:
        caller = self.site.caller()
        return caller, open_decision(programme_id, caller, self.desk.store)


def moved(programme_id: str, error: VigieError) -> Response[str]:
    """Back to the programme as it is now, with what stood in the way."""
    return redirect(f"/programmes/{programme_id}", flash=Flash(error.message, "watch"))
