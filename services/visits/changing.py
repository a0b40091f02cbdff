"""Changes a visit apart from its report: one conditional write of it, a line of its history, the fact to tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from services.visits.commands import OnVisit
from services.visits.desk import Decided, Outcome, VisitDesk, check_version, settle
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


class Change(NamedTuple):
    """What an act does to a visit, and what is told of it."""

    act: Act
    fact: Fact
    values: Mapping[str, Any] = MappingProxyType({})


def change_visit(
    change: Change, visit_id: str, command: OnVisit, caller: Caller, desk: VisitDesk, *, request: Request
) -> Outcome:
    """Carries out an act; raises NotFound, Forbidden, Conflict in a state that does not allow it, Moved."""

    def decide(now: datetime) -> Decided[Outcome]:
        before = allowed(change.act, visit_id, command.expected_version, caller, desk)
        state = next_state(change.act, before.state)
        moved = {"state": state, "version": before.version + 1, "recorded_at": now}
        after = before.model_copy(update={**change.values, **moved})
        told = entry_of(after, [change.fact(before, after)], caller.member_id, request.key, desk.new_id)
        writes = [visit_put(after, before), move_put(_line(change.act, after, command, caller), after), told]
        return Outcome(visit_id=after.id, version=after.version, state=state), writes

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
