"""Corrects a report: one revision more, with its author and reason; what it replaces stays to be read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from services.visits.changing import allowed
from services.visits.commands import CorrectedNeed, CorrectVisit
from services.visits.desk import Decided, VisitDesk, settle
from services.visits.findings import Findings
from services.visits.lifecycle import next_state
from services.visits.need import Need, check_wanted_on
from services.visits.need_given import need_of
from services.visits.need_store import need_item, need_put
from services.visits.need_telling import need_facts
from services.visits.reported import WRONG, Inspected, inspect_report, report_of
from services.visits.reporting_visit import Reported
from services.visits.store import VisitFile
from services.visits.telling import corrected, entry_of, facts_of_needs
from services.visits.traces import alert_signal, previous_visit_on, summary_of, traces_of_correction
from services.visits.visit import Visit
from services.visits.visit_items import need_delete, report_put, visit_put
from shared.clock import PARIS
from shared.errors import Invalid
from shared.events import Event
from shared.idempotency import Request
from shared.identity import Caller
from shared.tables import Equals, Put, Write

ALERTED = (
    "Ce besoin a déclenché une alerte : il ne peut être ni retiré ni changé ici. "
    "Pour l’annuler ou le corriger, ouvrez l’alerte : /alertes/{}."
)
FOLLOWED = "Des suites ont été données à ce besoin : il ne peut plus être retiré. Clôturez-le depuis la page des besoins."
UNKNOWN_NEED = "Ce besoin n’est pas de cette visite."
TWICE = "Ce besoin est dit deux fois."


class Changed(NamedTuple):
    """What becomes of the needs of a visit."""

    kept: tuple[Need, ...]
    """All needs of the report as it is now, in its order; those that were there keep their ids."""
    fresh: tuple[Need, ...]
    replaced: tuple[Need, ...]
    """Those of before that are different now, or gone."""
    gone: tuple[Need, ...]

    @property
    def rewritten(self) -> list[Need]:
        """Those that were there, as they are now, where that is different."""
        before = {need.id for need in self.replaced}
        return [need for need in self.kept if need.id in before]

    def writes(self) -> list[Write]:
        """Nobody may have followed a need up since it was read: its state would be lost with what is rewritten."""
        return [
            *map(need_put, self.fresh),
            *(Put(need_item(need), (Equals({"actions": need.actions}),)) for need in self.rewritten),
            *(need_delete(need) for need in self.gone),
        ]

    def facts(self, visit: Visit) -> list[Event]:
        """What is new of the needs; an alert is raised by those that were forgotten, and not a second time by others."""
        again = [fact for need in self.rewritten for fact in need_facts(need)]
        return [*again, *facts_of_needs(visit, self.fresh)]


def correct_visit(visit_id: str, command: CorrectVisit, request: Request, caller: Caller, desk: VisitDesk) -> Reported:
    """Writes another revision of the report; raises NotFound, Forbidden, Conflict, Moved, Invalid.

    A need that has raised an alert, or was followed up, is not taken away here.
    """

    def decide(now: datetime) -> Decided[Reported]:
        before = allowed("correct", visit_id, command.expected_version, caller, desk)
        file = desk.store.file(before.territory_id, before.id)
        inspected = _inspected(command, file, caller, desk)
        after = _visit(command, before, inspected, now)
        changed = _changed(command, file, after, inspected, desk)
        after = after.model_copy(update=_counts(changed.kept))
        writes = _writes(command, before, after, changed, inspected, request, caller, desk)
        alert_ids = tuple(need.alert_id for need in changed.kept if need.alert_id)
        return Reported(visit_id=after.id, version=after.version, state=after.state, alert_ids=alert_ids), writes

    return settle(desk, request, Reported, decide)


def _inspected(command: CorrectVisit, file: VisitFile, caller: Caller, desk: VisitDesk) -> Inspected:
    """The report's own rules; the dates of its needs are those of the day on which they were first told."""
    first_told = file.reports[0].recorded_at.astimezone(PARIS).date()
    try:
        return inspect_report(command.report, file.visit, caller, desk, needs_from=first_told)
    except Invalid as error:
        raise Invalid(error.message, fields={f"/report{place}": text for place, text in error.fields.items()}) from None


def _visit(command: CorrectVisit, before: Visit, inspected: Inspected, now: datetime) -> Visit:
    after = inspected.head(command.report) | {
        "state": next_state("correct", before.state),
        "version": before.version + 1,
        "revision": before.revision + 1,
        "capteurs": command.report.capteurs or before.capteurs,
        "recorded_at": now,
    }
    return before.model_copy(update=after)


def _changed(command: CorrectVisit, file: VisitFile, after: Visit, inspected: Inspected, desk: VisitDesk) -> Changed:
    findings = Findings(WRONG)
    known = {need.id: need for need in file.needs}
    kept: list[Need] = []
    for position, given in enumerate(command.report.needs):
        place = f"/report/needs/{position}"
        if given.id is None:
            _check_fresh(given, place, desk, findings)
            kept.append(need_of(given, after, desk.new_id(after.recorded_at), inspected.occupations))
        elif given.id not in known:
            findings.add(f"{place}/id", UNKNOWN_NEED)
        elif given.id in {need.id for need in kept}:
            findings.add(f"{place}/id", TWICE)
        else:
            kept.append(_corrected(given, known[given.id], after, inspected, findings, place))
    now = {need.id: need for need in kept}
    gone = tuple(need for need in file.needs if need.id not in now)
    _refuse_losses(gone, findings)
    findings.conclude()
    return Changed(
        tuple(kept),
        tuple(need for need in kept if need.id not in known),
        tuple(need for need in file.needs if now.get(need.id) != need),
        gone,
    )


def _check_fresh(given: CorrectedNeed, place: str, desk: VisitDesk, findings: Findings) -> None:
    """An urgency that was forgotten begins today: its date is not to be over."""
    if given.recruitment is not None:
        with findings.at(f"{place}/recruitment/wanted_on"):
            check_wanted_on(given.recruitment.wanted_on, desk.today())


def _corrected(
    given: CorrectedNeed, known: Need, after: Visit, inspected: Inspected, findings: Findings, place: str
) -> Need:
    made = need_of(given, after, known.id, inspected.occupations)
    if known.recruitment != made.recruitment and known.alert_id:
        findings.add(f"{place}/recruitment", ALERTED.format(known.alert_id))
    standing = {"state": known.state, "actions": known.actions, "recorded_at": known.recorded_at}
    return made.model_copy(update=standing)


def _refuse_losses(gone: Sequence[Need], findings: Findings) -> None:
    for need in gone:
        if need.alert_id:
            findings.add("/report/needs", ALERTED.format(need.alert_id))
        elif need.actions:
            findings.add("/report/needs", FOLLOWED)


def _counts(needs: Sequence[Need]) -> dict[str, int]:
    return {"needs_count": len(needs), "alerts_count": sum(need.alert_id is not None for need in needs)}


def _writes(
    command: CorrectVisit,
    before: Visit,
    after: Visit,
    changed: Changed,
    inspected: Inspected,
    request: Request,
    caller: Caller,
    desk: VisitDesk,
) -> list[Write]:
    store = desk.store
    report = report_of(command.report, after, inspected, caller.member_id, command.reason)
    report = report.model_copy(update={"needs_before": changed.replaced})
    known = summary_of(store, after.territory_id, after.enterprise_id)
    facts = [
        corrected(after, report, changed.kept, previous_visit_on(after, known, store)),
        *changed.facts(after),
    ]
    urgent = sum(need.alert_id is not None for need in changed.fresh)
    return [
        visit_put(after, before),
        report_put(report, after),
        *changed.writes(),
        *traces_of_correction(after, known, store),
        *alert_signal(after, urgent, desk.today(), store),
        entry_of(after, facts, caller.member_id, request.key, desk.new_id),
    ]
