"""Asks for runs: every night one a territory, and those that a committee wants now; the queue carries them out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Protocol

from pydantic import ValidationError

from services.matching.jobs.seeing import DECIDERS
from services.matching.runs.deciding import NONE, Decisions
from services.matching.runs.record import Order
from services.matching.runs.scenario import Scenario
from services.matching.runs.store import RunStore
from shared.clock import Clock, day_in_paris, from_text, to_text
from shared.errors import Unreadable
from shared.idempotency import Request
from shared.identity import Caller, require
from shared.published import Registry
from shared.tables import ConditionFailed, Contended, Item

MACHINE = "start_runs"


class Sender(Protocol):
    """A queue."""

    def send(self, body: str, *, delay_s: int = 0, group: str = "") -> None:
        """One message of a group; raises Unavailable."""
        ...


@dataclass(frozen=True)
class Nights:
    """Orders the night's runs; ordered twice on one day, each is one run."""

    registry: Registry
    queue: Sender
    clock: Clock

    def start(self) -> Mapping[str, int]:
        """How many were ordered. Raises Unavailable when the queue does not take one: the next try orders all again."""
        day = day_in_paris(self.clock.now())
        asked_at = datetime.combine(day, time(), UTC)
        ordered = list(self.registry.territory_ids())
        for territory_id in ordered:
            send(
                Order(territory_id=territory_id, kind="nightly", asked_at=asked_at, asked_by=MACHINE, key=f"{day}"),
                self.queue,
            )
        return {"RunsOrdered": len(ordered)}


@dataclass(frozen=True)
class Wanted:
    """A committee's run, or a scenario where there is one, as somebody asks for it."""

    request: Request
    decisions: Decisions = NONE
    scenario: Scenario | None = None


def ask(wanted: Wanted, caller: Caller, now: datetime, runs: RunStore, queue: Sender) -> str:
    """The id of the run, the same when the same request comes again. Raises Forbidden, Invalid, Unavailable.

    Remembered before it is sent, and sent again with its first instant: cut off in between, nothing is lost nor run twice.
    """
    require(caller, *DECIDERS)
    order = Order(
        territory_id=caller.territory_id,
        kind="scenario" if wanted.scenario else "committee",
        asked_at=_first_asked(wanted.request, now, runs),
        asked_by=caller.member_id,
        key=wanted.request.key,
        decisions=wanted.decisions,
        scenario=wanted.scenario,
    )
    if runs.found(order.territory_id, order.run_id) is None:
        send(order, queue)
    return order.run_id


def order_of(body: str) -> Order:
    """What a message of the queue asks for; raises Unreadable."""
    try:
        return Order.model_validate_json(body)
    except ValidationError as error:
        raise Unreadable("Cette demande de calcul est illisible.") from error


def send(order: Order, queue: Sender) -> None:
    """One message, in its territory's group: a large territory does not keep the others waiting."""
    queue.send(order.model_dump_json(), group=order.territory_id)


def _first_asked(request: Request, now: datetime, runs: RunStore) -> datetime:
    """The instant at which the request first came."""
    answer = runs.answer_to(request) or _remembered(request, now, runs)
    return from_text(answer["asked_at"])


def _remembered(request: Request, now: datetime, runs: RunStore) -> Item:
    answer = {"asked_at": to_text(now)}
    try:
        runs.write(request.claim(answer, now))
    except (ConditionFailed, Contended):
        earlier = runs.answer_to(request)
        if earlier is None:
            raise
        return earlier
    return answer
