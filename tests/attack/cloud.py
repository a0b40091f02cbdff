"""Everything a function finds behind `Aws`, in memory: any handler of the product is built over it as it stands."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.aws.calls import NotConfigured
from shared.objects import MemoryBucket
from shared.resources import Bucket, Queue, Secret, Table
from shared.tables import Item, MemoryTable, Page, Write, key_of

SITE = "https://vigie.example"
ISSUER, AUDIENCE = "https://issuer.example", "client"
SETTINGS = {
    "VIGIE_STAGE": "attack",
    "VIGIE_PUBLIC_URL": SITE,
    "VIGIE_ISSUER": ISSUER,
    "VIGIE_AUDIENCE": AUDIENCE,
    "VIGIE_SENDER": "alertes@vigie.example",
}


@dataclass
class MemoryQueue:
    """Keeps what it was sent."""

    sent: list[str] = field(default_factory=list)

    def send(
        self, body: str, *, delay_s: int = 0, attributes: Mapping[str, str] | None = None, group: str = ""
    ) -> None:
        self.sent.append(body)


@dataclass
class MemoryBus:
    """Keeps what was published."""

    published: list[tuple[str, str, str]] = field(default_factory=list)

    def publish(self, entries: Sequence[tuple[str, str, str]]) -> None:
        self.published.extend(entries)


class OpenVault:
    """Seals with the context in clear, and opens only under the same context, as KMS does."""

    def encrypt(self, plain: bytes, context: Mapping[str, str]) -> bytes:
        return json.dumps([sorted(context.items()), plain.hex()]).encode()

    def decrypt(self, sealed: bytes, context: Mapping[str, str]) -> bytes:
        said, plain = json.loads(sealed)
        if [tuple(pair) for pair in said] != sorted(context.items()):
            raise ValueError("another context")
        return bytes.fromhex(plain)


@dataclass
class MemoryPost:
    """Mail and texts alike: keeps what was handed over."""

    sender: str = "alertes@vigie.example"
    sent: list[tuple[Any, ...]] = field(default_factory=list)

    def send(self, *message: Any) -> str:
        self.sent.append(message)
        return f"message-{len(self.sent)}"


class KeyedTable(MemoryTable):
    """Refuses, as the functions' roles do, every partition key that the declaration does not name.

    `touched` has the keys of all that was asked to be written, whether it was or not, until somebody clears it.
    """

    def __init__(self, keys: tuple[str, ...]) -> None:
        super().__init__()
        self._keys = keys
        self.touched: set[tuple[str, str]] = set()

    def get(self, pk: str, sk: str) -> Item | None:
        self._check(pk)
        return super().get(pk, sk)

    def query(self, pk: str, **asked: Any) -> Page:
        self._check(pk)
        return super().query(pk, **asked)

    def write(self, *writes: Write) -> None:
        keys = [key_of(write) for write in writes]
        self._check(*(pk for pk, _ in keys))
        self.touched.update(keys)
        super().write(*writes)

    def get_many(self, keys: Sequence[tuple[str, str]]) -> list[Item]:
        self._check(*(pk for pk, _ in keys))
        return super().get_many(keys)

    def put_many(self, items: Sequence[Item]) -> None:
        self._check(*(item["pk"] for item in items))
        self.touched.update((item["pk"], item["sk"]) for item in items)
        super().put_many(items)

    def _check(self, *pks: str) -> None:
        assert all(pk.startswith(self._keys) for pk in pks), pks


class MemoryAws:
    """Stands for `shared.aws.Aws`: the same words, each resource by its name."""

    def __init__(self) -> None:
        self.tables: dict[str, KeyedTable] = {}
        self.queues: dict[str, MemoryQueue] = defaultdict(MemoryQueue)
        self.buckets: dict[str, MemoryBucket] = defaultdict(MemoryBucket)
        self.the_bus, self.mail, self.texts = MemoryBus(), MemoryPost(), MemoryPost()

    def setting(self, name: str) -> str:
        if name not in SETTINGS:
            raise NotConfigured(name)
        return SETTINGS[name]

    def allows(self, name: str) -> bool:
        return False

    def table(self, table: Table) -> KeyedTable:
        return self.tables.setdefault(table.name, KeyedTable(table.keys))

    def queue(self, queue: Queue) -> MemoryQueue:
        return self.queues[queue.name]

    def dead_queue(self) -> MemoryQueue:
        return self.queues["dead"]

    def bucket(self, bucket: Bucket) -> MemoryBucket:
        return self.buckets[bucket.name]

    def secret(self, secret: Secret) -> str:
        return f"the secret {secret.name}, long enough to sign whatever there is to sign"

    def vault(self) -> OpenVault:
        return OpenVault()

    def bus(self) -> MemoryBus:
        return self.the_bus

    def mailer(self) -> MemoryPost:
        return self.mail

    def texter(self) -> MemoryPost:
        return self.texts

    def everything(self) -> dict[str, Any]:
        """All that is kept, to compare before and after."""
        return {
            "tables": {
                name: {key: dict(item) for key, item in t.items.items()} for name, t in self.tables.items() if t.items
            },
            "queues": {name: list(queue.sent) for name, queue in self.queues.items() if queue.sent},
            "buckets": {name: dict(bucket.objects) for name, bucket in self.buckets.items() if bucket.objects},
            "sent": (len(self.the_bus.published), len(self.mail.sent), len(self.texts.sent)),
        }
