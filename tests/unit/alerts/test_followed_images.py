"""What the stream's follower is given: all that calls for a hint, and nothing that calls for none."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from infra.local.patterns import matches
from infra.stream_patterns import stream_patterns
from services.alerts.deliveries.delivery import Delivery, DeliveryState
from services.alerts.deliveries.hints import held_until, stream_hint
from services.alerts.deliveries.store import SWEPT_AFTER, DeliveryStore, creation
from services.alerts.service import SERVICE
from shared.aws.attributes import to_attributes
from shared.clock import from_text
from shared.outbox import entry
from shared.tables import Item, MemoryTable
from shared.topology import Follows
from tests.unit.alerts.delivery_scene import ALERT_ID, NOON, TERRITORY, delivery

(IMAGES,) = (one.trigger.images for one in SERVICE.functions if isinstance(one.trigger, Follows))
ENDS = NOON + timedelta(minutes=62)


def is_given(item: Item) -> bool:
    record = {"eventName": "MODIFY", "dynamodb": {"NewImage": to_attributes(item)}}
    return any(matches(pattern, record) for pattern in stream_patterns(IMAGES))


def held() -> Delivery:
    return delivery(state=DeliveryState.CLAIMED, claimed_until=ENDS)


@pytest.mark.parametrize("state", DeliveryState)
def test_the_follower_is_given_every_delivery_that_calls_for_a_hint_and_no_other(state: DeliveryState) -> None:
    """A state that the filter forgot would leave each such delivery to the sweep."""
    item = creation(delivery(state=state, claimed_until=ENDS)).item
    assert is_given(item) == (stream_hint(item, NOON) is not None)


def test_the_follower_is_given_events_that_wait() -> None:
    """Without them nothing would leave for the bus before the sweep."""
    assert is_given(entry("1", TERRITORY, [], NOON).item)


def sweep_place(table: MemoryTable) -> tuple[Item, datetime]:
    (item,) = table.query(f"T#{TERRITORY}", index="due").items
    return item, from_text(item["due_sk"].partition("#")[0])


def test_a_claim_stands_where_its_delivery_waited_until_the_sweep_finds_it_held() -> None:
    """A send that goes well moves nothing; one that dies is looked at when its claim ends, not before."""
    table, waiting = MemoryTable(), delivery()
    store = DeliveryStore(table)
    table.write(creation(waiting))
    assert store.replace(waiting, held())
    item, place = sweep_place(table)
    assert (place, held_until(item, place)) == (waiting.next_attempt_at + SWEPT_AFTER, ENDS)
    store.postpone(item, place)
    item, place = sweep_place(table)
    assert (place, held_until(item, place)) == (ENDS, None)
    assert store.get(TERRITORY, ALERT_ID, waiting.sk) == held()
