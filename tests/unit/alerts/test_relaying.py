"""Relaying: each new image of the table goes where it must, and the rest goes nowhere."""

from __future__ import annotations

import pytest

from services.alerts.deliveries.delivery import DeliveryState
from services.alerts.rules.commands import Acknowledge
from services.alerts.use_cases.returning import Answer, return_by_hand
from shared.errors import Unavailable
from shared.tables import Item
from tests.unit.alerts.fake_platform import TERRITORY, Platform


def stream(platform: Platform) -> None:
    """Gives the relay every item of the table, as the stream does."""
    for item in list(platform.table.items.values()):
        platform.relay.pass_on(item)


def test_the_events_of_a_decision_reach_the_bus_and_leave_the_outbox(platform: Platform) -> None:
    """What is published is no longer waiting."""
    platform.raised()
    stream(platform)
    assert [name for _, name, _ in platform.bus.published] == ["AlertRaised.v1"]
    assert platform.waiting() == []


def test_a_delivery_goes_to_the_queue_of_its_channel(platform: Platform) -> None:
    """E-mails with e-mails, texts with texts; the message names the delivery and says nothing of the person."""
    alert = platform.raised()
    stream(platform)
    (work,) = platform.queues["emails"].work
    assert (work.territory_id, work.alert_id) == (TERRITORY, alert.alert_id)
    assert work.sk == "DELIVERY#alert_raised#m-coord#email"
    assert [work.sk for work in platform.queues["texts"].work] == ["DELIVERY#alert_raised#m-coord#sms"]
    assert "example.org" not in repr(platform.queues["emails"].sent)


def test_a_broadcast_goes_to_the_queue_that_fans_it_out(platform: Platform) -> None:
    """One message a round, however many the partners."""
    alert = platform.raised()
    return_by_hand(platform.desk, platform.ask(alert), Answer("048KLTP", "Sofia Petit"))
    stream(platform)
    assert len(platform.queues["broadcasts"].work) == 1


def test_a_delivery_that_has_left_calls_for_nothing(platform: Platform) -> None:
    """Its new image comes through the stream too."""
    alert = platform.raised()
    for delivery in platform.sent(alert):
        platform.deliveries.replace(delivery, delivery.becoming(state=DeliveryState.SENT))
    stream(platform)
    assert platform.queues["emails"].sent == []


def test_alerts_audit_entries_and_keys_call_for_nothing(platform: Platform) -> None:
    """Most images of the table only keep something."""
    alert = platform.raised()
    platform.do(alert, Acknowledge)
    idle: list[Item] = [item for item in platform.table.items.values() if item.get("kind") not in {"delivery", "round"}]
    for item in idle:
        if "events" not in item:
            platform.relay.pass_on(item)
    assert platform.bus.published == []
    assert all(queue.sent == [] for queue in platform.queues.values())


def test_a_bus_that_does_not_answer_makes_the_stream_try_again(platform: Platform) -> None:
    """Raising is how a stream is asked for the same records again; nothing was lost."""
    platform.raised()
    platform.bus.stopped = True
    (item,) = [item for item in platform.table.items.values() if "events" in item]
    with pytest.raises(Unavailable):
        platform.relay.pass_on(item)
    assert len(platform.waiting()) == 1


def test_a_record_given_twice_is_two_hints_of_one_delivery(platform: Platform) -> None:
    """A hint makes somebody look: the delivery's own claim makes it leave once."""
    platform.raised()
    stream(platform)
    for item in platform.items("delivery"):
        platform.relay.pass_on(item)
    assert len({body for body, _ in platform.queues["emails"].sent}) == 1
