"""Sweeps the directory's outbox, territory by territory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shared.address_book import AddressBook
from shared.clock import Clock
from shared.outbox import Outbox


@dataclass(frozen=True)
class Sweeping:
    """One sweep a call; answers how many outbox items left. Raises Unavailable while the bus is down."""

    book: AddressBook
    outbox: Outbox
    clock: Clock

    def __call__(self) -> Mapping[str, int]:
        return {"OutboxSwept": self.outbox.sweep(self.book.territory_ids(), self.clock.now())}
