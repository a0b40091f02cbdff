"""Protocols known to be wrong, each put in the place of what is deployed: the simulation must see every one of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.alerts.channels.sms import SmsChannel
from services.alerts.deliveries.delivering import Courier, Prepared
from services.alerts.deliveries.delivery import Delivery, claimed, settled
from services.alerts.deliveries.store import DeliveryStore
from services.alerts.deliveries.work import Work
from services.alerts.rules.alert import Alert
from services.alerts.rules.facts import AuditEntry
from services.alerts.store import AlertStore
from services.alerts.use_cases.sweeping import Sweep, Tally
from shared.tables import Write
from tests.simulation.quick import QuickEmailChannel
from tests.simulation.world import Names


@dataclass(frozen=True)
class SendsThenRecords(Courier):
    """Nothing is written before the message leaves."""

    def _send(self, found: Delivery, current: Delivery, alert: Alert, prepared: Prepared) -> None:
        now, patience = self.clock.now(), self.channel.patience
        report = prepared.send()
        held = claimed(current, now, patience, alert.version, prepared.proof)
        self.store.replace(found, settled(held, report, patience, begun=now, ended=now, jitter=0.5))


@dataclass(frozen=True)
class FreesItsClaim(Courier):
    """Whatever goes wrong in the send frees the delivery for another try."""

    def _send(self, found: Delivery, current: Delivery, alert: Alert, prepared: Prepared) -> None:
        super()._send(found, current, alert, prepared)
        taken = self.store.get(found.territory_id, found.alert_id, found.sk)
        if taken and taken.state == "claimed":
            self.store.replace(taken, found.becoming(fence=taken.fence))


@dataclass(frozen=True)
class ForgetsItsClaim(Courier):
    """Claims once, never tries again."""

    def deliver(self, work: Work) -> Mapping[str, int]:
        found = self.store.get(work.territory_id, work.alert_id, work.sk)
        return {} if found and found.fence else super().deliver(work)


class Unfenced(DeliveryStore):
    """Writes whatever the delivery has become meanwhile."""

    def replace(self, before: Delivery, after: Delivery, *beside: Delivery) -> bool:
        now = self.get(before.territory_id, before.alert_id, before.sk) or before
        return super().replace(now, after, *beside)


@dataclass(frozen=True)
class StreamOnly(Sweep):
    """Trusts the stream: what it has not relayed is never looked at."""

    def _relay_events(self, territory_ids: Iterable[str], now: datetime, tally: Tally) -> None:
        return


class StopsTheClock(AlertStore):
    """An alert that somebody has taken in charge is left in peace."""

    def save(
        self, before: Alert | None, alert: Alert, trail: Iterable[AuditEntry], beside: Sequence[Write] = ()
    ) -> None:
        quiet = {"next_due_at": None} if alert.acknowledgement else {}
        super().save(before, alert.model_copy(update=quiet), trail, beside)


AT_ONCE = timedelta()


class HastyEmail(QuickEmailChannel):
    """Does not wait for the provider's word."""

    patience = QuickEmailChannel.patience.model_copy(update={"quiet": AT_ONCE})


class HastyText(SmsChannel):
    """Does not wait for the carrier's word."""

    patience = SmsChannel.patience.model_copy(update={"quiet": AT_ONCE})


def everywhere(**names: Any) -> Names:
    """These names in every function."""
    return {"*": names}


HASTY: Names = everywhere(EmailChannel=HastyEmail, SmsChannel=HastyText)
VARIANTS: Mapping[str, tuple[Names, str, tuple[str, ...]]] = {
    "send then record": (everywhere(Courier=SendsThenRecords), "doubled", ("chain", "rush")),
    "freed on an error": (everywhere(Courier=FreesItsClaim), "doubled", ("chain", "rush")),
    "claimed once": (everywhere(Courier=ForgetsItsClaim), "restless", ("chain", "rush")),
    "no fence": (everywhere(DeliveryStore=Unfenced), "doubled", ("chain", "rush")),
    "stream only": (everywhere(Sweep=StreamOnly), "unpublished", ("rush",)),
    "the clock stops": (everywhere(AlertStore=StopsTheClock), "wrong", ("silence",)),
}
"""What is wrong, the rule that it breaks, and the scenarios in which that shows."""
