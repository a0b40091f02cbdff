"""The outbox: an event leaves if and only if its transaction was written, whatever befalls stream and bus."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from shared import outbox
from shared.clock import FixedClock
from shared.errors import Unavailable
from shared.events import Metadata, Recorded, parse
from shared.events.alerts import AlertAcknowledged, AlertReopened
from shared.ids import new_id
from shared.outbox import Outbox, StoppedBus
from shared.tables import Absent, ConditionFailed, Equals, Item, MemoryTable, Put

START = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
NORTH, SOUTH = "belfort-montbeliard-hericourt", "vallee-de-l-arve"


def acknowledged(event_id: str, territory_id: str, now: datetime) -> Recorded[AlertAcknowledged]:
    metadata = Metadata(
        id=event_id,
        occurred_at=now,
        recorded_at=now,
        territory_id=territory_id,
        actor="m-1",
        correlation_id="visit-1",
        causation_id="request-1",
        sequence=2,
    )
    return Recorded(metadata, AlertAcknowledged(alert_id="a-1", acknowledged_at=now, member_id="m-1"))


class World:
    """A table, its outbox and a bus that can be stopped."""

    def __init__(self) -> None:
        self.table = MemoryTable()
        self.bus = StoppedBus()
        self.outbox = Outbox(self.table, self.bus)
        self.clock = FixedClock(START)

    def say(self, event_id: str, territory_id: str = NORTH) -> Item:
        now = self.clock.now()
        put = outbox.entry(new_id(now), territory_id, [acknowledged(event_id, territory_id, now)], now)
        self.table.write(put)
        return put.item

    def published(self) -> list[str]:
        return [json.loads(detail)["metadata"]["id"] for _, _, detail in self.bus.published]

    def waiting(self) -> int:
        return sum(outbox.is_entry(item) for item in self.table.items.values())


def test_an_entry_carries_what_a_consumer_parses_back() -> None:
    """What is relayed parses, by its detail-type, into the very fact that was recorded."""
    world = World()
    world.outbox.relay(world.say("e-1"))
    ((source, detail_type, detail),) = world.bus.published
    assert source == "vigie.alerts"
    envelope = {"detail-type": detail_type, "detail": json.loads(detail)}
    assert parse(envelope, AlertAcknowledged) == acknowledged("e-1", NORTH, START)


def test_several_facts_of_one_transaction_leave_together_in_their_order() -> None:
    """One item holds the list, because a stream does not keep the order of the items of a transaction."""
    world = World()
    first = acknowledged("e-1", NORTH, START)
    second = Recorded(first.metadata, AlertReopened(alert_id="a-1", reason="still_needed", reopened_at=START))
    world.outbox.relay(outbox.entry(new_id(START), NORTH, [first, second], START).item)
    assert [name for _, name, _ in world.bus.published] == ["AlertAcknowledged.v1", "AlertReopened.v1"]


def test_a_relayed_item_is_gone_from_the_table() -> None:
    """The outbox partition holds exactly what is not yet out."""
    world = World()
    world.outbox.relay(world.say("e-1"))
    assert world.waiting() == 0


def test_the_same_stream_record_twice_publishes_twice_and_breaks_nothing() -> None:
    """A stream may give a record again: the event leaves again, the consumers know its id."""
    world = World()
    item = world.say("e-1")
    world.outbox.relay(item)
    world.outbox.relay(item)
    assert world.published() == ["e-1", "e-1"]


def test_a_refused_transaction_leaves_no_event() -> None:
    """State and event are one transaction: when the state is refused there is nothing to relay."""
    world = World()
    world.table.write(Put({"pk": "T#t#ALERT#1", "sk": "ALERT", "version": 3}, (Absent(),)))
    state = Put({"pk": "T#t#ALERT#1", "sk": "ALERT", "version": 3}, (Equals({"version": 2}),))
    with pytest.raises(ConditionFailed):
        world.table.write(state, outbox.entry("o-1", NORTH, [acknowledged("e-1", NORTH, START)], START))
    assert world.waiting() == 0


def test_a_stopped_bus_keeps_the_item() -> None:
    """A bus that does not answer is a reason to try again, and nothing is forgotten meanwhile."""
    world = World()
    world.bus.stopped = True
    item = world.say("e-1")
    with pytest.raises(Unavailable):
        world.outbox.relay(item)
    assert world.waiting() == 1


def test_the_sweep_leaves_to_the_stream_what_is_younger_than_five_minutes() -> None:
    """The stream relays at once; the sweep takes only what the stream should have taken."""
    world = World()
    world.say("e-1")
    assert world.outbox.sweep([NORTH], START + timedelta(minutes=4, seconds=59)) == 0
    assert world.outbox.sweep([NORTH], START + timedelta(minutes=5)) == 1
    assert world.published() == ["e-1"]


def test_the_sweep_goes_through_every_territory_and_every_page() -> None:
    """More items than a page holds, in two territories, all leave in one sweep and are counted."""
    world = World()
    for number in range(120):
        world.say(f"n-{number}", NORTH)
        world.clock.now_is += timedelta(milliseconds=2)
    world.say("s-1", SOUTH)
    assert world.outbox.sweep([NORTH, SOUTH], START + timedelta(hours=1)) == 121
    assert world.published() == [f"n-{number}" for number in range(120)] + ["s-1"]


def test_a_sweep_of_another_territory_publishes_nothing() -> None:
    """Each territory's outbox is a partition of its own."""
    world = World()
    world.say("e-1", NORTH)
    assert world.outbox.sweep([SOUTH], START + timedelta(hours=1)) == 0


def ticks(start: datetime, hours: int) -> Iterator[datetime]:
    return (start + timedelta(minutes=minute) for minute in range(0, hours * 60, 10))


def test_after_a_bus_down_for_thirty_hours_every_event_leaves_exactly_once_in_order() -> None:
    """The stream has forgotten (24 h), the sweep has not: nothing is lost or doubled."""
    world = World()
    world.bus.stopped = True
    said: list[str] = []
    refused = 0
    for tick in ticks(START, 30):
        world.clock.now_is = tick
        said.append(f"e-{len(said)}")
        with pytest.raises(Unavailable):  # the stream's chances: it forgets a record after 24 hours
            world.outbox.relay(world.say(said[-1]))
        try:
            world.outbox.sweep([NORTH], tick)
        except Unavailable:
            refused += 1
    assert world.waiting() == len(said) == 180
    assert refused == 179  # every sweep but the first, which finds nothing old enough
    assert world.published() == []

    world.bus.stopped = False
    counts = [world.outbox.sweep([NORTH], START + timedelta(hours=30, minutes=minute)) for minute in range(10)]

    assert world.published() == said
    assert sum(counts) == len(said)
    assert world.waiting() == 0


def test_a_bus_that_fails_again_midway_resumes_where_it_stopped() -> None:
    """What was taken before the relapse is not said again, the rest follows."""
    world = World()
    for number in range(5):
        world.say(f"e-{number}")
        world.clock.now_is += timedelta(seconds=1)
    world.outbox = Outbox(world.table, FailsOnce(world.bus, at=3))
    later = START + timedelta(hours=1)
    with pytest.raises(Unavailable):
        world.outbox.sweep([NORTH], later)
    assert world.published() == ["e-0", "e-1", "e-2"]
    assert world.outbox.sweep([NORTH], later) == 2
    assert world.published() == [f"e-{number}" for number in range(5)]


class FailsOnce:
    """A bus that refuses its call number `at` (from 0), then takes everything."""

    def __init__(self, bus: StoppedBus, at: int) -> None:
        self._bus = bus
        self._left = at

    def publish(self, entries: Sequence[tuple[str, str, str]]) -> None:
        self._left -= 1
        if self._left == -1:
            raise Unavailable("Le bus ne répond pas.")
        self._bus.publish(entries)


def test_only_outbox_items_are_taken_for_entries() -> None:
    """A stream also carries the other items of the table: they are not published."""
    assert not outbox.is_entry({"pk": "T#t#ALERT#1", "sk": "ALERT"})
    assert outbox.is_entry(outbox.entry("o-1", NORTH, [], START).item)
