"""Somebody has what is meant for a partner wait, then lets it leave; the sweep lets it out, oldest first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from services.alerts.deliveries.delivering import Book
from services.alerts.deliveries.pauses import Pause, PauseStore
from services.alerts.deliveries.store import DeliveryStore
from services.alerts.endpoints.endpoint import CLOSED_LOOKED_AT, ROOM_LOOKED_AT
from services.alerts.endpoints.releasing import A_MINUTE, EVERY, let_out_oldest
from services.alerts.rules.facts import Actor
from shared.errors import Unavailable
from shared.idempotency import Request

_READINGS = 4
"""Of a record that the sweep may be writing, before giving up for now."""


class PauseOrder(NamedTuple):
    """Who asks it, of which partner, in one request; whether they may is the caller's business."""

    territory_id: str
    partner_id: str
    by: Actor
    request: Request


def pause(store: PauseStore, order: PauseOrder, now: datetime) -> None:
    """What is meant for the partner waits, without a single error, until somebody resumes. Raises Unavailable."""

    def begun(found: Pause) -> Pause:
        return found.becoming(paused=True, by=order.by, at=now, look_at=now + CLOSED_LOOKED_AT)

    _changed(store, order, now, lambda found: found if found.paused else begun(found))


def resume(store: PauseStore, order: PauseOrder, now: datetime) -> None:
    """What has waited leaves, oldest first. Raises Unavailable."""

    def over(found: Pause) -> Pause:
        return found.becoming(paused=False, by=order.by, at=now, look_at=now, room_until=now + ROOM_LOOKED_AT)

    _changed(store, order, now, lambda found: over(found) if found.paused else found)


def _changed(store: PauseStore, order: PauseOrder, now: datetime, change: Callable[[Pause], Pause]) -> None:
    """Writes the change with the request's answer; the same request again changes nothing."""
    for _ in range(_READINGS):
        if store.answered(order.request):
            return
        found = store.get(order.territory_id, order.partner_id)
        never = Pause(territory_id=order.territory_id, partner_id=order.partner_id, paused=False, by=order.by, at=now)
        if store.replace(found, change(found or never), (order.request.claim({"done": True}, now),)):
            return
    raise Unavailable("Cette pause est en cours de modification : recommencez dans un instant.")


@dataclass(frozen=True)
class Lifting:
    """The sweep's look at one pause that is due."""

    pauses: PauseStore
    deliveries: DeliveryStore
    book: Book

    def look(self, territory_id: str, partner_id: str, now: datetime) -> Mapping[str, int]:
        """Lets out what may leave now, and says when to look again; returns counts for the metrics. Raises Unavailable.

        The pause of a partner who has gone, or who receives webhooks now, is over: an endpoint has its own.
        """
        known = self.pauses.get(territory_id, partner_id)
        if known is None or known.look_at is None or known.look_at > now:
            return {}
        partner = self.book.directory(territory_id).partner(partner_id)
        holds = known.paused and partner is not None and partner.channel != "webhook"
        limit = 0 if holds else A_MINUTE
        out = let_out_oldest(self.deliveries, territory_id, partner_id, limit, now)
        self.pauses.replace(known, looked_at(known, now, out, holds=holds))
        return {"DeliveriesLetOut": out}


def looked_at(known: Pause, now: datetime, out: int, *, holds: bool) -> Pause:
    """When to look again: now and then while it holds, then every minute until the room has stayed empty for a while."""
    if holds:
        return known.becoming(look_at=now + CLOSED_LOOKED_AT)
    until = now + ROOM_LOOKED_AT if out else known.room_until or now
    again = now + EVERY if until > now else None
    return known.becoming(paused=False, look_at=again, room_until=until if again else None)
