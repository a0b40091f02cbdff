"""What every use case of visits works with, and the one way in which each of them writes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from pydantic import BaseModel, ConfigDict

from services.visits.lifecycle import STATES, VisitState
from services.visits.register.store import RegisterStore
from services.visits.store import VisitStore
from services.visits.visit import Visit
from shared.address_book import AddressBook
from shared.clock import Clock, day_in_paris
from shared.errors import Conflict, Unavailable
from shared.idempotency import Request
from shared.ids import NewId, new_id
from shared.tables import ConditionFailed, Contended, Write

TRIES = 4
"""Writes of a command that somebody else's write crosses, each time after reading again."""


@dataclass(frozen=True)
class VisitDesk:
    """Where visits and enterprises are kept, who is who, what time it is, and new ids."""

    store: VisitStore
    register: RegisterStore
    book: AddressBook
    clock: Clock
    new_id: NewId = new_id

    def today(self) -> date:
        """The day in Paris."""
        return day_in_paris(self.clock.now())


class Outcome(BaseModel):
    """The answer to a command, the same each time that it is sent again."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    visit_id: str
    version: int = 1
    state: VisitState = "reported"


class Moved(Conflict):
    """The visit is no longer the one that the author of the command had read; `visit` is what it became."""

    def __init__(self, visit: Visit) -> None:
        super().__init__(
            f"La visite a changé entre-temps : elle est dans l’état « {STATES[visit.state]} », version {visit.version}. "
            "Relisez-la, puis recommencez.",
            code="version",
        )
        self.visit = visit


def check_version(visit: Visit, expected: int) -> None:
    """Raises Moved when the visit is at another version."""
    if visit.version != expected:
        raise Moved(visit)


A = TypeVar("A", bound=Outcome)
Decided = tuple[A, Sequence[Write]]


def settle(desk: VisitDesk, request: Request, kind: type[A], decide: Callable[[datetime], Decided[A]]) -> A:
    """Decides and writes in one transaction with the claim of the request; answers as before what was settled before.

    What somebody else has written since it was read is read again and decided again, a few times; raises what `decide`
    refuses, Contended or ConditionFailed when others are always faster, Unavailable when the table does not answer.
    """
    earlier = desk.store.answer_to(request)
    tries = TRIES
    while earlier is None:
        now, tries = desk.clock.now(), tries - 1
        answer, writes = decide(now)
        try:
            desk.store.write(request.claim(answer.model_dump(mode="json"), now), *writes)
        except (ConditionFailed, Unavailable) as failure:
            # The same command, sent twice at once: one of the two writes wins, and both tell its answer.
            earlier = desk.store.answer_to(request)
            if earlier is None and not (tries and isinstance(failure, ConditionFailed | Contended)):
                raise
        else:
            return answer
    return kind.model_validate(earlier)
