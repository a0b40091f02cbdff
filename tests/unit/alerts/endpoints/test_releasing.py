"""What waits for an endpoint leaves: oldest first, a few a minute, and nobody is left behind."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime
from itertools import pairwise

import pytest

from services.alerts.deliveries.attempt import Report
from services.alerts.deliveries.delivery import DeliveryState
from services.alerts.endpoints import endpoint as rules
from services.alerts.endpoints.circuit import Gate, answered, gate, probed, withheld
from services.alerts.endpoints.endpoint import CLOSED_LOOKED_AT, MACHINE, ROOM_LOOKED_AT, Endpoint
from services.alerts.endpoints.releasing import A_MINUTE, APART, EVERY, Release, looked_at
from shared.tables import MemoryTable
from tests.unit.alerts.delivery_scene import NOON, PORTAL, TERRITORY
from tests.unit.alerts.endpoint_scene import Receiver, portal_endpoint, silent
from tests.unit.alerts.endpoints.outage import Outage


def paused_with(waiting: int) -> Outage:
    """A portal in pause for which so many messages wait, written in no order."""
    outage = Outage(Receiver(), rules.paused(portal_endpoint(), MACHINE, NOON))
    for number in sorted(range(waiting), key=lambda one: one * 7 % 11):
        outage.send(outage.meant(number))
    return outage


def resume(outage: Outage) -> None:
    """Somebody lifts the pause."""
    assert outage.endpoints.replace(outage.endpoint, rules.resumed(outage.endpoint, MACHINE, outage.now))


def test_a_recovered_partner_gets_its_backlog_oldest_first_and_one_a_second() -> None:
    """A server that has just come back is not thrown down again by what it has missed."""
    outage = paused_with(A_MINUTE + 5)
    resume(outage)
    assert outage.sweep() == {"DeliveriesLetOut": A_MINUTE}
    out = sorted((one for one in outage.webhooks() if not one.parked), key=lambda one: one.next_attempt_at)
    assert [one.key for one in out] == [f"broadcast_{number:03}" for number in range(A_MINUTE)]
    assert {later.next_attempt_at - earlier.next_attempt_at for earlier, later in pairwise(out)} == {APART}
    assert outage.sweep() == {}
    outage.clock.now_is = NOON + EVERY
    assert outage.sweep() == {"DeliveriesLetOut": 5}


def test_nothing_leaves_while_the_endpoint_is_closed_and_it_is_looked_at_now_and_then() -> None:
    """Paused for long: one look an hour, in case the partner has left webhooks."""
    outage = paused_with(3)
    outage.clock.now_is = NOON + CLOSED_LOOKED_AT
    assert outage.sweep() == {"DeliveriesLetOut": 0}
    assert outage.endpoint.look_at == NOON + 2 * CLOSED_LOOKED_AT
    assert len(outage.waiting()) == 3


def test_an_open_circuit_lets_out_one_message_at_a_time() -> None:
    """The others are not even looked at until it is known what became of it."""
    outage = Outage(Receiver(silent), portal_endpoint())
    for number in range(8):
        outage.send(outage.meant(number))
    outage.clock.now_is = outage.endpoint.retry_at or NOON
    assert outage.sweep() == {"DeliveriesLetOut": 1}
    assert outage.sweep() == {}


def test_a_worker_that_parks_late_is_found_all_the_same() -> None:
    """It read the record before the pause was lifted, and wrote after the room had been emptied."""
    outage = paused_with(0)
    late, stale = outage.meant(1), outage.endpoint
    resume(outage)
    assert outage.sweep() == {"DeliveriesLetOut": 0}
    assert outage.deliveries.replace(late, withheld(stale, late))
    outage.pass_on(ROOM_LOOKED_AT)
    assert outage.read(late).state is DeliveryState.SENT


def test_the_sweep_leaves_an_endpoint_alone_once_its_room_has_stayed_empty() -> None:
    """The look costs something, and nobody is there any more."""
    outage = paused_with(1)
    resume(outage)
    outage.pass_on(3 * ROOM_LOOKED_AT)
    assert (outage.endpoint.look_at, outage.endpoint.room_until) == (None, None)
    assert outage.sweep() == {}


def test_an_unknown_endpoint_is_nothing_to_look_at() -> None:
    """A hint that comes late does nothing."""
    outage = Outage(Receiver())
    assert Release(outage.endpoints, outage.deliveries, outage).look(TERRITORY, PORTAL.id, NOON) == {}
    assert outage.table.items == MemoryTable().items


def test_a_message_let_out_twice_leaves_once() -> None:
    """Two sweeps at the same minute: the second finds that it has moved."""
    outage = paused_with(1)
    resume(outage)
    other = Release(outage.endpoints, outage.deliveries, outage)
    room = outage.deliveries.in_room(TERRITORY, PORTAL.id, 1)
    assert outage.sweep() == {"DeliveriesLetOut": 1}
    assert other.look(TERRITORY, PORTAL.id, NOON) == {}
    assert not outage.deliveries.replace(room[0], room[0].becoming(parked=False))


@pytest.mark.parametrize("seed", range(20))
def test_whatever_happens_to_an_endpoint_somebody_looks_at_its_room_while_it_is_closed(seed: int) -> None:
    """No order of clicks, answers and sweeps leaves messages behind a door that nobody will open."""
    dice, endpoint, now = random.Random(seed), portal_endpoint(), NOON  # noqa: S311 - a seeded history, not a secret
    for _ in range(200):
        now += dice.choice((EVERY, CLOSED_LOOKED_AT / 7, 30 * CLOSED_LOOKED_AT))
        endpoint = dice.choice(HAPPENINGS)(endpoint, now)
        assert gate(endpoint, now) is Gate.OPEN or endpoint.look_at is not None


DOWN, GONE, TAKEN = (Report(verdict="later", status=503), Report(verdict="later", status=410), Report(verdict="sent"))
HAPPENINGS: list[Callable[[Endpoint, datetime], Endpoint]] = [
    *[lambda one, now: answered(one, DOWN, now)] * 5,
    lambda one, now: answered(probed(one, now), DOWN, now, probe=True) if gate(one, now) is Gate.PROBE else one,
    lambda one, now: probed(one, now) if gate(one, now) is Gate.PROBE else one,
    lambda one, now: answered(one, GONE, now),
    lambda one, now: answered(one, TAKEN, now),
    lambda one, now: rules.paused(one, MACHINE, now),
    lambda one, now: rules.resumed(one, MACHINE, now),
    lambda one, now: rules.disabled(one, "Fermée.", MACHINE, now),
    lambda one, now: rules.enabled(one, MACHINE, now),
    lambda one, now: rules.moved(one, f"https://nouveau.example/{now:%H%M}", MACHINE, now),
    lambda one, now: rules.verified(one, one.next_url or one.url, now),
    lambda one, now: looked_at(one, gate(one, now), 0, now),
    lambda one, now: looked_at(one, gate(one, now), 1, now),
]
