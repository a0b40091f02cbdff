"""Carries one delivery to its recipient: composed, claimed, sent, recorded, in this order.

Everything that may fail without harm comes before the claim; between the claim and the record there is nothing but the send.
The alert is read before the claim and not locked by it: a message that leaves while its alert ends is put right by the
correction, which waits for the deliveries in flight (`services.alerts.deliveries.relevance`). What one channel cannot
carry, or may not have carried when the deadline is near, leaves by the recipient's other one
(`services.alerts.deliveries.ways`); where there is none, its sender is told (`services.alerts.deliveries.telling`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.alerts.deliveries.delivery import (
    Delivery,
    DeliveryState,
    Patience,
    Report,
    claimed,
    dead,
    given_up_claim,
    settled,
)
from services.alerts.deliveries.relevance import hindered
from services.alerts.deliveries.telling import BOTH_LOST, is_lost, told_of
from services.alerts.deliveries.ways import given_up, in_doubt, is_pressing, presses_at
from services.alerts.deliveries.work import Work
from services.alerts.rules.alert import Alert, Proof
from services.alerts.rules.notices import Purpose
from shared.address_book import Directory
from shared.clock import Clock
from shared.errors import Reject


class Unreachable(Reject):
    """The message cannot be made or addressed; the French message says why and what to do."""

    code = "destinataire-injoignable"


class Withheld(Reject):
    """The recipient takes nothing for now, or wants nothing; `delivery` is what becomes of it."""

    def __init__(self, delivery: Delivery) -> None:
        super().__init__(delivery.last_error, code="destinataire-en-attente")
        self.delivery = delivery


class Prepared(Protocol):
    """A message ready to leave."""

    @property
    def proof(self) -> Proof | None:
        """Where its exact bytes are kept, if they are."""
        ...

    def send(self) -> Report:
        """Lets it go, once; an error that is raised means that nobody knows whether it left."""
        ...


class Channel(Protocol):
    """A way out."""

    patience: Patience

    def prepare(self, delivery: Delivery, alert: Alert, directory: Directory, now: datetime) -> Prepared:
        """Composes the message; raises Unreachable when there is nobody to send it to, Withheld, Retry for now."""
        ...


class Deliveries(Protocol):
    """Where deliveries live."""

    def get(self, territory_id: str, alert_id: str, sk: str) -> Delivery | None: ...
    def replace(self, before: Delivery, after: Delivery, *beside: Delivery) -> bool: ...


class Alerts(Protocol):
    """Where alerts live."""

    def get(self, territory_id: str, alert_id: str) -> Alert: ...


class Book(Protocol):
    """Where the addresses are."""

    def directory(self, territory_id: str) -> Directory: ...


@dataclass(frozen=True)
class Courier:
    """Sends by one channel. `jitter` draws from 0 to 1, so that what failed together is not tried again together."""

    store: Deliveries
    alerts: Alerts
    book: Book
    channel: Channel
    clock: Clock
    jitter: Callable[[], float]

    def deliver(self, work: Work) -> Mapping[str, int]:
        """Does what is due for this delivery, if anything is; a hint that comes twice does nothing the second time.

        Returns counts for the metrics. Raises Retry when it could not be prepared: nothing was claimed.
        """
        now = self.clock.now()
        found = self.store.get(work.territory_id, work.alert_id, work.sk)
        if found is None or not found.is_due(now):
            return {}
        if found.state is DeliveryState.CLAIMED and not found.is_unknown(now):
            self._doubt(found, now)
            return {}
        current = given_up_claim(found, self.channel.patience) if found.is_unknown(now) else found
        prepared = current if current.state.is_final else self._prepare(current, now)
        if isinstance(prepared, Delivery):
            self._record(found, prepared, now)
            return {}
        self._send(found, current, *prepared)
        return {"DeliveriesPossiblyDoubled": 1} if current.is_repetition else {}

    def _prepare(self, delivery: Delivery, now: datetime) -> Delivery | tuple[Alert, Prepared]:
        """The message, or the delivery as it becomes when there is none to send."""
        alert = self.alerts.get(delivery.territory_id, delivery.alert_id)
        directory = self.book.directory(delivery.territory_id)
        stopped = hindered(delivery, alert, self._predecessor(delivery), directory, now)
        if stopped:
            return stopped
        try:
            return alert, self.channel.prepare(delivery, alert, directory, now)
        except Unreachable as error:
            return dead(delivery, error.message)
        except Withheld as stop:
            return stop.delivery

    def _predecessor(self, delivery: Delivery) -> Delivery | None:
        if delivery.follows is None:
            return None
        return self.store.get(delivery.territory_id, delivery.alert_id, delivery.follows)

    def _send(self, found: Delivery, current: Delivery, alert: Alert, prepared: Prepared) -> None:
        begun = self.clock.now()
        patience = self.channel.patience
        pressing_at = presses_at(alert, begun)
        held = claimed(current, begun, patience, alert.version, prepared.proof, pressing_at=pressing_at)
        if not self.store.replace(found, held):
            return
        report = prepared.send()
        ended = self.clock.now()
        after = settled(held, report, patience, begun=begun, ended=ended, jitter=self.jitter())
        if after is not held:
            self._record(held, after, ended)
        elif held.doubted_at and is_pressing(alert, ended):
            self._doubt(held, ended)

    def _record(self, before: Delivery, after: Delivery, now: datetime) -> None:
        """What became of it; with a dead one, the same message by the other channel, or a word to its sender, in one write."""
        if after.state is not DeliveryState.DEAD:
            self.store.replace(before, after)
            return
        directory = self.book.directory(after.territory_id)
        ended, other = given_up(after, directory, now)
        if any(is_lost(self.store, one) for one in other):
            ended, other = after.becoming(last_error=f"{after.last_error} {BOTH_LOST}"), ()
        self.store.replace(before, ended, *(other or self._told_of(ended, directory, now)))

    def _told_of(self, ended: Delivery, directory: Directory, now: datetime) -> tuple[Delivery, ...]:
        """Of a word about a lost recipient nobody is told in turn, or words about words would have no end."""
        if ended.purpose is Purpose.UNDELIVERED:
            return ()
        return told_of(ended, self.alerts.get(ended.territory_id, ended.alert_id), directory, now)

    def _doubt(self, held: Delivery, now: datetime) -> None:
        """The deadline is too near to wait for the provider's word: the other channel is tried, the claim goes on waiting."""
        doubted, other = in_doubt(held, self.book.directory(held.territory_id), now)
        self.store.replace(held, doubted, *other)
