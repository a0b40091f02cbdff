"""Corrects a report: one revision more, with its author and reason; what it replaces stays to be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, NamedTuple

from services.visits.changing import allowed
from services.visits.commands import CorrectedNeed, CorrectVisit
from services.visits.desk import Decided, VisitDesk, settle
from services.visits.findings import Findings
from services.visits.lifecycle import next_state
from services.visits.need import Need, check_wanted_on
from services.visits.need_given import need_of
from services.visits.need_store import need_item, need_put
from services.visits.need_telling import need_facts
from services.visits.report import Report
from services.visits.reported import WRONG, Inspected, inspect_report, report_of
from services.visits.reporting_visit import Reported
from services.visits.store import VisitFile
from services.visits.telling import corrected, entry_of, urgent_facts
from services.visits.traces import alert_signal, previous_visit_on, summary_of, traces_of_correction
from services.visits.visit import Visit
from services.visits.visit_items import need_delete, report_put, visit_put
from services.visits.visited_enterprise import EnterpriseFound, corrected_enterprise
from shared.clock import day_in_paris
from shared.errors import Invalid
from shared.events import Event
from shared.idempotency import Request
from shared.identity import Caller
from shared.tables import Equals, Put, Write

ALERTED = (
    "Ce besoin a déclenché une alerte : il ne peut être ni retiré ni changé ici. "
    "Pour l’annuler ou le corriger, ouvrez l’alerte : /alertes/{}."
)
FOLLOWED = (
    "Des suites ont été données à ce besoin : il ne peut plus être retiré. Clôturez-le depuis la page des besoins."
)
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

    @property
    def raised(self) -> list[Need]:
        """Those that alert now and did not before."""
        alerted = {need.id for need in self.replaced if need.alert_id}
        return [need for need in (*self.rewritten, *self.fresh) if need.alert_id and need.id not in alerted]

    def writes(self) -> list[Write]:
        """Nobody may have followed a need up since it was read: its state would be lost with what is rewritten."""
        return [
            *map(need_put, self.fresh),
            *(Put(need_item(need), (Equals({"actions": need.actions}),)) for need in self.rewritten),
            *(need_delete(need) for need in self.gone),
        ]

    def facts(self, visit: Visit, report: Report) -> list[Event]:
        """What is new of the needs; no alert is raised a second time."""
        told = [fact for need in (*self.rewritten, *self.fresh) for fact in need_facts(need)]
        return [*told, *urgent_facts(visit, report, self.raised)]


def correct_visit(visit_id: str, command: CorrectVisit, request: Request, caller: Caller, desk: VisitDesk) -> Reported:
    """Writes another revision of the report; raises NotFound, Forbidden, Conflict, Moved, Invalid.

    A need that has raised an alert, or was followed up, is not taken away here.
    """

    def decide(now: datetime) -> Decided[Reported]:
        before = allowed("correct", visit_id, command.expected_version, caller, desk)
        file = desk.store.file(before.territory_id, before.id)
        inspected = _inspected(command, file, caller, desk)
        with _under_report():
            found = corrected_enterprise(command.report, before, request, desk)
        after = _visit(command, before, inspected, found, now)
        changed = _changed(command, file, after, inspected, desk)
        after = after.model_copy(update=_counts(changed.kept))
        report = report_of(command.report, after, inspected, caller.member_id, command.reason)
        writes = _writes(before, after, report, changed, desk, cause=request.key)
        alert_ids = tuple(need.alert_id for need in changed.kept if need.alert_id)
        return Reported(visit_id=after.id, version=after.version, state=after.state, alert_ids=alert_ids), writes

    return settle(desk, request, Reported, decide)


def _inspected(command: CorrectVisit, file: VisitFile, caller: Caller, desk: VisitDesk) -> Inspected:
    """The report's own rules; the dates of its needs are those of the day on which they were first told."""
    first_told = day_in_paris(file.reports[0].recorded_at)
    with _under_report():
        return inspect_report(command.report, file.visit, caller, desk, needs_from=first_told)


@contextmanager
def _under_report() -> Iterator[None]:
    """What is refused inside is told at the pointers of the correction as it was sent."""
    try:
        yield
    except Invalid as error:
        raise Invalid(error.message, fields={f"/report{place}": text for place, text in error.fields.items()}) from None


def _visit(command: CorrectVisit, before: Visit, inspected: Inspected, found: EnterpriseFound, now: datetime) -> Visit:
    after = inspected.head(command.report) | {
        "state": next_state("correct", before.state),
        "version": before.version + 1,
        "revision": before.revision + 1,
        "enterprise_id": found.id,
        "establishment": found.establishment,
        "capteurs": command.report.capteurs or before.capteurs,
        "recorded_at": now,
    }
    return before.model_copy(update=after)


def _changed(command: CorrectVisit, file: VisitFile, after: Visit, inspected: Inspected, desk: VisitDesk) -> Changed:
    """Pairs the needs by id; raises Invalid for what may not be changed or taken away here."""
    findings = Findings(WRONG)
    known = {need.id: need for need in file.needs}
    kept: dict[str, Need] = {}
    for position, given in enumerate(command.report.needs):
        place = f"/report/needs/{position}"
        before = known.get(given.id or "")
        _check_id(given, before, place, kept, findings)
        _check_post(given, before, place, desk.today(), findings)
        made = _made(given, before, after, inspected, desk)
        kept[made.id] = made
    gone = tuple(need for need in file.needs if need.id not in kept)
    _refuse_losses(gone, findings)
    findings.conclude()
    return Changed(
        tuple(kept.values()),
        tuple(need for need in kept.values() if need.id not in known),
        tuple(need for need in file.needs if kept.get(need.id) != need),
        gone,
    )


def _check_id(
    given: CorrectedNeed, before: Need | None, place: str, kept: Mapping[str, Need], findings: Findings
) -> None:
    if given.id is not None and before is None:
        findings.add(f"{place}/id", UNKNOWN_NEED)
    if given.id in kept:
        findings.add(f"{place}/id", TWICE)


def _check_post(given: CorrectedNeed, before: Need | None, place: str, today: date, findings: Findings) -> None:
    """What an alert was raised on is changed there; what raises one now begins today."""
    alerted = before.alert_id if before else None
    if alerted is None and given.recruitment is not None:
        with findings.at(f"{place}/recruitment/wanted_on"):
            check_wanted_on(given.recruitment.wanted_on, today)
    elif alerted and before and not _same_post(given, before):
        findings.add(f"{place}/recruitment", ALERTED.format(alerted))


def _same_post(given: CorrectedNeed, before: Need) -> bool:
    """Whether the post is as it was told; its labels are no part of what is sent."""
    if given.recruitment is None or before.recruitment is None:
        return False
    return all(getattr(before.recruitment, name) == value for name, value in given.recruitment)


def _made(given: CorrectedNeed, before: Need | None, after: Visit, inspected: Inspected, desk: VisitDesk) -> Need:
    """A need that was there keeps its id, the day it was told, and what was done about it."""
    if before is None:
        return need_of(given, after, desk.new_id(after.recorded_at), inspected.occupations)
    standing: dict[str, Any] = {"state": before.state, "actions": before.actions, "recorded_at": before.recorded_at}
    if before.alert_id and _same_post(given, before):
        standing["recruitment"] = before.recruitment
    return need_of(given, after, before.id, inspected.occupations).model_copy(update=standing)


def _refuse_losses(gone: Sequence[Need], findings: Findings) -> None:
    for need in gone:
        if need.alert_id:
            findings.add("/report/needs", ALERTED.format(need.alert_id))
        elif need.actions:
            findings.add("/report/needs", FOLLOWED)


def _counts(needs: Sequence[Need]) -> dict[str, int]:
    return {"needs_count": len(needs), "alerts_count": sum(need.alert_id is not None for need in needs)}


def _writes(
    before: Visit, after: Visit, report: Report, changed: Changed, desk: VisitDesk, *, cause: str
) -> list[Write]:
    store = desk.store
    report = report.model_copy(update={"needs_before": changed.replaced})
    known = summary_of(store, after.territory_id, after.enterprise_id)
    facts = [
        corrected(after, report, changed.kept, previous_visit_on(after, known, store)),
        *changed.facts(after, report),
    ]
    return [
        visit_put(after, before),
        report_put(report, after),
        *changed.writes(),
        *traces_of_correction(before, after, known, store),
        *alert_signal(after, len(changed.raised), desk.today(), store),
        entry_of(after, facts, report.author, cause, desk.new_id),
    ]
