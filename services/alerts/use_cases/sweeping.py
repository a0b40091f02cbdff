"""Every minute: what should have happened by now and has not is made to happen.

Queues, streams and timers only carry hints, and a hint can be lost. The table knows what is due, so that after any outage
everything begins again from here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from services.alerts.deliveries.hints import due_hint
from services.alerts.deliveries.pauses import PauseStore
from services.alerts.deliveries.pausing import Lifting
from services.alerts.deliveries.recent_book import RecentBook
from services.alerts.deliveries.relaying import WORK, Relay
from services.alerts.deliveries.store import DeliveryStore
from services.alerts.endpoints.endpoint_store import EndpointStore
from services.alerts.endpoints.releasing import Release
from services.alerts.rules.commands import Fire, machine
from services.alerts.use_cases.commanding import Order, carry_out
from services.alerts.use_cases.desk import Desk
from shared.clock import to_text
from shared.errors import Unavailable
from shared.published import Registry
from shared.tables import Item, TableClient

SWEEPER = machine("sweep")
COUNTED = ("TerritoriesSwept", "EventsRelayed", "AlertsFired", "HintsSent", "DeliveriesLetOut")
MOST_DUE = 200
"""Due items of one territory in one minute; the next minute takes the following ones."""


@dataclass
class Tally:
    """What was done, and what could not be: one thing that is not ready keeps no other waiting."""

    counts: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(COUNTED, 0)))
    failures: list[Exception] = field(default_factory=list)

    def attempt(self, act: Callable[[], Mapping[str, int]]) -> Exception | None:
        """Adds up what `act` did, or keeps its failure for the end, a defect of ours included; returns the failure."""
        try:
            self.counts.update(act())
        except Exception as failure:  # noqa: BLE001 - raised in the end: one poisoned alert must not silence all others
            self.failures.append(failure)
            return failure
        return None


@dataclass(frozen=True)
class Sweep:
    """One visit of every territory."""

    table: TableClient
    desk: Desk
    deliveries: DeliveryStore
    relay: Relay
    registry: Registry

    def run(self) -> Mapping[str, int]:
        """Counts of what was done, for the metrics; raises the first failure once everything had its turn.

        Timers first, everywhere: a bus or a queue that is silent costs seconds a call, and could use up the minute.
        """
        now, tally = self.desk.clock.now(), Tally()
        territories = self.registry.territory_ids()
        due = [item for territory_id in territories for item in self._due(territory_id, now, tally)]
        # Many partners of one territory may be due together: its address book is read once for all of them.
        book = RecentBook(self.desk.book, self.desk.clock)
        looks: Mapping[str, Release | Lifting] = {
            "endpoint": Release(EndpointStore(self.table), self.deliveries, book),
            "pause": Lifting(PauseStore(self.table), self.deliveries, book),
        }
        for item in due:
            if item["kind"] not in WORK:
                look = partial(_look, looks[item["kind"]]) if item["kind"] in looks else self._fire
                tally.attempt(partial(look, item, now))
        self._relay_events(territories, now, tally)
        for item in due:
            if item["kind"] in WORK:
                tally.attempt(partial(self._hint, item, now))
        if tally.failures:
            raise tally.failures[0]
        return tally.counts

    def _due(self, territory_id: str, now: datetime, tally: Tally) -> list[Item]:
        found: list[Item] = []

        def read() -> Mapping[str, int]:
            page = self.table.query(f"T#{territory_id}", index="due", up_to=f"{to_text(now)}~", limit=MOST_DUE)
            found.extend(page.items)
            return {"TerritoriesSwept": 1}

        tally.attempt(read)
        return found

    def _fire(self, item: Item, now: datetime) -> Mapping[str, int]:
        territory_id = str(item["due_pk"]).removeprefix("T#")
        command = Fire(actor=SWEEPER, at=now)
        order = Order(territory_id, str(item["alert"]["alert_id"]), command, f"sweep:{to_text(now)}")
        return {"AlertsFired": int(carry_out(self.desk, order).changed)}

    def _relay_events(self, territory_ids: Iterable[str], now: datetime, tally: Tally) -> None:
        """A bus that does not answer is asked once: each territory would wait as long for the same silence."""
        for territory_id in territory_ids:
            failure = tally.attempt(partial(self._relay_one, territory_id, now))
            if isinstance(failure, Unavailable):
                return

    def _relay_one(self, territory_id: str, now: datetime) -> Mapping[str, int]:
        return {"EventsRelayed": self.relay.outbox.sweep([territory_id], now)}

    def _hint(self, item: Item, now: datetime) -> Mapping[str, int]:
        self.relay.send(due_hint(item, now))
        self.deliveries.postpone(item, now)
        return {"HintsSent": 1}


def _look(release: Release | Lifting, item: Item, now: datetime) -> Mapping[str, int]:
    return release.look(str(item["territory_id"]), str(item["partner_id"]), now)
