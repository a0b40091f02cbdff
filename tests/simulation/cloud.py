"""The platform's resources as one function has them: fakes behind ports, named as the declarations name them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.errors import Unavailable
from shared.objects import MemoryBucket
from shared.resources import Bucket, Queue, Secret, Table
from shared.tables import Item, Page, Write
from tests.simulation.fake_queue import FakeQueue
from tests.simulation.fake_table import LAG, FakeTable
from tests.simulation.ports import INDEX, READ, REPEATED, WRITE, Fault, Ports
from tests.simulation.providers import Mail, Partners, Providers, Texts

SECRET = "k" * 64
Entries = Sequence[tuple[str, str, str]]


@dataclass(frozen=True)
class PortedTable:
    """A table to which calls may fail. A transaction carries a token: the SDK's second try of it changes nothing."""

    ports: Ports
    table: FakeTable
    name: str

    def get(self, pk: str, sk: str) -> Item | None:
        return self.ports.call(f"{self.name} get", lambda: self.table.get(pk, sk), READ)

    def query(self, pk: str, *, index: str | None = None, **asked: Any) -> Page:
        """An index may answer as it was a moment ago."""

        def effect(fault: Fault) -> Page:
            return self.table.query(pk, index=index, lag=LAG if fault == "stale" else 0, **asked)

        faults = INDEX if index else READ
        return self.ports.call_knowing(f"{self.name} query", effect, faults)

    def write(self, *writes: Write) -> None:
        faults = REPEATED if len(writes) == 1 else WRITE
        self.ports.call(f"{self.name} write", lambda: self.table.write(*writes), faults)

    def get_many(self, keys: Sequence[tuple[str, str]]) -> list[Item]:
        return self.ports.call(f"{self.name} get_many", lambda: self.table.get_many(keys), READ)

    def put_many(self, items: Sequence[Item]) -> None:
        self.ports.call(f"{self.name} put_many", lambda: self.table.put_many(items), WRITE)


@dataclass(frozen=True)
class PortedQueue:
    """A queue to send to."""

    ports: Ports
    queue: FakeQueue

    def send(
        self, body: str, *, delay_s: int = 0, attributes: Mapping[str, str] | None = None, group: str = ""
    ) -> None:
        send = lambda: self.queue.send(body, delay_s=delay_s, attributes=attributes, group=group)  # noqa: E731
        self.ports.call(f"send {self.queue.name}", send, REPEATED)

    def delete(self, receipt: str) -> None:
        self.ports.call(f"delete {self.queue.name}", lambda: self.queue.delete(receipt), WRITE)


@dataclass(frozen=True)
class PortedBus:
    """The bus: takes all entries, or some of them and says that it did not take all."""

    ports: Ports
    take: Callable[[Entries], None]

    def publish(self, entries: Entries) -> None:
        def effect(fault: Fault) -> None:
            self.take(entries[: len(entries) // 2] if fault == "partial" else entries)
            if fault == "partial":
                raise Unavailable("publish")

        self.ports.call_knowing("publish", effect, (*REPEATED, "partial"))


@dataclass(frozen=True)
class PortedBucket(MemoryBucket):
    """A bucket; each of its calls may fail."""

    ports: Ports
    objects: dict[str, tuple[bytes, str]] = field(default_factory=dict)

    def put(self, key: str, content: bytes, content_type: str) -> None:
        self.ports.call("bucket put", lambda: super(PortedBucket, self).put(key, content, content_type), WRITE)

    def get(self, key: str) -> bytes:
        return self.ports.call("bucket get", lambda: super(PortedBucket, self).get(key), READ)


@dataclass(frozen=True)
class PortedVault:
    """Seals with the context; opens only with the same."""

    ports: Ports

    def encrypt(self, plain: bytes, context: Mapping[str, str]) -> bytes:
        return self.ports.call("encrypt", lambda: _lock(context) + plain, READ)

    def decrypt(self, sealed: bytes, context: Mapping[str, str]) -> bytes:
        return self.ports.call("decrypt", lambda: _opened(sealed, context), READ)


def _lock(context: Mapping[str, str]) -> bytes:
    return json.dumps(dict(context), sort_keys=True).encode() + b"\0"


def _opened(sealed: bytes, context: Mapping[str, str]) -> bytes:
    if not sealed.startswith(_lock(context)):
        raise ValueError("sealed for something else")
    return sealed.removeprefix(_lock(context))


def sealed(plain: str, **context: str) -> bytes:
    """As the vault seals it."""
    return _lock(context) + plain.encode()


@dataclass
class Cloud:
    """Everything that exists, by name."""

    ports: Ports
    providers: Providers
    partners: Partners
    tables: dict[str, FakeTable] = field(default_factory=dict)
    queues: dict[str, FakeQueue] = field(default_factory=dict)
    take: Callable[[Entries], None] = lambda entries: None
    objects: dict[str, tuple[bytes, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class FakeAws:
    """`shared.aws.Aws` for one function."""

    cloud: Cloud
    settings: Mapping[str, str]

    def setting(self, name: str) -> str:
        return self.settings.get(name, name.lower())

    def allows(self, name: str) -> bool:
        return False

    def table(self, table: Table) -> PortedTable:
        return PortedTable(self.cloud.ports, self.cloud.tables[table.name], table.name)

    def queue(self, queue: Queue) -> PortedQueue:
        return PortedQueue(self.cloud.ports, self.cloud.queues[queue.name])

    def dead_queue(self) -> PortedQueue:
        return PortedQueue(self.cloud.ports, self.cloud.queues[self.setting("VIGIE_DEAD_QUEUE")])

    def fed_queue(self) -> PortedQueue:
        return PortedQueue(self.cloud.ports, self.cloud.queues[self.setting("VIGIE_DEAD_QUEUE").removesuffix("-dead")])

    def bus(self) -> PortedBus:
        return PortedBus(self.cloud.ports, self.cloud.take)

    def bucket(self, bucket: Bucket) -> PortedBucket:
        return PortedBucket(self.cloud.ports, self.cloud.objects)

    def secret(self, secret: Secret) -> str:
        return self.cloud.ports.call("secret", lambda: SECRET, READ)

    def vault(self) -> PortedVault:
        return PortedVault(self.cloud.ports)

    def mailer(self) -> Mail:
        return Mail(self.cloud.providers)

    def texter(self) -> Texts:
        return Texts(self.cloud.providers)
