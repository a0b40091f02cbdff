"""Every five minutes each open alert is looked at by somebody other than the sweep, and what is amiss is put right.

A sweep that has stopped makes no error, and an alert that has left the index of what is due is never due again. The auditor
goes by the board, where every open alert stands, and by what its timers say now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple
from uuid import UUID

from services.alerts.deliveries.store import DeliveryStore
from services.alerts.rules.alert import Alert
from services.alerts.rules.commands import Fire, machine
from services.alerts.rules.facts import Role
from services.alerts.rules.reaching import is_owed_a_word
from services.alerts.rules.timers import next_due_at
from services.alerts.rules.trail import is_vouched_for
from services.alerts.store import Standing
from services.alerts.use_cases.commanding import Order, carry_out
from services.alerts.use_cases.desk import Desk
from services.alerts.use_cases.surroundings import context
from shared.address_book import Directory
from shared.clock import to_text
from shared.errors import Retry
from shared.published import Registry

AUDITOR = machine("audit")
HEARTBEAT = "AuditHeartbeat"
COUNTED = (
    "AlertsAudited",
    "AlertsMissed",
    "AlertsRepaired",
    "PeopleToldLate",
    "WorkRepaired",
    "AlertsPassedOver",
    "AlertsUnsound",
)
TOLERATED_LATE = timedelta(minutes=2)
"""The sweep passes every minute: what has been due for longer was missed."""
EVERY = timedelta(minutes=5)
ROUNDS_A_DAY = timedelta(days=1) // EVERY

Log = Callable[..., None]
"""Takes a word and ids."""


@dataclass
class Findings:
    """What one audit has found so far."""

    now: datetime
    log: Log
    counts: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(COUNTED, 0)))

    def guarded(self, look: Callable[[], None], **ids: str) -> None:
        """Looks; what cannot be looked at is counted and told by its ids, and hides nothing else.

        What did not answer this time is looked at in five minutes: it is counted apart, and rings for nobody.
        """
        try:
            look()
        except Retry:
            self.counts["AlertsPassedOver"] += 1
            self.log("alert_passed_over", **ids)
        except Exception as error:  # noqa: BLE001 - counted and told: one broken item must not hide all the others
            self.unsound(type(error).__name__, **ids)

    def unsound(self, why: str, **ids: str) -> None:
        """Something that only a person can put right."""
        self.counts["AlertsUnsound"] += 1
        self.log("alert_unsound", why=why, **ids)


class Around(NamedTuple):
    """What the alerts of one territory are judged by: its people, the roles that can be reached, the time."""

    directory: Directory
    reachable: frozenset[Role]
    now: datetime


@dataclass(frozen=True)
class Audit:
    """One visit of every open alert of every territory."""

    desk: Desk
    deliveries: DeliveryStore
    registry: Registry
    log: Log

    def run(self) -> Mapping[str, int]:
        """Counts for the metrics, and one heartbeat: it says that the auditor works, not that all is well."""
        found = Findings(self.desk.clock.now(), self.log)
        for territory_id in self.registry.territory_ids():
            found.guarded(partial(self._territory, territory_id, found), territory_id=territory_id)
        return {**found.counts, HEARTBEAT: 1}

    def _territory(self, territory_id: str, found: Findings) -> None:
        directory = self.desk.book.directory(territory_id)
        around = Around(directory, context(self.desk, directory, found.now).reachable or frozenset(), found.now)
        for standing in self.desk.store.standing(territory_id):
            ids = {"territory_id": territory_id, "alert_id": standing.alert_id}
            found.counts["AlertsAudited"] += 1
            found.guarded(partial(self._timers, standing, around, found), **ids)
            if _is_its_turn(standing.alert_id, found.now):
                found.guarded(partial(self._papers, standing, directory, found), **ids)

    def _timers(self, standing: Standing, around: Around, found: Findings) -> None:
        """The board may lag by a moment: what looks amiss there is looked at again in the table, then mended."""
        if self._remedy(standing, around):
            again = self.desk.store.as_it_stands(around.directory.territory.id, standing.alert_id)
            remedy = self._remedy(again, around)
            if remedy:
                remedy(again, around.directory, found)

    def _remedy(self, standing: Standing, around: Around) -> Callable[[Standing, Directory, Findings], None] | None:
        """What must be done about it; None when the alert is as it should be."""
        alert = standing.alert
        if alert.state.is_terminal:
            return None
        due_at = next_due_at(alert, around.directory.territory.settings)
        if due_at and due_at < around.now - TOLERATED_LATE:
            return partial(self._fire, "AlertsMissed")
        if is_owed_a_word(alert, around.reachable):
            return partial(self._fire, "PeopleToldLate")
        return None if standing.is_due_at(due_at) else self._reschedule

    def _fire(self, counted: str, standing: Standing, directory: Directory, found: Findings) -> None:
        """What the sweep should have done is done here, by the same command; it also tells who can be told at last."""
        order = Order(directory.territory.id, standing.alert_id, Fire(actor=AUDITOR, at=found.now), _cause(found.now))
        found.counts[counted] += int(carry_out(self.desk, order).changed)

    def _reschedule(self, standing: Standing, directory: Directory, found: Findings) -> None:
        due_at = next_due_at(standing.alert, directory.territory.settings)
        found.counts["AlertsRepaired"] += int(self.desk.store.reschedule(standing.alert, due_at))

    def _papers(self, standing: Standing, directory: Directory, found: Findings) -> None:
        """Once a day: is the trail whole, and does everything that is to leave stand among what is due?"""
        place = (directory.territory.id, standing.alert_id)
        found.counts["WorkRepaired"] += self.deliveries.mend(*place)
        alert = self.desk.store.get(*place)
        trail = self.desk.store.trail(*place)
        if not (is_vouched_for(alert, trail) or self._has_moved(alert)):
            found.unsound("broken_trail", territory_id=place[0], alert_id=place[1])

    def _has_moved(self, alert: Alert) -> bool:
        """Since it was read, so that the trail read after it is longer."""
        return self.desk.store.get(alert.territory_id, alert.alert_id).version != alert.version


def _is_its_turn(alert_id: str, now: datetime) -> bool:
    """One audit of the day for each alert, the same one every day."""
    since_midnight = timedelta(hours=now.hour, minutes=now.minute)
    return UUID(alert_id).int % ROUNDS_A_DAY == since_midnight // EVERY


def _cause(now: datetime) -> str:
    return f"audit:{to_text(now)}"
