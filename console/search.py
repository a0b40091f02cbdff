"""Which deliveries an operator means: of an alert, of a partner, or of whole territories; by state and by period."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.ledger import Ledger
from services.alerts.deliveries.delivery import WAITING, Delivery, DeliveryState
from services.alerts.deliveries.replaying import PER_PAGE
from services.alerts.rules.alert import Alert
from shared.errors import Invalid, NotFound

LOOKED_BACK = timedelta(days=14)
"""When nothing else is said."""
_SHORTEST = 6
"""Letters of a delivery's identifier, enough to name it within its alert."""


def is_doubtful(delivery: Delivery) -> bool:
    """Sent, or being sent, and nobody has said yet what became of it."""
    last = delivery.attempts[-1:]
    return delivery.state is DeliveryState.CLAIMED or any(attempt.verdict == "unknown" for attempt in last)


STATES: dict[str, Callable[[Delivery], bool]] = {
    "all": lambda _: True,
    "failed": lambda delivery: delivery.state is DeliveryState.DEAD,
    "waiting": lambda delivery: delivery.state in WAITING,
    "unknown": is_doubtful,
}


@dataclass(frozen=True)
class Search:
    """What is looked for; an empty criterion means all."""

    territory: str = ""
    alert: str = ""
    partner: str = ""
    state: str = "all"
    since: datetime | None = None
    until: datetime | None = None

    def found(self, store: Ledger, now: datetime) -> Iterator[Delivery]:
        """The deliveries, alert by alert, or the newest first for a partner; raises NotFound."""
        since, until = self.since or now - LOOKED_BACK, self.until or now
        for delivery in self._all(store, since, until):
            in_time = bool(self.alert and not self.since) or since <= delivery.created_at <= until
            if in_time and self.partner in ("", delivery.recipient_id) and STATES[self.state](delivery):
                yield delivery

    def _all(self, store: Ledger, since: datetime, until: datetime) -> Iterator[Delivery]:
        if self.alert:
            alert = store.alert(self.alert)
            return iter(store.deliveries.of_alert(alert.territory_id, alert.alert_id))
        territories = store.territories(self.territory)
        if self.partner:
            return (one for name in territories for one in _of_partner(store, name, self.partner, since, until))
        alerts = (alert for name in territories for alert in recent_alerts(store, name, since))
        return (one for alert in alerts for one in store.deliveries.of_alert(alert.territory_id, alert.alert_id))


def named(store: Ledger, alert_id: str, begins: str) -> Delivery:
    """The delivery of that alert whose identifier begins so; raises NotFound, Invalid for too short a beginning."""
    if len(begins) < _SHORTEST:
        raise Invalid(f"Donnez au moins {_SHORTEST} caractères de l’identifiant de l’envoi.")
    alert = store.alert(alert_id)
    every = store.deliveries.of_alert(alert.territory_id, alert.alert_id)
    found = [delivery for delivery in every if delivery.id.startswith(begins)]
    if len(found) != 1:
        raise NotFound(f"{len(found)} envois de cette alerte commencent par « {begins} ».")
    return found[0]


def _of_partner(
    store: Ledger, territory_id: str, partner_id: str, since: datetime, until: datetime
) -> Iterator[Delivery]:
    cursor: str | None = None
    while True:
        page, cursor = store.deliveries.of_recipient(territory_id, partner_id, PER_PAGE, cursor, until)
        yield from page
        if cursor is None or page[-1].created_at < since:
            return


def recent_alerts(store: Ledger, territory_id: str, since: datetime) -> Iterator[Alert]:
    """Those that are open, then those that have ended, as far back as their deadline is not older."""
    yield from (standing.alert for standing in store.desk.store.standing(territory_id))
    cursor: str | None = None
    while True:
        page = store.desk.store.board(territory_id, "CLOSED", cursor=cursor)
        yield from page.alerts
        cursor = page.cursor
        if cursor is None or page.alerts[-1].deadline_at < since:
            return
