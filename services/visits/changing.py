"""Changes a visit apart from its report: one conditional write of it, a line of its history, the fact to tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from services.visits.commands import OnVisit
from services.visits.desk import Outcome, VisitDesk, check_version, settle
from services.visits.lifecycle import Act, next_state, require_may
from services.visits.report import Move
from services.visits.telling import entry_of
from services.visits.visibility import require_reads
from services.visits.visit import Visit
from services.visits.visit_items import move_put, visit_put
from shared.events import Event
from shared.idempotency import Request
from shared.identity import Caller

Fact = Callable[[Visit, Visit], Event]
"""What is told of a visit: as it was, as it becomes."""


def change_visit(
    act: Act,
    visit_id: str,
    command: OnVisit,
    caller: Caller,
    desk: VisitDesk,
    *,
    request: Request,
    changes: Mapping[str, Any],
    fact: Fact,
) -> Outcome:
    """Carries out an act; raises NotFound, Forbidden, Conflict in a state that does not allow it, Moved."""

    def decide(now: datetime) -> tuple[Outcome, list[Any]]:
        before = allowed(act, visit_id, command.expected_version, caller, desk)
        state = next_state(act, before.state)
        moved = {"state": state, "version": before.version + 1, "recorded_at": now}
        after = before.model_copy(update={**changes, **moved})
        told = entry_of(after, [fact(before, after)], caller.member_id, request.key, desk.new_id)
        line = _line(act, after, command, caller)
        return Outcome(visit_id=after.id, version=after.version, state=state), [
            visit_put(after, before),
            move_put(line, after),
            told,
        ]

    return settle(desk, request, Outcome, decide)


def allowed(act: Act, visit_id: str, expected_version: int, caller: Caller, desk: VisitDesk) -> Visit:
    """The visit, if the caller may do this to it as it stands; raises NotFound, Forbidden, Moved."""
    visit = desk.store.visit(caller.territory_id, visit_id)
    require_reads(caller, visit)
    require_may(caller, act, visit.territory_id, visit.structure_id)
    check_version(visit, expected_version)
    return visit


def _line(act: Act, visit: Visit, command: OnVisit, caller: Caller) -> Move:
    return Move(
        version=visit.version,
        act=act,
        state=visit.state,
        member_id=caller.member_id,
        recorded_at=visit.recorded_at,
        motive=getattr(command, "motive", None),
        reason=getattr(command, "reason", None),
        planned_on=visit.planned_on,
        planned_at=visit.planned_at,
    )
