"""A person asks for messages to be sent again: one, those of a period, or only those that never arrived.

Nothing leaves from here: a delivery goes back to its queue, with what was tried before. A demand that is said twice, or that
two processes carry out at once, replays each delivery once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from services.alerts.deliveries.delivery import Delivery, DeliveryState, replayed
from shared.clock import Clock
from shared.errors import Conflict, NotFound
from shared.tables import can_exist

FURTHEST = timedelta(days=30)
"""How far back one may ask at once: who wants an older message again asks for that one."""
PER_PAGE = 100
"""Deliveries read at a time."""
APART = timedelta(seconds=1)
"""Between two of those that are replayed together: whoever has missed a hundred offers is not sent them all at once."""
MOST_PAGES = 10
"""For one click: what is beyond is asked for by another."""


class Ledger(Protocol):
    """Where deliveries live."""

    def get(self, territory_id: str, alert_id: str, sk: str) -> Delivery | None: ...
    def replace(self, before: Delivery, after: Delivery) -> bool: ...


class History(Ledger, Protocol):
    """Where those of one alert, and those of one partner, are found again."""

    def page_of_alert(
        self, territory_id: str, alert_id: str, limit: int, cursor: str | None = None
    ) -> tuple[list[Delivery], str | None]: ...
    def of_recipient(
        self, territory_id: str, recipient_id: str, limit: int, cursor: str | None = None, up_to: datetime | None = None
    ) -> tuple[list[Delivery], str | None]: ...


class Wanted(NamedTuple):
    """What to send again to one partner: everything that left or failed in a period, or only what failed."""

    territory_id: str
    partner_id: str
    since: datetime
    until: datetime
    missed_only: bool = True

    def holds(self, delivery: Delivery) -> bool:
        """Whether it is to be sent again."""
        return delivery.created_at >= self.since and (is_missed(delivery) if self.missed_only else can_replay(delivery))


class Found(NamedTuple):
    """How many deliveries, and where to go on; no cursor means that this is all."""

    number: int
    cursor: str | None


def missed(territory_id: str, partner_id: str, now: datetime) -> Wanted:
    """All that a partner never received, as far back as one may ask."""
    return Wanted(territory_id, partner_id, now - FURTHEST, now)


def is_missed(delivery: Delivery) -> bool:
    """It never arrived, and nothing more is tried."""
    return delivery.state is DeliveryState.DEAD


def can_replay(delivery: Delivery) -> bool:
    """It has failed, or has left: not what is on its way, nor what nobody needs any more."""
    return is_missed(delivery) or delivery.state.has_left


def replay(store: Ledger, clock: Clock, territory_id: str, alert_id: str, sk: str, *, demand: str = "") -> Delivery:
    """Puts one delivery back in its queue.

    Raises NotFound for a delivery of another alert or territory, Conflict for one that is on its way or has no object any more.
    The same click twice has one effect.
    """
    found = store.get(territory_id, alert_id, sk) if sk.startswith("DELIVERY#") and can_exist(alert_id, sk) else None
    if found is None:
        raise NotFound("Cet envoi n’existe pas, ou vous n’y avez pas accès.")
    if found.state is DeliveryState.REPLAYED or (demand and found.replayed_for == demand):
        return found
    if not can_replay(found):
        raise Conflict(_why_not(found), code="envoi-en-cours")
    again = replayed(found, clock.now(), demand)
    if not store.replace(found, again):
        raise Conflict("Cet envoi vient de changer : rechargez la page.", code="envoi-en-cours")
    return again


def replay_missed_of_alert(
    store: History, clock: Clock, place: tuple[str, str], demand: str, cursor: str | None = None
) -> Found:
    """Puts the failed messages of an alert (territory and alert id) back in their queues, whoever they are for.

    As many pages as one click may; a cursor says that there are more to look through.
    """
    count = 0
    for _ in range(MOST_PAGES):
        page, cursor = store.page_of_alert(*place, PER_PAGE, cursor)
        count += _replay_all(store, filter(is_missed, page), clock.now(), demand)
        if cursor is None:
            break
    return Found(count, cursor)


def replay_page(store: History, clock: Clock, wanted: Wanted, demand: str, cursor: str | None = None) -> Found:
    """Replays what is wanted among the next deliveries of the partner; raises Invalid for a cursor from elsewhere."""
    page, following = _page(store, wanted, cursor)
    return Found(_replay_all(store, page, clock.now(), demand), following)


def replay_many(store: History, clock: Clock, wanted: Wanted, demand: str) -> Found:
    """Page after page, as much as one click may."""
    count, cursor = 0, None
    for _ in range(MOST_PAGES):
        done, cursor = replay_page(store, clock, wanted, demand, cursor)
        count += done
        if cursor is None:
            break
    return Found(count, cursor)


def count_wanted(store: History, wanted: Wanted) -> Found:
    """How many a click would replay; a cursor says that there are more."""
    count, cursor = 0, None
    for _ in range(MOST_PAGES):
        page, cursor = _page(store, wanted, cursor)
        count += len(page)
        if cursor is None:
            break
    return Found(count, cursor)


def _page(store: History, wanted: Wanted, cursor: str | None) -> tuple[list[Delivery], str | None]:
    """What is wanted of one page, and the cursor of the next one, if the period goes back further."""
    read, following = store.of_recipient(wanted.territory_id, wanted.partner_id, PER_PAGE, cursor, wanted.until)
    is_over = bool(read) and read[-1].created_at < wanted.since
    return [delivery for delivery in read if wanted.holds(delivery)], None if is_over else following


def _replay_all(store: Ledger, deliveries: Iterable[Delivery], now: datetime, demand: str) -> int:
    """What has changed since it was read is left alone: it is on its way, or somebody else was quicker."""
    wanted = [delivery for delivery in deliveries if delivery.replayed_for != demand]
    oldest_first = enumerate(reversed(wanted))
    return sum(store.replace(one, replayed(one, now + place * APART, demand)) for place, one in oldest_first)


def _why_not(delivery: Delivery) -> str:
    if delivery.state is DeliveryState.SUPERSEDED:
        return "Cet envoi n’a plus d’objet : il n’y a rien à rejouer."
    if delivery.state is DeliveryState.PAUSED:
        return "Ce destinataire est en pause : l’envoi partira de lui-même à la reprise."
    return "Cet envoi est en cours : il n’y a rien à rejouer."
