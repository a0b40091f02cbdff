"""Deliveries that wait for their recipient: out of queues and sweeps, in the order of creation, until they are let out."""

from __future__ import annotations

from datetime import timedelta

from services.alerts.deliveries.delivery import KEPT_ATTEMPTS, Attempt, DeliveryState
from services.alerts.deliveries.hints import stream_hint
from services.alerts.deliveries.relevance import hindered
from services.alerts.deliveries.store import DeliveryStore, creation
from services.alerts.deliveries.waiting_room import let_out, parked
from services.alerts.endpoints.endpoint import watched
from services.alerts.endpoints.endpoint_store import EndpointStore
from services.alerts.rules.notices import Purpose
from shared.tables import MemoryTable
from tests.unit.alerts.delivery_scene import ALERT_ID, BOOK, CAP, NOON, PORTAL, TERRITORY, broadcast, delivery
from tests.unit.alerts.endpoint_scene import portal_endpoint
from tests.unit.alerts.fake_platform import Platform
from tests.unit.alerts.webhook_scene import OFFER

DAY = timedelta(days=1)
WAITING = parked(OFFER, DeliveryState.PAUSED, "En pause.")


def test_what_waits_is_neither_hinted_nor_swept_nor_due() -> None:
    """However long the outage lasts, it costs nothing."""
    table = MemoryTable()
    table.write(creation(WAITING))
    assert stream_hint(creation(WAITING).item, NOON) is None
    assert table.query(f"T#{TERRITORY}", index="due").items == []
    assert not WAITING.is_due(NOON + 365 * DAY)


def test_each_recipient_has_its_own_room_in_the_order_of_creation() -> None:
    """Whose turn comes first is whose message is the oldest, whenever it came in."""
    table = MemoryTable()
    store = DeliveryStore(table)
    for number, recipient in ((3, PORTAL), (1, PORTAL), (2, PORTAL), (0, CAP)):
        created = {"created_at": NOON + number * DAY, "key": f"k{number}", "recipient_id": recipient.id}
        table.write(creation(WAITING.becoming(**created)))
    assert [one.key for one in store.in_room(TERRITORY, PORTAL.id, 10)] == ["k1", "k2", "k3"]
    assert [one.key for one in store.in_room(TERRITORY, PORTAL.id, 2)] == ["k1", "k2"]
    assert [one.key for one in store.in_room(TERRITORY, CAP.id, 10)] == ["k0"]


def test_whoever_is_let_out_leaves_the_room_and_is_hinted() -> None:
    """The stream gives the hint: nothing else has to be remembered."""
    table = MemoryTable()
    store = DeliveryStore(table)
    table.write(creation(WAITING))
    out = let_out(WAITING, NOON + DAY)
    assert store.replace(WAITING, out)
    assert store.in_room(TERRITORY, PORTAL.id, 10) == []
    hint = stream_hint(table.get(*next(iter(table.items))) or {}, NOON + DAY)
    assert hint is not None
    assert (hint.queue, hint.delay_s) == ("webhooks", 0)


def test_what_failed_while_nothing_could_pass_is_kept_and_counts_no_more() -> None:
    """The schedule begins anew; of a long outage the latest attempts remain."""
    tried = WAITING.becoming(attempts=tuple(Attempt(at=NOON, verdict="later", fence=n) for n in range(40)))
    out = let_out(tried, NOON)
    assert out.attempts == ()
    assert [one.fence for one in out.earlier] == list(range(40))[-KEPT_ATTEMPTS:]


def test_a_correction_waits_in_the_same_room_behind_what_it_corrects() -> None:
    """It is not asked for every five minutes during five days."""
    correction = delivery(Purpose.CORRECTION, PORTAL.id, "webhook", key="correction_1", follows=OFFER.sk)
    waiting = hindered(correction, broadcast(), WAITING, BOOK, NOON)
    assert waiting is not None
    assert (waiting.parked, waiting.state) == (True, DeliveryState.RETRYING)


def test_what_strayed_from_its_room_is_found_again_and_asks_at_the_gate() -> None:
    """It stands in no index: it is let out, since nobody may look at the room any more; its worker parks it if need be."""
    table = MemoryTable()
    store = DeliveryStore(table)
    table.write(creation(WAITING))
    (item,) = table.items.values()
    del item["due_pk"], item["due_sk"]
    assert store.in_room(TERRITORY, PORTAL.id, 10) == []
    assert store.mend(TERRITORY, ALERT_ID) == 1
    (found,) = store.waiting(TERRITORY)
    assert (found.sk, found.parked, found.is_due(NOON)) == (WAITING.sk, False, True)
    assert store.mend(TERRITORY, ALERT_ID) == 0


def test_the_sweep_lets_out_with_everything_else_that_it_does() -> None:
    """No function of its own, no timer of its own: the endpoint is due like an alert."""
    platform = Platform()
    now, table = platform.clock.now(), platform.table
    assert EndpointStore(table).replace(None, watched(portal_endpoint(), now))
    table.write(creation(WAITING))
    assert platform.sweep.run()["DeliveriesLetOut"] == 1
    assert [one.parked for one in DeliveryStore(table).of_alert(TERRITORY, ALERT_ID)] == [False]
