"""What becomes of a correction that is sent: the form's fields, and the needs that it has none for, as they stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from services.visits.commands import CorrectVisit
from services.visits.correcting import correct_visit
from services.visits.correction_pages import carried
from services.visits.findings import Findings
from services.visits.form_fields import CHECKED, Fields
from services.visits.need import Need
from services.visits.site import expected_version
from services.visits.visit_form import MESSAGE, WITH, read_visit_form
from shared.clock import day_in_paris
from shared.errors import Invalid

if TYPE_CHECKING:
    from services.visits.report_pages import ReportPages
    from services.visits.store import VisitFile
    from services.visits.visit_form import VisitForm
    from shared.idempotency import Request
    from shared.identity import Caller

REASON = "Dites ce qui était faux, en quelques mots."
NOBODY = "Dites qui y était."


def correct(file: VisitFile, fields: Mapping[str, str], request: Request, caller: Caller, reports: ReportPages) -> None:
    """Writes the revision that the fields make; raises Invalid with the names of fields, Conflict, Forbidden, NotFound."""
    form, reason = _read(file, fields, caller, reports)
    kept = carried(file.needs, fields)
    report = {name: value for name, value in form.report.items() if name != "visit_id"}
    report["needs"] = [*form.report["needs"], *map(_again, kept)]
    blocks = replace(form, blocks=(*form.blocks, *("carried" for _ in kept)))
    said = {"expected_version": expected_version(fields), "reason": reason, "report": report}
    try:
        correct_visit(file.visit.id, CorrectVisit.model_validate(said), request, caller, reports.desk)
    except Invalid as error:
        raise blocks.beside(error) from error


def _read(file: VisitFile, fields: Mapping[str, str], caller: Caller, reports: ReportPages) -> tuple[VisitForm, str]:
    """The form and the reason; what is wrong with either is told at once."""
    desk, findings = reports.desk, Findings(MESSAGE)
    form = Fields(fields, findings)
    reason = form.line("reason", REASON)
    who = [name.removeprefix(WITH) for name in fields if name.startswith(WITH) and fields[name] == CHECKED]
    if not who:
        findings.add("capteurs", NOBODY)
    try:
        read = read_visit_form(
            {**fields, "visit_id": file.visit.id, "commune": file.visit.establishment.commune},
            desk.today(),
            desk.store.occupations(desk.clock.now()),
            reports.questionnaire(fields, caller),
            me=who[0] if who else caller.member_id,
            needs_from=day_in_paris(file.reports[0].recorded_at) if file.reports else None,
        )
    except Invalid as error:
        for name, message in error.fields.items():
            findings.add(name, message)
    findings.conclude()
    return read, reason


def _again(need: Need) -> dict[str, Any]:
    """A need as a command says it: without the words that were copied beside its codes."""
    return {
        "id": need.id,
        "theme": need.theme,
        "subject": need.subject,
        "urgency": need.urgency,
        "description": need.description,
        "recruitment": _without_labels(need.recruitment.model_dump()) if need.recruitment else None,
        "jobs_at_risk": [_without_labels(job.model_dump()) for job in need.jobs_at_risk],
        "openings": [_without_labels(opening.model_dump()) for opening in need.openings],
    }


def _without_labels(part: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in part.items() if not name.endswith("_label")}
