"""Deliveries and rounds in the table: found when due, never written over somebody else's change, hinted at."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.alerts.deliveries.delivery import Attempt, Delivery, DeliveryState, Patience, claimed
from services.alerts.deliveries.hints import Hint, due_hint, stream_hint
from services.alerts.deliveries.rounds import Round
from services.alerts.deliveries.store import SWEPT_AFTER, DeliveryStore, creation
from services.alerts.deliveries.work import Work
from services.alerts.rules.alert import Proof
from services.alerts.rules.notices import Purpose
from shared.clock import from_text, to_text
from shared.tables import ConditionFailed, Item, MemoryTable
from tests.unit.alerts.delivery_scene import ALERT_ID, NOON, TERRITORY, delivery

MINUTE = timedelta(minutes=1)
SLOW = Patience(quiet=60 * MINUTE, schedule=())
ROUND = Round(
    territory_id=TERRITORY,
    alert_id=ALERT_ID,
    key="broadcast",
    purpose=Purpose.BROADCAST,
    audience="partners",
    sequence=3,
    created_at=NOON,
    moved_at=NOON,
)


def stored(*things: Delivery | Round) -> tuple[MemoryTable, DeliveryStore]:
    """A table that holds these."""
    table = MemoryTable()
    table.write(*map(creation, things))
    return table, DeliveryStore(table)


def due_items(table: MemoryTable, minutes: float) -> list[Item]:
    """What the sweep finds so many minutes after noon."""
    return table.query(f"T#{TERRITORY}", index="due", up_to=to_text(NOON + minutes * MINUTE) + "~").items


def test_a_delivery_comes_back_as_it_went() -> None:
    """Attempts, proof, instants and flags survive the table."""
    rich = delivery(
        attempts=(Attempt(at=NOON, verdict="later", status=503, answer="…"),),
        proof=Proof(sha256="a" * 64, key="k"),
        possible_duplicate=True,
        follows="DELIVERY#x#y#email",
    )
    _, store = stored(rich)
    assert store.get(TERRITORY, ALERT_ID, rich.sk) == rich
    assert store.of_alert(TERRITORY, ALERT_ID) == (rich,)


def test_a_delivery_that_waits_costs_one_unit_to_write() -> None:
    """An item under one kilobyte is one write unit: what is at its default is not stored."""
    table, _ = stored(delivery())
    (item,) = table.items.values()
    assert len(repr(item).encode()) < 1024


def test_created_twice_a_delivery_exists_once() -> None:
    """Its key is its identity."""
    table, _ = stored(delivery())
    with pytest.raises(ConditionFailed):
        table.write(creation(delivery()))


def test_the_sweep_finds_a_delivery_whose_hint_was_lost() -> None:
    """The queues have two minutes, then the sweep takes over; a claim is looked at when it expires."""
    table, store = stored(delivery())
    assert due_items(table, 1.9) == []
    assert len(due_items(table, 2)) == 1
    store.replace(delivery(), claimed(delivery(), NOON, SLOW, 1, None))
    assert due_items(table, 61.9) == []
    assert len(due_items(table, 62)) == 1


@pytest.mark.parametrize("state", [state for state in DeliveryState if state.is_final])
def test_a_final_delivery_is_never_due(state: DeliveryState) -> None:
    """The index holds only what is to be done."""
    table, _ = stored(delivery(state=state))
    assert due_items(table, 10_000) == []


def test_a_change_since_the_reading_wins() -> None:
    """Nothing is written when the fence or the state has moved."""
    _, store = stored(delivery())
    taken = claimed(delivery(), NOON, SLOW, 1, None)
    assert store.replace(delivery(), taken)
    assert not store.replace(delivery(), taken)
    assert store.get(TERRITORY, ALERT_ID, taken.sk) == taken


def test_a_hint_that_leads_nowhere_comes_back_less_and_less_often() -> None:
    """Five minutes, ten, twenty, at most six hours: a poisoned delivery never floods its queue."""
    table, store = stored(delivery())
    now, waits = NOON + SWEPT_AFTER, []
    for _ in range(200):
        (item,) = table.query(f"T#{TERRITORY}", index="due").items
        store.postpone(item, now)
        (moved,) = table.query(f"T#{TERRITORY}", index="due").items
        waits.append((from_text(moved["due_sk"].partition("#")[0]) - now) / MINUTE)
    assert waits[:8] == [5, 10, 20, 40, 80, 160, 320, 360]
    assert waits[8:] == [360] * 192


def test_a_delivery_that_moves_is_no_longer_postponed() -> None:
    """A sweep that comes late changes nothing."""
    table, store = stored(delivery())
    (item,) = due_items(table, 5)
    store.replace(delivery(), claimed(delivery(), NOON, SLOW, 1, None))
    store.postpone(item, NOON + 5 * MINUTE)
    assert len(due_items(table, 62)) == 1


def test_another_territory_has_none_of_it() -> None:
    """The territory stands first in every key."""
    _, store = stored(delivery())
    assert store.get("ailleurs", ALERT_ID, delivery().sk) is None
    assert store.of_alert("ailleurs", ALERT_ID) == ()


def image(thing: Delivery | Round) -> Item:
    """The item as the stream shows it."""
    return creation(thing).item


@pytest.mark.parametrize(("channel", "queue"), [("email", "emails"), ("sms", "texts"), ("webhook", "webhooks")])
def test_each_channel_has_its_queue(channel: str, queue: str) -> None:
    """A hint holds the delivery's key and nothing else; a recipient's messages are one group, served as fairly as any."""
    wanted = delivery().becoming(channel=channel)
    hint = stream_hint(image(wanted), NOON)
    body = Work(territory_id=TERRITORY, alert_id=ALERT_ID, sk=wanted.sk).model_dump_json()
    assert hint == Hint(queue, body, 0, f"{TERRITORY}/{wanted.recipient_id}")  # type: ignore[arg-type]


def test_a_round_is_hinted_until_it_is_done() -> None:
    """Each page written calls for the next one."""
    hint = stream_hint(image(ROUND), NOON)
    assert hint
    assert hint.queue == "broadcasts"
    assert stream_hint(image(ROUND.advanced(None, 3, NOON)), NOON) is None


def test_a_short_wait_is_carried_by_the_queue_and_a_long_one_by_the_table() -> None:
    """Queues delay fifteen minutes at the most; seconds are rounded up, so that no hint comes early."""
    soon = delivery(state=DeliveryState.RETRYING, next_attempt_at=NOON + timedelta(seconds=4, milliseconds=1))
    hint = stream_hint(image(soon), NOON)
    assert hint
    assert hint.delay_s == 5
    assert stream_hint(image(soon.becoming(next_attempt_at=NOON + 16 * MINUTE)), NOON) is None


@pytest.mark.parametrize("state", [DeliveryState.CLAIMED, DeliveryState.SENT, DeliveryState.DEAD])
def test_what_is_claimed_or_final_calls_for_nothing(state: DeliveryState) -> None:
    """Only the expiry of a claim, found by the sweep, wakes it."""
    assert stream_hint(image(delivery(state=state, claimed_until=NOON + 62 * MINUTE)), NOON) is None
    expired = delivery(state=DeliveryState.CLAIMED, claimed_until=NOON)
    assert due_hint(image(expired), NOON + MINUTE).delay_s == 0


def test_a_postponement_by_the_sweep_is_no_news() -> None:
    """The sweep has sent the hint itself."""
    assert stream_hint({**image(delivery()), "reminders": 1}, NOON) is None


def test_other_items_of_the_table_call_for_nothing() -> None:
    """Alerts and notes pass by."""
    assert stream_hint({"pk": "T#x", "sk": "ALERT", "kind": "alert"}, NOON) is None
