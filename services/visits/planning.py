"""Plans a visit and follows what becomes of the appointment: put off, declined, cancelled, or done."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.visits.changing import Change, change_visit
from services.visits.commands import CancelVisit, DeclineVisit, MarkDone, PlanVisit, RescheduleVisit
from services.visits.desk import Outcome, VisitDesk, settle
from services.visits.findings import Findings
from services.visits.lifecycle import next_state, require_may
from services.visits.telling import cancelled, declined, done, entry_of, planned, rescheduled
from services.visits.visit import Visit, check_planned_on, check_visited_on
from services.visits.visit_items import visit_put
from services.visits.visited_enterprise import EnterpriseFound, check_enterprise, find_enterprise
from services.visits.visiting_members import Structure, check_capteurs, structure_of
from shared.idempotency import Request
from shared.identity import Caller

WRONG = "La visite n’est pas encore planifiée : des informations sont à corriger."


def plan_visit(command: PlanVisit, request: Request, caller: Caller, desk: VisitDesk) -> Outcome:
    """Plans a visit of the caller's structure, or of any structure for the coordination; raises Forbidden, Invalid."""

    def decide(now: datetime) -> tuple[Outcome, list[Any]]:
        structure = structure_of(caller, command.structure_id, desk)
        require_may(caller, "plan", caller.territory_id, structure.id)
        _refuse_broken_rules(command, structure, caller, desk)
        found = find_enterprise(command, request, desk)
        visit = _visit(command, structure, found, caller, visit_id=desk.new_id(now), now=now)
        told = entry_of(visit, [planned(visit)], caller.member_id, request.key, desk.new_id)
        return Outcome(visit_id=visit.id, version=visit.version, state=visit.state), [visit_put(visit), told]

    return settle(desk, request, Outcome, decide)


def reschedule_visit(
    visit_id: str, command: RescheduleVisit, request: Request, caller: Caller, desk: VisitDesk
) -> Outcome:
    """Puts a visit off, to another day or to a day that is not known yet; raises as `change_visit`, Invalid."""
    findings = Findings(WRONG)
    changes: dict[str, Any] = {"planned_on": command.planned_on, "planned_at": None, "motive": command.motive}
    if command.planned_on is not None:
        with findings.at("/planned_on"):
            check_planned_on(command.planned_on, desk.today())
        changes |= {"day": command.planned_on, "planned_at": command.planned_at}
    elif command.planned_at is not None:
        findings.add("/planned_at", "Une heure ne va pas sans un jour.")
    findings.conclude()
    return change_visit(Change("reschedule", rescheduled, changes), visit_id, command, caller, desk, request=request)


def decline_visit(visit_id: str, command: DeclineVisit, request: Request, caller: Caller, desk: VisitDesk) -> Outcome:
    """Notes that the enterprise does not want to be visited; raises as `change_visit`."""
    changes = {"motive": command.motive}
    return change_visit(Change("decline", declined, changes), visit_id, command, caller, desk, request=request)


def cancel_visit(visit_id: str, command: CancelVisit, request: Request, caller: Caller, desk: VisitDesk) -> Outcome:
    """Gives a visit up; raises as `change_visit`."""
    changes = {"motive": command.motive}
    return change_visit(Change("cancel", cancelled, changes), visit_id, command, caller, desk, request=request)


def mark_done(visit_id: str, command: MarkDone, request: Request, caller: Caller, desk: VisitDesk) -> Outcome:
    """Notes that the visit took place, before there is a report of it; raises as `change_visit`, Invalid."""
    findings = Findings(WRONG)
    with findings.at("/visited_on"):
        check_visited_on(command.visited_on, desk.today())
    findings.conclude()
    changes = {"visited_on": command.visited_on, "day": command.visited_on}
    return change_visit(Change("mark_done", done, changes), visit_id, command, caller, desk, request=request)


def _refuse_broken_rules(command: PlanVisit, structure: Structure, caller: Caller, desk: VisitDesk) -> None:
    findings = Findings(WRONG)
    with findings.at("/planned_on"):
        check_planned_on(command.planned_on, desk.today())
    check_enterprise(command, findings)
    check_capteurs(command.capteurs, structure.id, caller, desk, findings)
    findings.conclude()


def _visit(
    command: PlanVisit, structure: Structure, found: EnterpriseFound, caller: Caller, *, visit_id: str, now: datetime
) -> Visit:
    own = caller.membership.structure_id == structure.id
    return Visit(
        id=visit_id,
        territory_id=caller.territory_id,
        version=1,
        state=next_state("plan", None),
        structure_id=structure.id,
        structure_name=structure.name,
        member_id=caller.member_id,
        capteurs=command.capteurs or ((caller.member_id,) if own else ()),
        enterprise_id=found.id,
        establishment=found.establishment,
        day=command.planned_on,
        planned=True,
        planned_on=command.planned_on,
        planned_at=command.planned_at,
        programme_id=command.programme_id,
        recorded_at=now,
    )
