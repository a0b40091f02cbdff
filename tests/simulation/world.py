"""A whole small world: every function of the alerts service as it is deployed, between fakes, on a virtual clock."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial
from random import Random
from typing import Any
from uuid import UUID

from services.alerts.endpoints import opening
from services.alerts.service import SERVICE
from shared.address_book import Directory
from shared.errors import VigieError
from shared.topology import Drains, Every, Follows, Function, Hears, On
from tests.simulation.cloud import Cloud, Entries, FakeAws
from tests.simulation.deployment import Entry, Journal, rebound, started
from tests.simulation.event_sources import QueueSource, StreamSource, Ticks
from tests.simulation.fake_queue import FakeQueue
from tests.simulation.fake_table import FakeTable
from tests.simulation.history import History
from tests.simulation.machine import HOUR, MINUTE, SECOND, Crash, Hub, Watch
from tests.simulation.observing import Observer
from tests.simulation.ports import Plan, Ports
from tests.simulation.providers import Partners, Providers
from tests.simulation.quick import QuickAddressBook, QuickEmailChannel
from tests.simulation.territory import TERRITORY, TUESDAY, published
from tests.simulation.words import Words

SKEW = SECOND
"""How far a worker's clock may be off, either way."""
Names = Mapping[str, Mapping[str, Any]]
"""What a function is built with instead of its own, by the function's name; `*` is every function."""


@dataclass
class Workers:
    """The processes of one function: those at rest, and how to start another."""

    function: Function
    start: Callable[[], Entry]
    defects: dict[str, int]
    resting: list[Entry] = field(default_factory=list)

    def run(self, event: dict[str, Any], done: Callable[[Any], None]) -> None:
        """One invocation; a process that dies is not used again."""
        process = self.resting.pop() if self.resting else None
        try:
            process = process or self.start()
            answer = process(event, None)
        except Crash:
            done(None)
        except Exception as error:  # noqa: BLE001 - as Lambda does: the process lives, the event comes again
            self._note(error)
            self._rest(process)
            done(None)
        else:
            self._rest(process)
            done(answer)

    def _note(self, error: Exception) -> None:
        if not isinstance(error, VigieError):
            self.defects[repr(error)] += 1

    def _rest(self, process: Entry | None) -> None:
        if process:
            self.resting.append(process)


class World:
    """The platform between its fakes. The same seed and the same plan give the same history."""

    def __init__(
        self,
        book: Directory,
        plan: Plan,
        seed: int = 0,
        *,
        names: Names | None = None,
        begins: datetime = TUESDAY,
        history: History | None = None,
    ) -> None:
        self.dice = Random(f"world {seed}")  # noqa: S311 - a seeded history, not a secret
        self.hub = Hub(begins, self.dice)
        self.ports = Ports(self.hub, plan)
        self.history = history or History()
        self.providers = Providers(self.ports, self.history)
        self.partners = Partners(self.providers)
        self.cloud = Cloud(self.ports, self.providers, self.partners, take=self._take)
        self.observer = Observer(self.hub, self.history)
        self.watch = Watch(self.hub)
        self.names = names or {}
        self.queues: dict[str, QueueSource] = {}
        self.ticks: dict[str, Ticks] = {}
        self.workers: dict[str, Workers] = {}
        self._lay_tables(book)
        self._lay_queues()
        for function in SERVICE.functions:
            self._wire(function)
        self.words = Words(self.ports, self.cloud.queues["hear_providers"])
        self.providers.heard.append(self.words.follow)

    def _lay_tables(self, book: Directory) -> None:
        for table in SERVICE.tables:
            made = FakeTable(table.indexes, lambda: self.hub.now, self._seen)
            self.cloud.tables[table.name] = made
        self.ledger = self.cloud.tables["ledger"]
        self.book = self.cloud.tables["address-book"] = FakeTable()
        self.cloud.tables["sessions"] = FakeTable()
        self.book.put_many(published(book))

    def _lay_queues(self) -> None:
        for queue in SERVICE.queues:
            self._lay_queue(queue.name, queue.visibility_s, queue.max_receives)
        for function in SERVICE.functions:
            if isinstance(function.trigger, On | Hears):
                most = function.trigger.max_receives if isinstance(function.trigger, On) else 5
                self._lay_queue(function.name, 6 * function.timeout_s, most)

    def _lay_queue(self, name: str, visibility_s: int, max_receives: int) -> None:
        dead = FakeQueue(f"{name}-dead", lambda: self.hub.now)
        self.cloud.queues[dead.name] = dead
        self.cloud.queues[name] = FakeQueue(name, lambda: self.hub.now, visibility_s, max_receives + 1, dead)

    def _wire(self, function: Function) -> None:
        fed = function.trigger.queue.name if isinstance(function.trigger, Drains) else function.name
        queue = self.cloud.queues.get(fed)
        self.workers[function.name] = Workers(function, partial(self._start, function, queue), self.history.defects)
        invoke = partial(self.invoke, function.name)
        match function.trigger:
            case Drains() | On() | Hears() if queue:
                batch = function.trigger.batch if isinstance(function.trigger, Drains) else 10
                self.queues[queue.name] = QueueSource(self.ports, queue, invoke, batch)
            case Follows():
                self.stream = StreamSource(self.ports, self.ledger, invoke)
            case Every(expression):
                self.ticks[function.name] = Ticks(self.ports, invoke, _minutes(expression), self._has_work)

    def aws(self, function: Function, queue: FakeQueue | None = None) -> FakeAws:
        """A function's resources."""
        settings = {"VIGIE_PUBLIC_URL": "https://vigie.example", "VIGIE_SENDER": "alertes@vigie.example"}
        if queue and queue.dead:
            settings |= {"VIGIE_DEAD_QUEUE": queue.dead.name, "VIGIE_MAX_RECEIVES": str(queue.max_receives - 1)}
        return FakeAws(self.cloud, settings)

    def _start(self, function: Function, queue: FakeQueue | None) -> Entry:
        names = {**self.machine, **self.names.get("*", {}), **self.names.get(function.name, {})}
        return started(SERVICE.name, function.name, self.aws(function, queue), names, self.history)

    @cached_property
    def machine(self) -> dict[str, Any]:
        """What a process takes from the machine that it runs on, and the way out to strangers' servers."""
        outside = {
            "Poster": lambda *given, **named: self.partners,
            "look_up_within": lambda seconds: lambda host, port: ["93.184.216.34"],
            "token_urlsafe": lambda length: f"{self.dice.getrandbits(64):x}",
        }
        opened = rebound(opening, outside)
        return {
            "open_gate": opened["open_gate"],
            "open_challenger": opened["open_challenger"],
            "SystemClock": lambda: self.watch,
            "new_id": self.new_id,
            "random": self.dice.random,
            "Logger": lambda: Journal(self.history.defects),
            "EmailChannel": QuickEmailChannel,
            "AddressBook": QuickAddressBook,
        }

    def new_id(self, now: datetime) -> str:
        """As `shared.ids.new_id`, from the seed."""
        value = int(now.timestamp() * 1000) << 80 | self.dice.getrandbits(80)
        return str(UUID(int=value & ~(0xF << 76) | 0x7 << 76 & ~(0x3 << 62) | 0x2 << 62))

    def invoke(self, name: str, event: dict[str, Any], done: Callable[[Any], None]) -> None:
        """Runs a function on an event, by a worker whose clock is a little off."""
        workers = self.workers[name]
        skew = int(self.dice.uniform(-SKEW, SKEW))
        run = partial(workers.run, event, done)
        self.hub.start(name, run, skew=skew, lives=workers.function.timeout_s * SECOND)

    def _take(self, entries: Entries) -> None:
        """The bus: each event to the queues that its rules name, at least once."""
        for source, detail_type, text in entries:
            detail = json.loads(text)
            self.history.published[detail["metadata"]["id"]].append(self.hub.now)
            envelope = json.dumps({"source": source, "detail-type": detail_type, "detail": detail})
            fault = self.ports.fate("event", ("twice", "late"))
            for _ in range(2 if fault == "twice" else 1):
                self._route(detail_type, envelope, int(120 * self.dice.random()) if fault == "late" else 0)

    def _route(self, detail_type: str, envelope: str, delay_s: int) -> None:
        for function in SERVICE.functions:
            if isinstance(function.trigger, On) and detail_type in {one.detail_type for one in function.trigger.events}:
                self.cloud.queues[function.name].send(envelope, delay_s=delay_s)

    def publish(self, entry: tuple[str, str, str]) -> None:
        """Another service tells something."""
        self._take([entry])

    def _seen(self, item: Mapping[str, Any]) -> None:
        """Something was written: the stream has a record, a schedule may have something to do."""
        wake_at = self.observer.seen(item)
        self.stream.changed()
        if wake_at is not None:
            for ticks in self.ticks.values():
                ticks.wake(wake_at)

    def _has_work(self) -> bool:
        """Whether anything is due, or waits too long to leave."""
        first = self.ledger.first_due("due", f"T#{TERRITORY}")
        now = self.hub.now + SKEW
        return (first is not None and self.observer.due_at(first) <= now) or self.outbox_age() >= 5 * MINUTE

    def outbox_age(self) -> int:
        """How long the oldest event has waited to leave; 0 when there is none."""
        first = self.ledger.first(f"T#{TERRITORY}#OUTBOX")
        return self.hub.now - self.observer.instant(first["written_at"]) if first else 0

    def is_at_rest(self) -> bool:
        """Nothing is due within the hour, nothing runs, nothing can be received."""
        first = self.ledger.first_due("due", f"T#{TERRITORY}")
        busy = any(source.running or source.queue.has_visible() for source in self.queues.values())
        return not busy and (first is None or self.observer.due_at(first) > self.hub.now + HOUR)

    def restore(self, items: Iterable[Mapping[str, Any]]) -> None:
        """The ledger as a copy has it; nothing else of that time is left: no message, no change, no schedule."""
        self.ledger.put_many([dict(item) for item in items])
        self.ledger.stream.clear()

    def items(self) -> Iterable[dict[str, Any]]:
        """What the ledger holds."""
        return self.ledger.items()


def _minutes(expression: str) -> int:
    """Of `rate(1 minute)` or `rate(5 minutes)`."""
    return int(expression.removeprefix("rate(").split(" ")[0])
