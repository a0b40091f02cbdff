"""What wakes the functions: queues, the stream, the schedule; each at least once, some of it late, some of it twice."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

from shared.aws.attributes import to_attributes
from tests.simulation.fake_queue import FakeQueue
from tests.simulation.fake_table import FakeTable, Record
from tests.simulation.machine import HOUR, MINUTE, SECOND
from tests.simulation.ports import Ports

STREAM_BATCH = 100
STREAM_ATTEMPTS = 20
STREAM_AGE = 18 * HOUR
STREAM_KEPT = 24 * HOUR
LONGEST_BACKOFF = 60 * SECOND

Invoke = Callable[[dict[str, Any], Callable[[Any], None]], None]
"""Runs a function on an event, then tells the answer, or None when it died or failed."""


@dataclass
class QueueSource:
    """Gives a queue's messages to a function, batch by batch, several at a time."""

    ports: Ports
    queue: FakeQueue
    invoke: Invoke
    batch: int
    at_once: int = 5
    running: int = 0
    stopped: bool = False

    def __post_init__(self) -> None:
        self.queue.told = self.arrival

    def arrival(self, instant: int) -> None:
        """A message may be received then."""
        hub = self.ports.hub
        hub.at(instant + int(hub.dice.random() * SECOND), self.poll)

    def poll(self) -> None:
        """Takes what there is, unless enough is being done already."""
        if self.stopped or self.running >= self.at_once:
            return
        records = self.queue.receive(self.batch)
        if not records:
            return
        fault = self.ports.fate("deliver", ("twice", "late"))
        wait = int(self.ports.hub.dice.random() * 30 * SECOND) if fault == "late" else 0
        for _ in range(2 if fault == "twice" else 1):
            self.running += 1
            self.ports.hub.at(self.ports.hub.now + wait, lambda: self._give(records))
        self.ports.hub.at(self.ports.hub.now, self.poll)

    def _give(self, records: list[dict[str, Any]]) -> None:
        self.invoke({"Records": records}, lambda answer: self._done(records, answer))

    def _done(self, records: list[dict[str, Any]], answer: Any) -> None:
        self.running -= 1
        if answer is not None:
            failed = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
            for record in records:
                if record["messageId"] not in failed:
                    self.queue.delete(record["receiptHandle"])
        self.ports.hub.at(self.ports.hub.now, self.poll)


class Change(NamedTuple):
    """When an item changed, and its new image as the stream tells it."""

    at: int
    image: dict[str, Any]


@dataclass
class StreamSource:
    """Gives a table's changes to a function, in their order; gives up on what is too old or keeps failing."""

    ports: Ports
    table: FakeTable
    invoke: Invoke
    given_up: list[Change] = field(default_factory=list)
    waiting: deque[Change] = field(default_factory=deque)
    batch: int = STREAM_BATCH
    attempts: int = 0
    reading: bool = False
    stopped: bool = False

    def changed(self) -> None:
        """Something was written."""
        if not self.reading and not self.stopped:
            self.reading = True
            hub = self.ports.hub
            hub.at(hub.now + int((0.2 + 0.6 * hub.dice.random()) * SECOND), self.read)

    def resume(self) -> None:
        """The stream is followed again; what it has kept is read first."""
        self.stopped = False
        self.changed()

    def read(self) -> None:
        """The next batch."""
        self._take()
        now = self.ports.hub.now
        while self.waiting and now - self.waiting[0].at > STREAM_KEPT:
            self.waiting.popleft()
        while self.waiting and (now - self.waiting[0].at > STREAM_AGE or self.attempts > STREAM_ATTEMPTS):
            self.given_up.append(self.waiting.popleft())
            self.attempts, self.batch = 0, STREAM_BATCH
        if not self.waiting:
            self.reading = False
            return
        batch = list(islice(self.waiting, self.batch))
        self.invoke({"Records": [_event(*pair) for pair in enumerate(batch)]}, self._done(len(batch)))

    def _take(self) -> None:
        for record in filter(_may_matter, self.table.stream):
            fault = self.ports.fate("record", ("dropped", "twice"))
            change = Change(record.at, to_attributes(record.item))
            self.waiting.extend([change] * {"dropped": 0, "twice": 2}.get(fault, 1))
        self.table.stream.clear()

    def _done(self, size: int) -> Callable[[Any], None]:
        def told(answer: Any) -> None:
            failures = answer["batchItemFailures"] if answer is not None else [{"itemIdentifier": "0"}]
            done = int(failures[0]["itemIdentifier"]) if failures else size
            for _ in range(done):
                self.waiting.popleft()
            self._again(failed=bool(failures), crashed=answer is None)

        return told

    def _again(self, *, failed: bool, crashed: bool) -> None:
        hub = self.ports.hub
        self.attempts = self.attempts + 1 if failed else 0
        self.batch = max(self.batch // 2, 1) if crashed else STREAM_BATCH
        self.reading = not self.stopped
        if self.reading:
            hub.at(hub.now + (min(SECOND * 2**self.attempts, LONGEST_BACKOFF) if failed else 0), self.read)


def _may_matter(record: Record) -> bool:
    """The relay passes over whatever has no kind and is no outbox item: alerts, audit entries, kept answers."""
    return record.item.get("kind", "alert") != "alert" or str(record.item["pk"]).endswith("#OUTBOX")


def _event(place: int, change: Change) -> dict[str, Any]:
    return {"eventName": "MODIFY", "dynamodb": {"SequenceNumber": str(place), "NewImage": change.image}}


@dataclass
class Ticks:
    """A schedule of so many minutes. A tick that would find nothing to do is passed over: it would write nothing."""

    ports: Ports
    invoke: Invoke
    minutes: int
    has_work: Callable[[], bool]
    planned: set[int] = field(default_factory=set)
    stopped: bool = False

    def wake(self, instant: int) -> None:
        """There will be something to do at that instant."""
        period = self.minutes * MINUTE
        tick = -(-max(instant, self.ports.hub.now + 1) // period) * period
        if tick not in self.planned:
            self.planned.add(tick)
            self.ports.hub.at(tick, lambda: self._tick(tick))

    def _tick(self, tick: int) -> None:
        self.planned.discard(tick)
        if not self.has_work():
            return
        fault = self.ports.fate("tick", ("dropped", "twice", "late"))
        if self.stopped or fault == "dropped":
            self.wake(tick + MINUTE)
            return
        late = int(self.ports.hub.dice.random() * MINUTE) if fault == "late" else 0
        for _ in range(2 if fault == "twice" else 1):
            self.ports.hub.at(self.ports.hub.now + late, self._run)

    def _run(self) -> None:
        hub = self.ports.hub
        self.invoke({"scheduled_at": hub.instant(hub.now).isoformat()}, lambda _: self._after())

    def _after(self) -> None:
        if self.has_work():
            self.wake(self.ports.hub.now)
