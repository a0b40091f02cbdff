"""Every minute: what should have happened by now and has not is made to happen.

Queues, streams and timers only carry hints, and a hint can be lost. The table knows what is due, so that after any outage
everything begins again from here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from services.alerts.commanding import Desk, Order, carry_out
from services.alerts.commands import Fire, machine
from services.alerts.delivery_store import DeliveryStore
from services.alerts.hints import due_hint
from services.alerts.relaying import WORK, Relay
from shared.clock import to_text
from shared.published import Registry
from shared.tables import Item, TableClient

SWEEPER = machine("sweep")
COUNTED = ("TerritoriesSwept", "EventsRelayed", "AlertsFired", "HintsSent")
MOST_DUE = 200
"""Due items of one territory in one minute; the next minute takes the following ones."""


@dataclass
class Tally:
    """What was done, and what could not be: one thing that is not ready keeps no other waiting."""

    counts: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(COUNTED, 0)))
    failures: list[Exception] = field(default_factory=list)

    def attempt(self, act: Callable[[], Mapping[str, int]]) -> None:
        """Adds up what `act` did, or keeps its failure for the end, a defect of ours included."""
        try:
            self.counts.update(act())
        except Exception as failure:  # noqa: BLE001 - raised in the end: one poisoned alert must not silence all others
            self.failures.append(failure)


@dataclass(frozen=True)
class Sweep:
    """One visit of every territory."""

    table: TableClient
    desk: Desk
    deliveries: DeliveryStore
    relay: Relay
    registry: Registry

    def run(self) -> Mapping[str, int]:
        """Counts of what was done, for the metrics; raises the first failure once everything had its turn."""
        now = self.desk.clock.now()
        tally = Tally()
        for territory_id in self.registry.territory_ids():
            tally.attempt(partial(self._relay_events, territory_id, now))
            tally.attempt(partial(self._wake_all, territory_id, now, tally))
        if tally.failures:
            raise tally.failures[0]
        return tally.counts

    def _relay_events(self, territory_id: str, now: datetime) -> Mapping[str, int]:
        return {"EventsRelayed": self.relay.outbox.sweep([territory_id], now)}

    def _wake_all(self, territory_id: str, now: datetime, tally: Tally) -> Mapping[str, int]:
        due = self.table.query(f"T#{territory_id}", index="due", up_to=f"{to_text(now)}~", limit=MOST_DUE)
        for item in due.items:
            tally.attempt(partial(self._wake, territory_id, item, now))
        return {"TerritoriesSwept": 1}

    def _wake(self, territory_id: str, item: Item, now: datetime) -> Mapping[str, int]:
        if item["kind"] in WORK:
            self.relay.send(due_hint(item, now))
            self.deliveries.postpone(item, now)
            return {"HintsSent": 1}
        command = Fire(actor=SWEEPER, at=now)
        order = Order(territory_id, str(item["alert"]["alert_id"]), command, f"sweep:{to_text(now)}")
        return {"AlertsFired": int(carry_out(self.desk, order).changed)}
