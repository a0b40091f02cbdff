"""What a use case of declared jobs works with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from services.matching.jobs.enterprise import Sealer
from services.matching.jobs.store import JobStore
from shared.address_book import AddressBook
from shared.clock import Clock
from shared.ids import NewId, new_id


class Titles(Protocol):
    """The métiers that a reference knows."""

    def title(self, code: str) -> str:
        """Of a ROME code; raises Invalid, with the nearest ones."""
        ...


@dataclass(frozen=True)
class Desk:
    """The services of a use case."""

    store: JobStore
    book: AddressBook
    titles: Titles
    vault: Sealer
    clock: Clock
    new_id: NewId = new_id
