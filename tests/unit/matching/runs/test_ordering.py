"""Runs asked for: one a territory and a night, and those of a committee, each once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from services.matching.runs.deciding import Decided, Decisions, Ids
from services.matching.runs.ordering import Nights, Wanted, ask, order_of
from services.matching.runs.performing import perform
from services.matching.runs.record import Order
from services.matching.runs.scenario import Scenario
from shared.address_book import Membership, Role
from shared.clock import FixedClock
from shared.errors import Forbidden, Unavailable, Unreadable
from shared.idempotency import Request
from shared.identity import Caller
from shared.published import REGISTRY, Registry
from shared.tables import MemoryTable
from tests.unit.matching.runs.seeded import NOW, TERRITORY, Scene, at_risk, opening, scene


@dataclass
class Sent:
    """The fake: keeps messages, or refuses them."""

    bodies: list[tuple[str, str]] = field(default_factory=list)
    down: bool = False

    def send(self, body: str, *, delay_s: int = 0, group: str = "") -> None:
        del delay_s
        if self.down:
            raise Unavailable("La file ne répond pas.")
        self.bodies.append((group, body))

    def orders(self) -> list[Order]:
        return [order_of(body) for _, body in self.bodies]


def caller(role: Role = "coordinator") -> Caller:
    membership = Membership(
        territory_id=TERRITORY,
        territory_name="Val de Test",
        structure_id="s",
        structure_name="S",
        member_id="member-1",
        roles=(role,),
    )
    return Caller("subject-1", "member-1", membership)


def asked(stage: Scene, queue: Sent, minutes: int = 0, by: Caller | None = None, **said: Any) -> str:
    """The same request, so many minutes later."""
    request = Request.of(TERRITORY, "member-1", "request-1", "{}")
    return ask(Wanted(request, **said), by or caller(), NOW + timedelta(minutes=minutes), stage.desk.runs, queue)


def test_a_night_is_one_run_a_territory() -> None:
    """Each in its own group; started again on that day, the orders are those of the same runs."""
    book, queue, clock = MemoryTable(), Sent(), FixedClock(NOW)
    book.put_many([{"pk": REGISTRY, "sk": name} for name in ("a", "b")])
    nights = Nights(Registry(book), queue, clock)
    assert nights.start() == {"RunsOrdered": 2}
    clock.now_is += timedelta(hours=3)
    nights.start()
    assert [group for group, _ in queue.bodies] == ["a", "b", "a", "b"]
    first, again = queue.orders()[:2], queue.orders()[2:]
    assert first == again
    assert len({one.run_id for one in first}) == 2
    clock.now_is += timedelta(days=1)
    nights.start()
    assert queue.orders()[4].run_id > first[0].run_id


def test_a_request_that_comes_again_is_the_same_run() -> None:
    """Minutes later too; once it is done nothing more is sent."""
    stage, queue = scene(at_risk(1), opening(1)), Sent()
    run_id = asked(stage, queue)
    assert asked(stage, queue, 5) == run_id
    assert {one.run_id for one in queue.orders()} == {run_id}
    assert perform(queue.orders()[0], stage.desk).id == run_id
    sent = len(queue.bodies)
    assert asked(stage, queue, 9) == run_id
    assert len(queue.bodies) == sent


def test_a_request_cut_off_is_sent_by_its_repetition() -> None:
    """The queue was down: the same request, later, orders the run of its first instant."""
    stage, queue = scene(), Sent(down=True)
    with pytest.raises(Unavailable):
        asked(stage, queue)
    queue.down = False
    asked(stage, queue, 5)
    assert [one.asked_at for one in queue.orders()] == [NOW]


def test_only_the_coordination_orders_a_run() -> None:
    """A capteur reads runs, and does not order any."""
    with pytest.raises(Forbidden):
        asked(scene(), Sent(), by=caller("capteur"))


def test_what_is_asked_travels_whole() -> None:
    """Whose territory, by whom, with which decisions; a scenario makes it one."""
    queue, decisions = Sent(), Decisions((Decided("risk-001", "open-001"),), frozenset({Ids("risk-001", "open-002")}))
    asked(scene(), queue, decisions=decisions, scenario=Scenario(name="x", at_risk=(at_risk(2),)))
    (order,) = queue.orders()
    assert (order.kind, order.territory_id, order.asked_by) == ("scenario", TERRITORY, "member-1")
    assert (order.decisions, order.scenario) == (decisions, Scenario(name="x", at_risk=(at_risk(2),)))


@pytest.mark.parametrize("body", ["", "{}", '{"territory_id": "a", "kind": "weekly"}'])
def test_a_message_that_is_no_order_is_refused(body: str) -> None:
    """For good: trying again cannot help."""
    with pytest.raises(Unreadable):
        order_of(body)
