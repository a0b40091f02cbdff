"""What the other partners notice while one is dead, one slow and one drips: the delay of their deliveries, in virtual time.

The service's own relay, courier, gate and sweep run on a table in memory, with as many workers at a time as the stage allows.
Each protection is shown by itself: the circuit of an endpoint, and the fair queue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from statistics import quantiles

from benchmarks.crowded_queue import CrowdedQueue
from benchmarks.diffusion_outside import Providers, addresses_of, begun, challenger
from benchmarks.diffusion_scene import ALERT_ID, NOON, TERRITORY, directory
from benchmarks.failing import Outside
from benchmarks.quick_table import QuickTable
from benchmarks.virtual_time import Hub
from services.alerts.channels.posting import Answer
from services.alerts.channels.webhook import WebhookChannel
from services.alerts.deliveries.delivering import Courier
from services.alerts.deliveries.delivery import Delivery
from services.alerts.deliveries.recent_book import RecentBook
from services.alerts.deliveries.relaying import Relay
from services.alerts.deliveries.silences import Silences
from services.alerts.deliveries.store import DeliveryStore, creation
from services.alerts.deliveries.work import Work
from services.alerts.endpoints.endpoint import Endpoint
from services.alerts.endpoints.endpoint_store import EndpointStore
from services.alerts.endpoints.gatekeeping import Gatekeeper
from services.alerts.endpoints.opening import DEADLINE_S
from services.alerts.resources import LEDGER
from services.alerts.rules.notices import Purpose
from services.alerts.store import AlertStore
from services.alerts.use_cases.desk import Desk
from services.alerts.use_cases.sweeping import Sweep
from services.alerts.webhooks.addresses import Target
from shared.address_book import AddressBook
from shared.ids import new_id
from shared.outbox import Outbox, StoppedBus
from shared.published import Registry
from shared.tables import Put, Write

PARTNERS, WORKERS = 20, 25
"""A partner that is slow and yet in time opens no circuit and keeps its share of the workers: with 10, which the burst of a
broadcast fills, the others' p95 is 1.4 times what it was. Lambda gives a function up to 1,000."""
EVERY_S, MINUTES = 2.0, 8
"""One message to each partner so often, for so long."""
HEALTHY_S = (0.15, 0.25)
SLOW_S = 9.0
"""Slow, and yet in time."""
TROUBLED: Mapping[str, str] = {"p00000": "dead", "p00001": "slow", "p00002": "drips"}
SEED = 20261126
RATIO_TARGET = 1.1


class Partners(Providers):
    """Everybody's servers: most answer at once, the troubled ones each in their way."""

    def __init__(self, hub: Hub, troubled: Mapping[str, str]) -> None:
        super().__init__(Outside(_dice(0)), lambda _: None)
        self._hub = hub
        self._troubled = troubled
        self._pace = _dice(1)

    def post(self, target: Target, address: str, headers: Mapping[str, str], body: bytes) -> Answer:
        trouble = self._troubled.get(target.host.partition(".")[0], "")
        self._hub.sleep(self._takes(trouble))
        if trouble in ("dead", "drips"):
            raise TimeoutError
        return Answer(200, {}, b"")

    def _takes(self, trouble: str) -> float:
        if trouble == "slow":
            return SLOW_S
        return DEADLINE_S if trouble else self._pace.uniform(*HEALTHY_S)


class Forgetful(EndpointStore):
    """An endpoint's record that nothing is ever held against: no circuit opens."""

    def replace(self, before: Endpoint | None, after: Endpoint, beside: object = ()) -> bool:
        return True


@dataclass(frozen=True)
class Delays:
    """Of the partners without trouble, in seconds."""

    p50: float
    p95: float


class Town:
    """One territory: its partners, the queue of their webhooks, and everything that the service runs around it."""

    def __init__(self, troubled: Mapping[str, str], *, circuit: bool, fair: bool) -> None:
        self._hub = Hub(NOON)
        self._book = directory(PARTNERS, ("webhook",))
        addresses, self._ledger = addresses_of(self._book), QuickTable(LEDGER)
        self._store = DeliveryStore(self._ledger)
        gate = (EndpointStore if circuit else Forgetful)(self._ledger)
        partners = Partners(self._hub, troubled)
        channel = WebhookChannel(Gatekeeper(gate, challenger(partners, partners), Silences(self._ledger)))
        near, alerts = RecentBook(AddressBook(addresses), self._hub), AlertStore(self._ledger)
        self._courier = Courier(self._store, alerts, near, channel, self._hub, _dice(2).random)
        queue = CrowdedQueue(self._hub, self._deliver, WORKERS, fair=fair)
        self._relay = Relay(Outbox(self._ledger, StoppedBus()), {"webhooks": queue}, self._hub)
        desk = Desk(alerts, AddressBook(addresses), self._hub, new_id)
        self._sweep = Sweep(self._ledger, desk, self._store, self._relay, Registry(addresses))
        for write in begun(self._book):
            if isinstance(write, Put) and write.item.get("kind") != "round":
                self._write(write)

    def run(self) -> Delays:
        """Messages to everybody for some minutes."""
        for number in range(int(MINUTES * 60 / EVERY_S)):
            self._hub.after(number * EVERY_S, lambda number=number: self._announce(number))  # type: ignore[misc]
        for minute in range(1, MINUTES + 1):
            self._hub.after(60 * minute, self._swept)
        self._hub.run(MINUTES * 60)
        return self._measured()

    def _announce(self, number: int) -> None:
        """The same words for everybody at once."""
        now = self._hub.now()
        for partner in self._book.partners:
            told = Delivery(
                territory_id=TERRITORY,
                alert_id=ALERT_ID,
                key=f"broadcast_{number}",
                purpose=Purpose.BROADCAST,
                recipient_id=partner.id,
                channel="webhook",
                recipient=partner.name,
                sequence=number,
                created_at=now,
                next_attempt_at=now,
            )
            self._write(creation(told))

    def _deliver(self, body: str) -> None:
        self._courier.deliver(Work.model_validate_json(body))
        self._follow()

    def _swept(self) -> None:
        self._sweep.run()
        self._follow()

    def _write(self, write: Write) -> None:
        self._ledger.write(write)
        self._follow()

    def _follow(self) -> None:
        """The table's stream."""
        images, self._ledger.stream = self._ledger.stream, []
        for image in images:
            self._relay.pass_on(image)

    def _measured(self) -> Delays:
        """From creation to acceptance; what is still on its way has waited until now."""
        end = self._hub.now()
        others = [one for one in self._store.of_alert(TERRITORY, ALERT_ID) if one.recipient_id not in TROUBLED]
        waits = [((told.sent_at or end) - told.created_at) / timedelta(seconds=1) for told in others]
        cuts = quantiles(waits, n=100)
        return Delays(cuts[49], cuts[94])


def main() -> bool:
    """Prints the delays with each protection; True when both together keep the others where they were."""
    calm = Town({}, circuit=True, fair=True).run()
    print(
        f"{PARTNERS} partners, a message each every {EVERY_S:.0f} s for {MINUTES} min, {WORKERS} workers (virtual time)"
    )
    print(
        f"One partner is dead ({DEADLINE_S} s), one takes {SLOW_S:.0f} s, one drips. Delay of the others' deliveries:\n"
    )
    print(f"  {'':<30}{'p50':>8}{'p95':>9}   p95 / all healthy")
    _told("all partners healthy", calm, calm)
    for name, circuit, fair in PROTECTIONS:
        found = Town(TROUBLED, circuit=circuit, fair=fair).run()
        ratio = _told(name, found, calm)
    met = ratio <= RATIO_TARGET
    print(f"\nWith both: {ratio:.2f}; target {RATIO_TARGET}: {'met' if met else 'MISSED'}")
    return met


PROTECTIONS = (
    ("neither", False, False),
    ("circuit alone", True, False),
    ("fair queue alone", False, True),
    ("both", True, True),
)


def _told(name: str, found: Delays, calm: Delays) -> float:
    ratio = found.p95 / calm.p95
    print(f"  {name:<30}{found.p50:>6.2f} s{found.p95:>7.2f} s{ratio:>12.2f}")
    return ratio


def _dice(place: int) -> Random:
    return Random(SEED + place)  # noqa: S311 - a seed is the point
