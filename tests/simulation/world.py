"""A whole small world for deliveries, in one thread and on a virtual clock, where any call to a port may fail.

The table, the queues and the providers are fakes; everything between them is the real code. The same seed gives the same
history. What the providers accepted is the truth that `tests.simulation.checker` compares with the table.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Literal, TypeVar

from services.alerts.addresses import Target
from services.alerts.alert import Alert
from services.alerts.channels.email import EmailChannel
from services.alerts.channels.posting import Answer, Poster
from services.alerts.channels.sms import SmsChannel
from services.alerts.channels.webhook import Outlet, WebhookChannel
from services.alerts.delivering import Channel, Courier
from services.alerts.delivery_store import DeliveryStore, creation
from services.alerts.fanning_out import FanOut
from services.alerts.hints import Hint, due_hint, stream_hint
from services.alerts.links import Links
from services.alerts.recipients import planned
from services.alerts.work import Work
from shared.address_book import Directory
from shared.aws import Throttled
from shared.clock import FixedClock, from_text, to_text
from shared.errors import Unavailable, VigieError
from shared.tables import Item, MemoryTable, Page, Write, key_of
from tests.unit.alerts.delivery_scene import BOOK, NOON, TERRITORY, broadcast
from tests.unit.alerts.test_fan_out import OFFER

Fault = Literal["crash before", "crash after", "lost", "done", "throttled", ""]
FAULTS: tuple[Fault, ...] = ("crash before", "crash after", "lost", "done", "throttled")
VISIBILITY = timedelta(minutes=3)
MAX_RECEIVES = 5
MONTH = timedelta(days=30)
T = TypeVar("T")


class Crash(BaseException):
    """The process dies: no `except Exception` sees it."""


@dataclass
class Ports:
    """Every call to the outside goes through here and has a number; `plan` says what befalls it."""

    plan: Callable[[int], Fault]
    calls: list[str] = field(default_factory=list)

    def call(self, name: str, effect: Callable[[], T]) -> T:
        """The effect, or a failure before it, after it, or instead of it."""
        fault = self.plan(len(self.calls))
        self.calls.append(name)
        if fault == "crash before":
            raise Crash
        if fault == "throttled":
            raise Throttled(name)
        if fault == "lost":
            raise Unavailable(name)
        result = effect()
        if fault == "crash after":
            raise Crash
        if fault == "done":
            raise Unavailable(name)
        return result


def no_fault(_: int) -> Fault:
    """Everything works."""
    return ""


def one_fault(place: int, fault: Fault) -> Callable[[int], Fault]:
    """The call with this number fails, and no other."""
    return lambda number: fault if number == place else ""


def random_faults(seed: int, share: float) -> Callable[[int], Fault]:
    """Each call fails with this probability, in any way."""
    dice = random.Random(seed)  # noqa: S311 - a seeded history, not a secret
    return lambda _: dice.choice(FAULTS) if dice.random() < share else ""


class Table(MemoryTable):
    """The table behind the ports, and its stream of new images."""

    def __init__(self, ports: Ports) -> None:
        super().__init__()
        self.ports = ports
        self.stream: list[Item] = []

    def get(self, pk: str, sk: str) -> Item | None:
        return self.ports.call("get", lambda: super(Table, self).get(pk, sk))

    def write(self, *writes: Write) -> None:
        self.ports.call("write", lambda: self.write_now(*writes))

    def write_now(self, *writes: Write) -> None:
        """The effect itself, with its record in the stream."""
        super().write(*writes)
        self.stream.extend(dict(self.items[key_of(write)]) for write in writes)

    def due(self, until: str = "9") -> Page:
        """What the sweep would find, whatever befalls the ports."""
        return super().query(f"T#{TERRITORY}", index="due", up_to=until, limit=1000)


class Providers(Poster):
    """Everybody who takes messages: what they accepted, in order, as (channel, delivery id)."""

    sender = "alertes@vigie.example"

    def __init__(self, ports: Ports) -> None:
        self.ports = ports
        self.accepted: list[tuple[str, str]] = []

    def put(self, key: str, content: bytes, content_type: str) -> None:
        """No transmission takes place here."""
        raise NotImplementedError

    def decrypt(self, sealed: bytes, context: Mapping[str, str]) -> bytes:
        return self.ports.call("decrypt", lambda: b"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")

    def accept(self, channel: str, delivery_id: str) -> str:
        self.accepted.append((channel, delivery_id))
        return f"{channel}-{len(self.accepted)}"

    def post(self, target: Target, address: str, headers: Mapping[str, str], body: bytes) -> Answer:
        try:
            self.ports.call("webhook", lambda: self.accept("webhook", headers["webhook-id"]))
        except Unavailable:
            raise TimeoutError from None
        return Answer(200, {}, b"")


@dataclass(frozen=True)
class Mail:
    """SES."""

    providers: Providers
    sender: str = Providers.sender

    def send(self, mime: bytes, tags: Mapping[str, str]) -> str:
        return self.providers.ports.call("email", lambda: self.providers.accept("email", tags["delivery"]))


@dataclass(frozen=True)
class Texts:
    """The carrier."""

    providers: Providers

    def send(self, phone: str, body: str, time_to_live_s: int, tags: Mapping[str, str]) -> str:
        return self.providers.ports.call("sms", lambda: self.providers.accept("sms", tags["delivery"]))


def territory(size: int) -> Directory:
    """So many partners, of the three channels in turn."""
    partners = tuple(
        BOOK.partners[number % 3].model_copy(update={"id": f"p-{number:04}", "name": f"Partenaire {number}"})
        for number in range(size)
    )
    return BOOK.model_copy(update={"partners": partners})


class World:
    """One broadcast to a territory, from the alert's transaction to the last final delivery."""

    def __init__(
        self, size: int, plan: Callable[[int], Fault], seed: int = 0, courier: type[Courier] = Courier
    ) -> None:
        self.ports = Ports(plan)
        self.table = Table(self.ports)
        self.providers = Providers(self.ports)
        self.clock = FixedClock(NOON)
        self.dice = random.Random(seed)  # noqa: S311 - a seeded history, not a secret
        self.book = territory(size)
        self.alert = broadcast()
        self.store = DeliveryStore(self.table)
        self.queue: list[tuple[str, int, int, Hint]] = []
        self.numbers = count()
        self.buried: list[Hint] = []
        self.workers = self._workers(courier)
        plan_of = planned([OFFER], self.alert, self.book, NOON)
        self.table.write_now(*map(creation, plan_of.rounds))

    def get(self, territory_id: str, alert_id: str) -> Alert:
        return self.ports.call("alert", lambda: self.alert)

    def directory(self, territory_id: str) -> Directory:
        return self.ports.call("book", lambda: self.book)

    def _workers(self, courier: type[Courier]) -> dict[str, Callable[[Work], None]]:
        links = Links(lambda: "k" * 64, "https://vigie.example")
        outlet = Outlet(self.providers, lambda host, port: ["93.184.216.34"])
        channels: dict[str, Channel] = {
            "emails": EmailChannel(Mail(self.providers), self.providers, links),
            "texts": SmsChannel(Texts(self.providers), links.public_url),
            "webhooks": WebhookChannel(self.providers, outlet),
        }
        workers: dict[str, Callable[[Work], None]] = {
            name: courier(self.store, self, self, channel, self.clock, self.dice.random).deliver
            for name, channel in channels.items()
        }
        return workers | {"broadcasts": FanOut(self.store, self, self, self.clock).advance}

    def run(self) -> None:
        """Until nothing is due any more, or a month has passed."""
        while self.clock.now() < NOON + MONTH:
            self._relay()
            if self.queue:
                self._handle(*heapq.heappop(self.queue))
            elif not self._sweep():
                return

    def _relay(self) -> None:
        """The stream's hints; one in ten is lost, three in ten come twice."""
        images, self.table.stream = self.table.stream, []
        for image in images:
            hint = stream_hint(image, self.clock.now())
            for _ in range(self.dice.choice((0, 1, 1, 1, 1, 1, 1, 2, 2, 2)) if hint else 0):
                self._enqueue(hint)

    def _enqueue(self, hint: Hint | None, wait: timedelta = timedelta(), receives: int = 0) -> None:
        assert hint
        visible_at = self.clock.now() + max(wait, timedelta(seconds=hint.delay_s))
        heapq.heappush(self.queue, (to_text(visible_at), next(self.numbers), receives, hint))

    def _handle(self, visible_at: str, _: int, receives: int, hint: Hint) -> None:
        """One message; what fails comes again, five times at the most."""
        self.clock.now_is = max(self.clock.now(), from_text(visible_at))
        try:
            self.workers[hint.queue](Work.model_validate_json(hint.body))
        except (Crash, VigieError):
            if receives + 1 < MAX_RECEIVES:
                self._enqueue(hint, VISIBILITY, receives + 1)
            else:
                self.buried.append(hint)

    def _sweep(self) -> bool:
        """The next minute in which something is due; False when nothing ever will be."""
        waiting = self.table.due().items
        if not waiting:
            return False
        first = from_text(str(waiting[0]["due_sk"]).partition("#")[0])
        self.clock.now_is = max(self.clock.now(), first)
        for item in self.table.due(to_text(self.clock.now()) + "~").items:
            self._enqueue(due_hint(item, self.clock.now()))
            self._postpone(item)
        return True

    def _postpone(self, item: Item) -> None:
        """The sweep is another process: what befalls it is told elsewhere."""
        spared, self.ports.plan = self.ports.plan, no_fault
        self.store.postpone(item, self.clock.now())
        self.ports.plan = spared
