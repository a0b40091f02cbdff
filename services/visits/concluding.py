"""Concludes a visit: its report goes to the committee, or nothing follows."""

from __future__ import annotations

from services.visits.changing import Change, change_visit
from services.visits.commands import ConcludeVisit
from services.visits.desk import Outcome, VisitDesk
from services.visits.telling import closed, referred
from shared.idempotency import Request
from shared.identity import Caller


def refer_visit(visit_id: str, command: ConcludeVisit, request: Request, caller: Caller, desk: VisitDesk) -> Outcome:
    """Brings a reported visit before the committee, also one that was closed before; raises as `change_visit`."""
    return change_visit(Change("refer", referred), visit_id, command, caller, desk, request=request)


def close_visit(visit_id: str, command: ConcludeVisit, request: Request, caller: Caller, desk: VisitDesk) -> Outcome:
    """Closes a reported visit without follow-up; raises as `change_visit`."""
    return change_visit(Change("close", closed), visit_id, command, caller, desk, request=request)
