"""Carries one delivery to its recipient: composed, claimed, sent, recorded, in this order.

Everything that may fail without harm comes before the claim; between the claim and the record there is nothing but the send.
The alert is read before the claim and not locked by it: a message that leaves while its alert ends is put right by the
correction, which waits for the deliveries in flight (`services.alerts.relevance`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.alerts.alert import Alert, Proof
from services.alerts.delivery import Delivery, Patience, Report, claimed, dead, given_up_claim, settled
from services.alerts.relevance import hindered
from services.alerts.work import Work
from shared.address_book import Directory
from shared.clock import Clock
from shared.errors import Reject


class Unreachable(Reject):
    """The message cannot be made or addressed; the French message says why and what to do."""

    code = "destinataire-injoignable"


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
        """Composes the message; raises Unreachable when there is nobody to send it to, Retry for now."""
        ...


class Deliveries(Protocol):
    """Where deliveries live."""

    def get(self, territory_id: str, alert_id: str, sk: str) -> Delivery | None: ...
    def replace(self, before: Delivery, after: Delivery) -> bool: ...


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

    def deliver(self, work: Work) -> None:
        """Does what is due for this delivery, if anything is; a hint that comes twice does nothing the second time.

        Raises Retry when it could not be prepared: nothing was claimed.
        """
        now = self.clock.now()
        found = self.store.get(work.territory_id, work.alert_id, work.sk)
        if found is None or not found.is_due(now):
            return
        current = given_up_claim(found, self.channel.patience) if found.is_unknown(now) else found
        prepared = current if current.state.is_final else self._prepare(current, now)
        if isinstance(prepared, Delivery):
            self.store.replace(found, prepared)
        else:
            self._send(found, current, *prepared)

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

    def _predecessor(self, delivery: Delivery) -> Delivery | None:
        if delivery.follows is None:
            return None
        return self.store.get(delivery.territory_id, delivery.alert_id, delivery.follows)

    def _send(self, found: Delivery, current: Delivery, alert: Alert, prepared: Prepared) -> None:
        begun = self.clock.now()
        patience = self.channel.patience
        held = claimed(current, begun, patience, alert.version, prepared.proof)
        if not self.store.replace(found, held):
            return
        report = prepared.send()
        after = settled(held, report, patience, begun=begun, ended=self.clock.now(), jitter=self.jitter())
        if after is not held:
            self.store.replace(held, after)
