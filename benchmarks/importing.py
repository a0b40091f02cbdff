"""An import as the pipeline does it, message after message, in one process: what is billed, and the CPU that it takes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from benchmarks.progress import Bar
from benchmarks.sqlite_table import SqliteTable
from services.visits.importing.advancing import ImportAdvancer
from services.visits.importing.chunking import ChunkHandler
from services.visits.importing.commands import BeginImport, ImportCommands, begin_import
from services.visits.importing.objects import ImportObjects
from services.visits.importing.record import Import
from services.visits.importing.settling import Settler
from services.visits.importing.store import ImportStore
from services.visits.importing.work import Advance, ChunkWork
from services.visits.register.store import RegisterStore
from services.visits.resources import REGISTER, VISITS
from shared.address_book import Membership, Territory
from shared.clock import FixedClock
from shared.idempotency import Request
from shared.identity import Caller
from shared.ids import new_id
from shared.objects import MemoryBucket

TERRITORY = "mesure"
CLOCK = FixedClock(datetime(2026, 11, 27, 9, 0, tzinfo=UTC))
SQS_PER_MESSAGE = 3
"""Sent, received, deleted."""
GB_PER_CPU = 1769 / 1024
"""Lambda gives one processor for 1,769 MB, and less for less: a second of it costs the same at any size."""
_MEMBER = {"structure_id": "s", "structure_name": "S", "member_id": "m", "territory_name": "Mesure"}
_CALLER = Caller("m", "M", Membership(territory_id=TERRITORY, roles=("coordinator",), **_MEMBER))


@dataclass
class Line:
    """A queue that is drained by hand; it counts what it carried."""

    bodies: list[str] = field(default_factory=list)
    carried: int = 0

    def send(self, body: str) -> None:
        self.bodies.append(body)
        self.carried += 1


class CountingBucket(MemoryBucket):
    """Counts what it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.puts = self.gets = 0

    def put(self, key: str, content: bytes, content_type: str) -> None:
        self.puts += 1
        super().put(key, content, content_type)

    def get(self, key: str) -> bytes:
        self.gets += 1
        return super().get(key)


@dataclass(frozen=True)
class Imported:
    """One import: what the register was told, and what is billed. Units by name, as in `prices.toml`."""

    outcome: dict[str, int]
    register_writes: int
    """Write units of the register's own table, without its indexes and the labels of communes."""
    index_writes: int
    commune_writes: int
    cpu_s: float
    units: dict[str, float]

    @property
    def changes(self) -> int:
        """Rows that changed the register."""
        return sum(self.outcome.get(name, 0) for name in ("new", "changed", "closed"))


class Works:
    """The parts of the pipeline over two tables of one folder."""

    def __init__(self, folder: Path) -> None:
        self.register_table = SqliteTable(folder / "register.sqlite", REGISTER)
        self.visits = SqliteTable(folder / "visits.sqlite", VISITS)
        self.register = RegisterStore(self.register_table)
        self._bucket, self._advances, self._chunks = CountingBucket(), Line(), Line()
        store, objects = ImportStore(self.visits), ImportObjects(self._bucket)
        settler = Settler(store, CLOCK, new_id)
        self._store, self._objects = store, objects
        self._advancer = ImportAdvancer(store, objects, settler, self._chunks, _territory, CLOCK)
        self._chunker = ChunkHandler(store, objects, self.register, settler)
        self._commands = ImportCommands(store, objects, self._advances, CLOCK)
        self._numbers = count(1)

    def close(self) -> None:
        """Closes both tables."""
        self.register_table.close()
        self.visits.close()

    def run(self, file: Path, rows: int) -> Imported:
        """Checks the file, then applies it."""
        begun = self._begin(file)
        self._reset()
        labels = len(self.register.communes(TERRITORY))
        self.register_table.bill.reset()
        start = time.process_time()
        for step in (self._commands.check, self._commands.apply):
            step(begun.id, _CALLER)
            self._drain(rows)
        return self._imported(begun.id, labels, time.process_time() - start)

    def _begin(self, file: Path) -> Import:
        self._bucket.objects.clear()
        request = Request.of(TERRITORY, "m", f"import-{next(self._numbers)}", "")
        begun = begin_import(BeginImport(), request, _CALLER, store=self._store, clock=CLOCK, new_id=new_id)
        subject = self._store.get(TERRITORY, begun.import_id)
        self._objects.send(subject, file)
        return subject

    def _reset(self) -> None:
        self._bucket.puts = self._bucket.gets = 0
        self._advances.carried = self._chunks.carried = 0
        self.visits.bill.reset()

    def _drain(self, rows: int) -> None:
        bar = Bar("Importing", rows // 2000 + 1)
        _empty(self._advances, lambda body: self._advancer.advance(Advance.model_validate_json(body)))
        _empty(self._chunks, lambda body: self._chunker.handle(ChunkWork.model_validate_json(body)), bar)
        bar.close()

    def _imported(self, import_id: str, labels: int, cpu_s: float) -> Imported:
        applied = self._store.get(TERRITORY, import_id)
        register, visits = self.register_table.bill, self.visits.bill
        messages = self._advances.carried + self._chunks.carried
        bill = {
            "dynamodb-write": register.writes + register.index_writes + visits.writes + visits.index_writes,
            "dynamodb-read": register.reads + visits.reads,
            "s3-put": self._bucket.puts,
            "s3-get": self._bucket.gets,
            "sqs-request": messages * SQS_PER_MESSAGE,
            "lambda-request": messages,
            "lambda-gb-second": cpu_s * GB_PER_CPU,
        }
        communes = len(self.register.communes(TERRITORY)) - labels
        own = register.writes - communes
        return Imported(applied.done, own, register.index_writes, communes, cpu_s, bill)


def _territory(territory_id: str) -> Territory:
    return Territory(id=territory_id, name="Mesure")


def _empty(line: Line, handle: Callable[[str], None], bar: Bar | None = None) -> None:
    done = 0
    while line.bodies:
        handle(line.bodies.pop())
        done += 1
        if bar:
            bar.at(done)
