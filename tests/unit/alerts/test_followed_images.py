"""What the stream's follower is given: all that calls for a hint, and nothing that calls for none."""

from __future__ import annotations

from datetime import timedelta

import pytest

from infra.local.patterns import matches
from infra.stream_patterns import stream_patterns
from services.alerts.deliveries.delivery import DeliveryState
from services.alerts.deliveries.hints import stream_hint
from services.alerts.deliveries.store import creation
from services.alerts.service import SERVICE
from shared.aws.attributes import to_attributes
from shared.outbox import entry
from shared.tables import Item
from shared.topology import Follows
from tests.unit.alerts.delivery_scene import NOON, TERRITORY, delivery

(IMAGES,) = (one.trigger.images for one in SERVICE.functions if isinstance(one.trigger, Follows))
ENDS = NOON + timedelta(minutes=62)


def is_given(item: Item) -> bool:
    record = {"eventName": "MODIFY", "dynamodb": {"NewImage": to_attributes(item)}}
    return any(matches(pattern, record) for pattern in stream_patterns(IMAGES))


@pytest.mark.parametrize("state", DeliveryState)
def test_the_follower_is_given_every_delivery_that_calls_for_a_hint_and_no_other(state: DeliveryState) -> None:
    """A state that the filter forgot would leave each such delivery to the sweep."""
    item = creation(delivery(state=state, claimed_until=ENDS)).item
    assert is_given(item) == (stream_hint(item, NOON) is not None)


def test_the_follower_is_given_events_that_wait() -> None:
    """Without them nothing would leave for the bus before the sweep."""
    assert is_given(entry("1", TERRITORY, [], NOON).item)
