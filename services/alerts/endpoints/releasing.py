"""Lets out what waits for an endpoint: all of it, oldest first and not at once, when the endpoint is open; else a probe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.alerts.deliveries.delivering import Book
from services.alerts.deliveries.store import DeliveryStore
from services.alerts.deliveries.waiting_room import let_out
from services.alerts.endpoints.circuit import LONGEST_WAIT, PROBE, Gate, gate
from services.alerts.endpoints.endpoint import CLOSED_LOOKED_AT, ROOM_LOOKED_AT, Endpoint, met
from services.alerts.endpoints.endpoint_store import EndpointStore
from shared.address_book import Partner

A_MINUTE = 60
"""Deliveries let out in one minute, a second apart: a partner that has just come back is not flooded."""
APART = timedelta(seconds=1)
EVERY = timedelta(minutes=1)
_LEAVING = {Gate.OPEN: A_MINUTE, Gate.PROBE: 1, Gate.CLOSED: 0}


@dataclass(frozen=True)
class Release:
    """The sweep's look at one endpoint that is due."""

    endpoints: EndpointStore
    deliveries: DeliveryStore
    book: Book

    def look(self, territory_id: str, partner_id: str, now: datetime) -> Mapping[str, int]:
        """Lets out what may leave now, and says when to look again; returns counts for the metrics. Raises Unavailable."""
        known = self.endpoints.get(territory_id, partner_id)
        if known is None or known.look_at is None or known.look_at > now:
            return {}
        partner = self.book.directory(territory_id).partner(partner_id)
        is_left = partner is None or partner.channel != "webhook"
        found = known if is_left or partner is None else met(known, partner, now)
        state = Gate.OPEN if is_left or partner is None else _takes(found, partner, now)
        out = let_out_oldest(self.deliveries, territory_id, partner_id, _LEAVING[state], now)
        self.endpoints.replace(known, looked_at(found, state, out, now))
        return {"DeliveriesLetOut": out}


def let_out_oldest(deliveries: DeliveryStore, territory_id: str, partner_id: str, limit: int, now: datetime) -> int:
    """Lets out as many of a room, the oldest first and not at once; how many have left. Raises Unavailable."""
    chosen = deliveries.in_room(territory_id, partner_id, limit) if limit else []
    return sum(
        deliveries.replace(delivery, let_out(delivery, now + place * APART)) for place, delivery in enumerate(chosen)
    )


def _takes(endpoint: Endpoint, partner: Partner, now: datetime) -> Gate:
    """Nothing during a pause of the territory's file; an unverified address needs one message to be challenged before."""
    if partner.paused:
        return Gate.CLOSED
    state = gate(endpoint, now)
    return Gate.PROBE if endpoint.state == "pending" and state is Gate.OPEN else state


def looked_at(endpoint: Endpoint, state: Gate, out: int, now: datetime) -> Endpoint:
    """When to look again: in a minute until the room has stayed empty for a while, after the probe, or now and then."""
    if state is Gate.OPEN:
        until = now + ROOM_LOOKED_AT if out else endpoint.room_until or now
        again = now + EVERY if until > now else None
        return endpoint.becoming(look_at=again, room_until=until if again else None)
    if state is Gate.PROBE:
        return endpoint.becoming(look_at=now + (PROBE if out else LONGEST_WAIT))
    is_tried = endpoint.retry_at is not None and now < endpoint.retry_at
    closed_for_long = endpoint.state == "disabled" or endpoint.paused or not is_tried
    return endpoint.becoming(look_at=now + CLOSED_LOOKED_AT if closed_for_long else endpoint.retry_at)
