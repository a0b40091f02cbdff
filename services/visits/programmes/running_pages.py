"""The forms of a programme under way: another number of visits, the closing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from aws_lambda_powertools.event_handler import Response

from services.visits.findings import Findings
from services.visits.programmes.commands import LONGEST_REASON, CloseProgramme, ReviseQuota
from services.visits.programmes.committing import close_programme, revise_quota
from services.visits.programmes.decision_pages import moved
from services.visits.programmes.desk import Desk
from services.visits.programmes.forms import again, read_number, read_reason
from services.visits.programmes.months import month_of
from services.visits.programmes.performing import open_decision
from services.visits.programmes.programme import MOST_VISITS, Programme
from services.visits.programmes.wording import month_label
from services.visits.site import VERSION, Site, expected_version
from shared.errors import Conflict, Invalid
from shared.identity import Caller
from shared.web.flash import Flash
from shared.web.forms import Form, read_date
from shared.web.responses import redirect

REVISED = Flash("Le nouveau nombre de visites est enregistré. Les versions précédentes restent lisibles.")
CLOSED = Flash("Le programme est clos.")


@dataclass(frozen=True)
class RunningPages:
    """The pages; each refusal shows the form again with all that was typed."""

    site: Site
    desk: Desk

    def ask_revision(self, programme_id: str) -> Response[str]:
        _, programme = self._open(programme_id)
        today, current = self.site.today(), month_of(self.site.today())
        first = {
            "per_month": str(programme.per_month),
            "from_month": min(max(programme.first_month, current), programme.last_month),
            "decided_on-day": str(today.day),
            "decided_on-month": str(today.month),
            "decided_on-year": str(today.year),
        }
        return self._revision(programme, Form(first))

    def revise(self, programme_id: str) -> Response[str]:
        caller, programme = self._open(programme_id)
        fields = self.site.posted()
        request = self.site.request(fields, caller)
        try:
            revise_quota(_read_revision(fields), programme_id, request, caller, self.desk)
        except Invalid as error:
            errors = {name.removeprefix("/"): message for name, message in error.fields.items()}
            return self._revision(programme, again(fields, error, errors), 422)
        except Conflict as error:
            return moved(programme_id, error)
        return redirect(f"/programmes/{programme_id}", flash=REVISED)

    def ask_closing(self, programme_id: str) -> Response[str]:
        _, programme = self._open(programme_id)
        return self._closing(programme, Form())

    def close(self, programme_id: str) -> Response[str]:
        caller, programme = self._open(programme_id)
        fields = self.site.posted()
        request = self.site.request(fields, caller)
        try:
            command = CloseProgramme(reason=read_reason(fields), expected_version=expected_version(fields))
            close_programme(command, programme_id, request, caller, self.desk)
        except Invalid as error:
            return self._closing(programme, again(fields, error, error.fields), 422)
        except Conflict as error:
            return moved(programme_id, error)
        return redirect(f"/programmes/{programme_id}", flash=CLOSED)

    def _revision(self, programme: Programme, form: Form, status: int = 200) -> Response[str]:
        context = {
            "f": form,
            "key": self.site.key(form),
            "programme": programme,
            "months": [(month, month_label(month)) for month in programme.period],
            "longest": LONGEST_REASON,
        }
        return self.site.show("programmes/revision.html", context, status)

    def _closing(self, programme: Programme, form: Form, status: int = 200) -> Response[str]:
        context = {"f": form, "key": self.site.key(form), "programme": programme, "longest": LONGEST_REASON}
        return self.site.show("programmes/closing.html", context, status)

    def _open(self, programme_id: str) -> tuple[Caller, Programme]:
        caller = self.site.caller()
        return caller, open_decision(programme_id, caller, self.desk.store)


def _read_revision(fields: dict[str, str]) -> ReviseQuota:
    findings = Findings("La révision n’est pas encore enregistrée.")
    read: dict[str, object] = {"from_month": fields.get("from_month", ""), VERSION: expected_version(fields)}
    with findings.at("per_month"):
        read["per_month"] = read_number(fields.get("per_month", ""), MOST_VISITS)
    with findings.at("decided_on"):
        read["decided_on"] = _read_day(fields)
    with findings.at("reason"):
        read["reason"] = _read_reason_field(fields)
    if len(fields.get("from_month", "")) != len("2026-11"):
        findings.add("from_month", "Choisissez un mois.")
    findings.conclude()
    return ReviseQuota.model_validate(read)


def _read_day(fields: dict[str, str]) -> date:
    try:
        return read_date(fields, "decided_on")
    except Invalid as error:
        raise Invalid(error.fields["decided_on"]) from None


def _read_reason_field(fields: dict[str, str]) -> str:
    try:
        return read_reason(fields)
    except Invalid as error:
        raise Invalid(error.fields["reason"]) from None
