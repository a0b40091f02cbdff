"""A territory with two structures that declare jobs, for the tests of declared jobs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

from services.matching.jobs.desk import Desk
from services.matching.jobs.store import JobStore
from shared.address_book import AddressBook, Membership
from shared.clock import FixedClock
from shared.errors import Invalid
from shared.events import Recorded, parse
from shared.events import matching as facts
from shared.idempotency import Request
from shared.identity import Caller
from shared.tables import MemoryTable

NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
HERE = "belfort"
FACTS = tuple(
    value for value in vars(facts).values() if hasattr(value, "detail_type") and value.__module__ == facts.__name__
)


TITLES = {"H2909": "Assembleur", "B1604": "Horloger"}


class Titles:
    """A reference of two métiers."""

    def title(self, code: str) -> str:
        if code not in TITLES:
            raise Invalid("Ce code ROME n’est pas connu.", fields={"rome": "Ce code ROME n’est pas connu."})
        return TITLES[code]


class OpenVault:
    """Turns a text round: what was sealed cannot be read by chance, and opens again in its own territory only."""

    def encrypt(self, plain: bytes, context: Mapping[str, str]) -> bytes:
        return context["territory"].encode() + b"|" + plain[::-1]

    def decrypt(self, sealed: bytes, context: Mapping[str, str]) -> bytes:
        territory, _, turned = sealed.partition(b"|")
        assert territory.decode() == context["territory"]
        return turned[::-1]


@dataclass
class Scene:
    """The desk, its clock, and what was told."""

    clock: FixedClock = field(default_factory=lambda: FixedClock(NOW))
    table: MemoryTable = field(default_factory=MemoryTable)

    def __post_init__(self) -> None:
        numbers = count(1)
        book = MemoryTable()
        book.items[f"T#{HERE}", "TERRITORY"] = {"pk": f"T#{HERE}", "sk": "TERRITORY", "id": HERE, "name": "Belfort"}
        self.book = AddressBook(book)
        self.store = JobStore(self.table)
        self.desk = Desk(
            self.store, self.book, Titles(), OpenVault(), self.clock, new_id=lambda now: f"id-{next(numbers):04}"
        )

    def caller(self, member: str, structure: str, *roles: Any) -> Caller:
        membership = Membership(
            territory_id=HERE,
            territory_name="Belfort",
            structure_id=structure,
            structure_name=structure,
            member_id=member,
            roles=roles or ("capteur",),
        )
        return Caller(f"sub-{member}", member, membership)

    def request(self, key: str, caller: Caller, body: str = "") -> Request:
        return Request.of(HERE, caller.member_id, f"key-{key:>08}", body)

    def told(self) -> list[Recorded[Any]]:
        """What waits in the outbox, oldest first."""
        items = [item for key, item in sorted(self.table.items.items()) if key[0] == f"T#{HERE}#OUTBOX"]
        return [_read(event) for item in items for event in item["events"]]


def _read(event: Mapping[str, str]) -> Recorded[Any]:
    envelope = {"detail-type": event["detail_type"], "source": event["source"], "detail": json.loads(event["detail"])}
    return parse(envelope, *FACTS)
