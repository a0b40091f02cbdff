"""Reports a visit: one transaction for the visit, its report and needs, what it leaves, the facts and the answer to repeat."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.visits.commands import ReportVisit
from services.visits.desk import Decided, Outcome, VisitDesk, settle
from services.visits.lifecycle import REPORTERS, next_state, require_may
from services.visits.need import Need
from services.visits.need_given import needs_of
from services.visits.need_store import need_put
from services.visits.report import Report
from services.visits.reported import Inspected, inspect_report, report_of
from services.visits.telling import entry_of, report_facts
from services.visits.traces import alert_signal, previous_visit_on, summary_of, traces_of_report
from services.visits.visibility import require_reads
from services.visits.visit import Visit
from services.visits.visit_items import report_put, visit_put
from services.visits.visited_enterprise import find_enterprise
from shared.clock import day_in_paris
from shared.idempotency import Request
from shared.identity import Caller, require


class Reported(Outcome):
    """The answer to a report, the same each time that it is sent again."""

    alert_ids: tuple[str, ...] = ()


def report_visit(command: ReportVisit, request: Request, caller: Caller, desk: VisitDesk) -> Reported:
    """Records a visit that took place, planned before or not.

    Raises Forbidden; NotFound for a planned visit that is not the caller's to read; Conflict for one that is over; Invalid
    with a message for each JSON pointer.
    """
    require(caller, *REPORTERS)

    def decide(now: datetime) -> Decided[Reported]:
        planned = _planned(command, caller, desk)
        inspected = inspect_report(command, planned, caller, desk)
        before = dict(planned) if planned else _unplanned(command, request, caller, desk.new_id(now), desk)
        visit = _reported(before, command, inspected, caller, now)
        report = report_of(command, visit, inspected, caller.member_id)
        needs = needs_of(command.needs, visit, inspected.occupations, lambda: desk.new_id(now))
        return _answer(visit, needs), _writes(visit, planned, report, needs, desk, cause=request.key)

    return settle(desk, request, Reported, decide)


def _planned(command: ReportVisit, caller: Caller, desk: VisitDesk) -> Visit | None:
    """The visit that was planned, if one is named, of the structure that reports it."""
    if command.visit_id is None:
        return None
    visit = desk.store.visit(caller.territory_id, command.visit_id)
    require_reads(caller, visit)
    require_may(caller, "report", visit.territory_id, visit.structure_id)
    next_state("report", visit.state)
    return visit


def _unplanned(
    command: ReportVisit, request: Request, caller: Caller, visit_id: str, desk: VisitDesk
) -> dict[str, Any]:
    """What a visit that nobody planned begins with."""
    found, membership = find_enterprise(command, request, desk), caller.membership
    return {
        "id": visit_id,
        "territory_id": caller.territory_id,
        "version": 0,
        "structure_id": membership.structure_id,
        "structure_name": membership.structure_name,
        "capteurs": (caller.member_id,),
        "enterprise_id": found.id,
        "establishment": found.establishment,
    }


def _reported(
    before: dict[str, Any], command: ReportVisit, inspected: Inspected, caller: Caller, now: datetime
) -> Visit:
    after = inspected.head(command) | {
        "member_id": caller.member_id,
        "state": next_state("report", before.get("state")),
        "version": before["version"] + 1,
        "revision": 1,
        "capteurs": command.capteurs or before["capteurs"] or (caller.member_id,),
        "recorded_at": now,
    }
    return Visit.model_validate(before | after)


def _answer(visit: Visit, needs: Sequence[Need]) -> Reported:
    alert_ids = tuple(need.alert_id for need in needs if need.alert_id)
    return Reported(visit_id=visit.id, version=visit.version, state=visit.state, alert_ids=alert_ids)


def _writes(
    visit: Visit, planned: Visit | None, report: Report, needs: Sequence[Need], desk: VisitDesk, *, cause: str
) -> list[Any]:
    known = summary_of(desk.store, visit.territory_id, visit.enterprise_id)
    facts = report_facts(visit, report, needs, previous_visit_on(visit, known, desk.store))
    today = day_in_paris(visit.recorded_at)
    return [
        visit_put(visit, planned),
        report_put(report, visit),
        *map(need_put, needs),
        *traces_of_report(visit, known, desk.store),
        *alert_signal(visit, visit.alerts_count, today, desk.store),
        entry_of(visit, facts, visit.member_id, cause, desk.new_id),
    ]
