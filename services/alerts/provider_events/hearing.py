"""Hears what the providers say, and does what it calls for: a doubt ends, an address is left alone, somebody is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.alerts.deliveries.delivering import Alerts, Book, Deliveries
from services.alerts.deliveries.delivery import Delivery, DeliveryState
from services.alerts.deliveries.silences import Cause, Silences
from services.alerts.deliveries.telling import BOTH_LOST, is_lost, told_of
from services.alerts.deliveries.ways import given_up, is_pressing, other_way
from services.alerts.provider_events.reading import ProviderWord
from services.alerts.provider_events.reconciling import reconciled
from shared.clock import Clock
from shared.errors import Unavailable

TRIES = 3
"""Reads before the message goes back to its queue: sender, sweep and provider move the same delivery."""


_CAUSES: dict[str | None, Cause] = {"bounced": "bounced", "complained": "complained"}


@dataclass(frozen=True)
class Hearing:
    """Listens to the providers of e-mail and texts."""

    store: Deliveries
    alerts: Alerts
    book: Book
    silences: Silences
    clock: Clock

    def hear(self, word: ProviderWord) -> Mapping[str, int]:
        """Counts for the metrics; nothing for a word that is late, said before, or about something that is not ours.

        Raises Unavailable when the delivery keeps moving: the queue gives the word again.
        """
        if not word.is_ours:
            return {}
        for _ in range(TRIES):
            before = self.store.get(word.territory_id, word.alert_id, word.sk)
            if before is None:
                return {}
            self._silence(before, word)
            after = reconciled(before, word)
            if after is before or self._record(before, after, word):
                return _counted(before, after)
        raise Unavailable("Cet envoi change sans cesse : à réessayer.")

    def _silence(self, delivery: Delivery, word: ProviderWord) -> None:
        """The address that the provider names, whatever the directory has become since."""
        cause = _CAUSES.get(word.kind)
        if cause and word.address:
            self.silences.silence(delivery.territory_id, delivery.channel, word.address, cause, word.at)

    def _record(self, before: Delivery, after: Delivery, word: ProviderWord) -> bool:
        """The delivery, the message by the other channel, and what the sender is told of it: all or nothing."""
        has_died = after.state is DeliveryState.DEAD and before.state is not DeliveryState.DEAD
        if not has_died and word.kind not in ("complained", "delayed"):
            return self.store.replace(before, after)
        now = self.clock.now()
        alert = self.alerts.get(after.territory_id, after.alert_id)
        directory = self.book.directory(after.territory_id)
        ended, other = given_up(after, directory, now)
        if word.kind == "delayed":
            other = tuple(filter(None, [other_way(after, directory, now)])) if is_pressing(alert, now) else ()
        if any(is_lost(self.store, one) for one in other):
            ended, other = after.becoming(last_error=f"{after.last_error} {BOTH_LOST}"), ()
        concerns_sender = word.kind in _CAUSES or (has_died and not other)
        told = told_of(after, alert, directory, now) if concerns_sender else ()
        return self.store.replace(before, ended, *other, *told)


def _counted(before: Delivery, after: Delivery) -> Mapping[str, int]:
    happened = {
        "DoubtsResolved": after.confirmed and not before.confirmed,
        "DeliveriesReturned": after.state is DeliveryState.DEAD and before.state is not DeliveryState.DEAD,
    }
    return {name: 1 for name, is_so in happened.items() if is_so}
