"""The page where a visit is planned: which enterprise, when, and who goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler import Response

from services.visits.findings import Findings
from services.visits.form_fields import Fields, date_fields
from services.visits.hours import read_hour
from services.visits.site import Site
from services.visits.visit import check_planned_on
from services.visits.visit_form import WITH, VisitForm, capteurs_of, enterprise_of
from services.visits.visit_subject import Subject, propose, subject_of
from services.visits.visiting_members import colleagues
from services.visits.wording import LINE_LENGTH
from shared.errors import Invalid, NotFound
from shared.web.flash import Flash
from shared.web.forms import Form
from shared.web.responses import redirect

if TYPE_CHECKING:
    from services.visits.commands import PlanVisit
    from services.visits.desk import VisitDesk
    from shared.identity import Caller

PLAN = "/visites/planifier"
WRONG = "La visite n’est pas encore planifiée : des informations sont à corriger."
PLANNED = Flash("La visite est planifiée.")
SEARCH = "chercher_entreprise"


@dataclass(frozen=True)
class PlanningPages:
    """The routes of planning."""

    site: Site
    desk: VisitDesk

    def ask(self) -> Response[str]:
        """The form; `?entreprise=` and `?programme=` come from the register and from a programme."""
        caller = self.site.reporter()
        asked = {"enterprise_id": self.site.asked("entreprise"), "programme_id": self.site.asked("programme")}
        tomorrow = date_fields("planned_on", self.desk.today() + timedelta(days=1))
        return self._form(Form(tomorrow | {name: value for name, value in asked.items() if value}), caller)

    def plan(self) -> Response[str]:
        """Plans it, then shows it."""
        from services.visits.planning import plan_visit  # noqa: PLC0415 - with the first form that is sent

        caller, fields = self.site.reporter(), self.site.posted()
        if SEARCH in fields:
            return self._form(Form(fields), caller)
        try:
            command = self._command(fields, caller)
            planned = plan_visit(command, self.site.request(fields, caller), caller, self.desk)
        except Invalid as error:
            return self._form(self.site.again(fields, VisitForm({}, ()).beside(error)), caller, error.status)
        return redirect(f"/visites/{planned.visit_id}", flash=PLANNED)

    def register(self) -> None:
        """Adds the routes."""
        self.site.app.get(PLAN)(self.ask)
        self.site.app.post(PLAN)(self.plan)

    def _command(self, fields: Mapping[str, str], caller: Caller) -> PlanVisit:
        from services.visits.commands import PlanVisit  # noqa: PLC0415 - with the first form that is sent

        findings = Findings(WRONG)
        form = Fields(fields, findings)
        said: dict[str, Any] = {
            **enterprise_of(form),
            "planned_on": form.day("planned_on", lambda day: check_planned_on(day, self.desk.today())),
            "capteurs": capteurs_of(form, caller.member_id),
            "programme_id": form.said("programme_id") or None,
        }
        with findings.at("planned_at"):
            said["planned_at"] = read_hour(form.said("planned_at"))
        findings.conclude()
        return PlanVisit.model_validate(said)

    def _form(self, form: Form, caller: Caller, status: int = 200) -> Response[str]:
        searched = SEARCH in form.values
        context = {
            "f": form,
            "key": self.site.key(form),
            "subject": None if searched else self._subject(form, caller),
            "found": propose(form.value("enterprise_name"), caller, self.desk) if searched else [],
            "colleagues": self._colleagues(caller),
            "longest": LINE_LENGTH,
        }
        return self.site.show("visits/plan.html", context, status)

    def _subject(self, form: Form, caller: Caller) -> Subject | None:
        try:
            return subject_of({**form.values, "visit_id": ""}, caller, self.desk)
        except NotFound:
            return None

    def _colleagues(self, caller: Caller) -> list[tuple[str, str]]:
        members = colleagues(caller.territory_id, caller.membership.structure_id, self.desk)
        return [(WITH + member.id, member.name) for member in members if member.id != caller.member_id]
