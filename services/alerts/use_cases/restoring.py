"""After the ledger came back as it was at an earlier instant: what it does not know any more is done again, as in doubt.

Between that instant and the loss messages left that the ledger has as still to be sent, or does not have at all. Nothing tells
them from those that never left. So everything that is due is brought about first, while nobody sends; then each message that
waits is held for one whose end is unknown: it leaves once more, marked as a possible duplicate. A webhook needs no mark: its
receiver knows it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from services.alerts.deliveries.delivery import Delivery, DeliveryState
from services.alerts.deliveries.fanning_out import FanOut
from services.alerts.deliveries.store import DeliveryStore
from services.alerts.deliveries.work import Work
from services.alerts.rules.alert import Alert
from services.alerts.rules.commands import Fire, machine
from services.alerts.use_cases.commanding import Order, carry_out
from services.alerts.use_cases.desk import Desk
from shared.clock import to_text

RESTORER = machine("restore")
_ABOUT_TO_LEAVE = frozenset({DeliveryState.QUEUED, DeliveryState.RETRYING, DeliveryState.REPLAYED})


@dataclass(frozen=True)
class Restoring:
    """Settles the alerts of a restored ledger, one by one; run again, it finds nothing more to do."""

    desk: Desk
    deliveries: DeliveryStore

    def settle(self, alert: Alert) -> Mapping[str, int]:
        """Brings about what is due for the alert, completes its lists, and doubts what waits; returns counts."""
        now, place = self.desk.clock.now(), (alert.territory_id, alert.alert_id)
        order = Order(*place, Fire(actor=RESTORER, at=now), f"restore:{to_text(now)}")
        fired = carry_out(self.desk, order).changed
        self._complete(*place)
        waiting = [one for one in self.deliveries.of_alert(*place) if is_doubtful(one)]
        in_doubt = sum(self.deliveries.replace(one, doubted(one, now)) for one in waiting)
        return {"AlertsFired": int(fired), "DeliveriesDoubted": in_doubt}

    def _complete(self, territory_id: str, alert_id: str) -> None:
        """Page after page: a recipient whose turn comes later would not be doubted."""
        fan_out = FanOut(self.deliveries, self.desk.store, self.desk.book, self.desk.clock)
        while rounds := self.deliveries.rounds(territory_id, alert_id):
            for found in rounds:
                fan_out.advance(Work(territory_id=territory_id, alert_id=alert_id, sk=found.sk))


def is_doubtful(delivery: Delivery) -> bool:
    """Whether it may have left since, without a mark that says so."""
    marked = delivery.possible_duplicate or delivery.parked or delivery.channel == "webhook"
    return delivery.state in _ABOUT_TO_LEAVE and not marked


def doubted(delivery: Delivery, now: datetime) -> Delivery:
    """As if it had been taken for a send of which nothing was heard: the next look sends it once more, marked."""
    return delivery.becoming(state=DeliveryState.CLAIMED, fence=delivery.fence + 1, claimed_until=now)
