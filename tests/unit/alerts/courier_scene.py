"""A courier with one delivery to carry, on a wire that does as it is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.alerts.deliveries.delivering import Courier
from services.alerts.deliveries.delivery import Delivery, Patience, Report
from services.alerts.deliveries.store import DeliveryStore, creation
from services.alerts.deliveries.work import Work
from services.alerts.rules.alert import Alert, Proof
from shared.address_book import Directory
from shared.clock import FixedClock
from shared.tables import MemoryTable
from tests.unit.alerts.delivery_scene import ALERT, ALERT_ID, BOOK, NOON, TERRITORY

HOUR = timedelta(hours=1)
MAIL = Patience(quiet=HOUR, schedule=(timedelta(minutes=1),))
PROOF = Proof(sha256="0" * 64, key="T#t/alerts/a/1.eml")


@dataclass
class Wire:
    """A channel that notes what leaves and answers what it is told to."""

    report: Report | Exception = field(default_factory=lambda: Report(verdict="sent", message_id="m-1"))
    refusal: Exception | None = None
    on_send: Callable[[], object] = lambda: None
    left: list[tuple[str, int]] = field(default_factory=list)
    patience: Patience = MAIL
    proof: Proof | None = None

    def prepare(self, delivery: Delivery, alert: Alert, directory: Directory, now: datetime) -> Wire:
        if self.refusal:
            raise self.refusal
        self.left_from = alert.version
        return self

    def send(self) -> Report:
        self.left.append(("sent", self.left_from))
        self.on_send()
        if isinstance(self.report, Exception):
            raise self.report
        return self.report


@dataclass
class Ledger:
    """One delivery, its alert, and the courier that carries it."""

    alert: Alert = ALERT
    directory_of: Directory = BOOK
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOON))
    wire: Wire = field(default_factory=Wire)
    store: DeliveryStore = field(default_factory=lambda: DeliveryStore(MemoryTable()))

    def get(self, territory_id: str, alert_id: str) -> Alert:
        return self.alert

    def directory(self, territory_id: str) -> Directory:
        return self.directory_of

    def having(self, *deliveries: Delivery) -> Ledger:
        table = MemoryTable()
        table.write(*map(creation, deliveries))
        self.store = DeliveryStore(table)
        return self

    def courier(self) -> Courier:
        return Courier(self.store, self, self, self.wire, self.clock, lambda: 0.5)

    def deliver(self, wanted: Delivery) -> Delivery:
        self.courier().deliver(Work(territory_id=TERRITORY, alert_id=ALERT_ID, sk=wanted.sk))
        found = self.store.get(TERRITORY, ALERT_ID, wanted.sk)
        assert found
        return found
