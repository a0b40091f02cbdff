"""One partner, its endpoint and messages for it, with the real worker and the real sweep's look, on a clock moved by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from services.alerts.channels.webhook import WebhookChannel
from services.alerts.deliveries.delivering import Courier
from services.alerts.deliveries.delivery import Delivery
from services.alerts.deliveries.silences import Silences
from services.alerts.deliveries.store import DeliveryStore, creation
from services.alerts.deliveries.work import Work
from services.alerts.endpoints.endpoint import Endpoint
from services.alerts.endpoints.endpoint_store import EndpointStore
from services.alerts.endpoints.gatekeeping import Gatekeeper
from services.alerts.endpoints.releasing import Release
from services.alerts.rules.alert import Alert
from services.alerts.rules.notices import Purpose
from shared.address_book import Directory
from shared.clock import FixedClock
from shared.tables import MemoryTable
from tests.unit.alerts.delivery_scene import ALERT_ID, BOOK, NOON, PORTAL, TERRITORY, broadcast, delivery
from tests.unit.alerts.endpoint_scene import Receiver, challenger_to

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


class Outage:
    """The portal and what is meant for it; `endpoint` is its record to begin with, if it has one."""

    def __init__(self, receiver: Receiver, endpoint: Endpoint | None = None, table: MemoryTable | None = None) -> None:
        self.receiver, self.table, self.clock = receiver, table or MemoryTable(), FixedClock(NOON)
        self.book: Directory = BOOK
        self.alert = broadcast()
        self.endpoints, self.deliveries = EndpointStore(self.table), DeliveryStore(self.table)
        self.challenger = challenger_to(receiver)
        self.worker = self.another_worker()
        if endpoint:
            assert self.endpoints.replace(None, endpoint)

    @property
    def endpoint(self) -> Endpoint:
        """The record as it stands."""
        found = self.endpoints.get(TERRITORY, PORTAL.id)
        assert found
        return found

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def get(self, territory_id: str, alert_id: str) -> Alert:
        """Every alert is the one."""
        return self.alert

    def directory(self, territory_id: str) -> Directory:
        """The address book as it stands."""
        return self.book

    def another_worker(self) -> Courier:
        """A process of its own: nothing is shared but the table."""
        channel = WebhookChannel(Gatekeeper(self.endpoints, self.challenger, Silences(self.table)))
        return Courier(self.deliveries, self, self, channel, self.clock, lambda: 0.5)

    def meant(self, number: int) -> Delivery:
        """One more message for the portal, created so many seconds after noon."""
        created = NOON + timedelta(seconds=number)
        one = delivery(
            Purpose.BROADCAST,
            PORTAL.id,
            "webhook",
            key=f"broadcast_{number:03}",
            created_at=created,
            next_attempt_at=NOON,
        )
        self.table.write(creation(one))
        return one

    def send(self, one: Delivery) -> Delivery:
        """What becomes of it once a worker has looked at it."""
        self.worker.deliver(Work(territory_id=TERRITORY, alert_id=ALERT_ID, sk=one.sk))
        return self.read(one)

    def read(self, one: Delivery) -> Delivery:
        """The delivery as it stands."""
        found = self.deliveries.get(TERRITORY, ALERT_ID, one.sk)
        assert found
        return found

    def sweep(self) -> Mapping[str, int]:
        """The sweep's look at the endpoint, now."""
        return Release(self.endpoints, self.deliveries, self).look(TERRITORY, PORTAL.id, self.now)

    def waiting(self) -> list[str]:
        """The keys of what waits in the room, in the order in which it would leave."""
        return [one.key for one in self.deliveries.in_room(TERRITORY, PORTAL.id, 1000)]

    def due(self) -> list[Delivery]:
        """What a worker would be given now, in the order of its time."""
        return sorted((one for one in self.webhooks() if one.is_due(self.now)), key=lambda one: one.next_attempt_at)

    def webhooks(self) -> list[Delivery]:
        """Everything that was ever meant for a webhook."""
        return [one for one in self.deliveries.of_alert(TERRITORY, ALERT_ID) if one.channel == "webhook"]

    def pass_on(self, wait: timedelta) -> None:
        """Time passes with everything that happens in it: the sweep in its minutes, each message at its instant."""
        until = self.now + wait
        while self.now < until:
            times = [self.endpoint.look_at, *(one.looked_at for one in self.webhooks())]
            self.clock.now_is = min(until, max(self.now + SECOND, min(filter(None, times), default=until)))
            self.sweep()
            for one in self.due():
                self.send(one)
