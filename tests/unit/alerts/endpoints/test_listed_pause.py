"""A pause that the territory's file says is the same pause as the endpoint's own: one room, one way out."""

from __future__ import annotations

import pytest

from services.alerts.deliveries.delivery import DeliveryState
from services.alerts.deliveries.work import Work
from services.alerts.endpoints import endpoint as rules
from services.alerts.endpoints.endpoint import CLOSED_LOOKED_AT, MACHINE, ROOM_LOOKED_AT, Endpoint
from shared.errors import Unavailable
from shared.tables import ConditionFailed, MemoryTable, Put, Write
from tests.unit.alerts.delivery_scene import ALERT_ID, BOOK, MISSION, NOON, PORTAL, TERRITORY
from tests.unit.alerts.endpoint_scene import Receiver, portal_endpoint, silent
from tests.unit.alerts.endpoints.outage import MINUTE, Outage


def listed(outage: Outage, *, paused: bool) -> None:
    """The territory's file says so from now on."""
    partner = PORTAL.model_copy(update={"paused": paused})
    outage.book = BOOK.model_copy(update={"partners": (MISSION, partner)})


def held(endpoint: Endpoint | None, messages: int = 3) -> Outage:
    """A partner in pause in the file, for whom so many messages are meant."""
    outage = Outage(Receiver(), endpoint)
    listed(outage, paused=True)
    for number in reversed(range(messages)):
        outage.send(outage.meant(number))
    return outage


@pytest.mark.parametrize("endpoint", [None, portal_endpoint()], ids=["never met", "verified"])
def test_it_parks_in_the_room_and_ends_in_order(endpoint: Endpoint | None) -> None:
    """Nothing is posted, not even a challenge; once the file lets go, the oldest leaves first, within the hour."""
    outage = held(endpoint)
    assert outage.waiting() == ["broadcast_000", "broadcast_001", "broadcast_002"]
    assert {(one.state, one.looked_at, one.attempts) for one in outage.webhooks()} == {(DeliveryState.PAUSED, None, ())}
    assert (outage.receiver.events, outage.endpoint.look_at) == ([], NOON + CLOSED_LOOKED_AT)
    outage.clock.now_is = NOON + CLOSED_LOOKED_AT
    assert outage.sweep() == {"DeliveriesLetOut": 0}
    outage.pass_on(2 * CLOSED_LOOKED_AT)
    assert (outage.receiver.events, len(outage.waiting())) == ([], 3)
    listed(outage, paused=False)
    outage.pass_on(CLOSED_LOOKED_AT + 5 * MINUTE)
    offers = [event["id"] for event in outage.receiver.events if event["type"] == "offer.broadcast.v1"]
    assert offers == [one.id for one in outage.webhooks()]


def test_the_file_s_pause_says_the_same_words_as_the_endpoint_s_own() -> None:
    """People are not told two stories about one pause."""
    own = Outage(Receiver(), rules.paused(portal_endpoint(), MACHINE, NOON))
    ours = held(portal_endpoint(), 1)
    assert ours.webhooks()[0].last_error == own.send(own.meant(0)).last_error


def test_an_open_circuit_does_not_probe_during_a_pause() -> None:
    """A partner that works on its server is not posted to; an hour passes between two looks, whatever the circuit says."""
    outage = Outage(Receiver(silent), portal_endpoint())
    for number in range(6):
        outage.send(outage.meant(number))
    posted = len(outage.receiver.events)
    listed(outage, paused=True)
    outage.pass_on(10 * MINUTE)
    assert len(outage.receiver.events) == posted
    assert outage.endpoint.look_at is not None
    assert outage.endpoint.look_at > outage.now + 10 * MINUTE


class Contested(MemoryTable):
    """A table in which somebody else is quicker at the endpoint's record."""

    def write(self, *writes: Write) -> None:
        if isinstance(writes[0], Put) and writes[0].item["sk"].startswith("ENDPOINT#"):
            raise ConditionFailed([0])
        super().write(*writes)


def test_a_message_is_parked_only_where_somebody_will_look_for_it() -> None:
    """The record cannot be made due: the queue gives the message again."""
    outage = Outage(Receiver(), table=Contested())
    listed(outage, paused=True)
    one = outage.meant(1)
    with pytest.raises(Unavailable):
        outage.worker.deliver(Work(territory_id=TERRITORY, alert_id=ALERT_ID, sk=one.sk))
    assert outage.read(one) == one


def test_a_look_that_is_near_is_put_off_so_that_it_sees_what_is_parked_meanwhile() -> None:
    """The sweep's last look at an open room and a worker that parks would otherwise miss each other."""
    near = portal_endpoint().becoming(look_at=NOON + ROOM_LOOKED_AT, room_until=NOON + ROOM_LOOKED_AT)
    assert held(near, 1).endpoint.look_at == NOON + CLOSED_LOOKED_AT
