"""The facts of visits leave for the bus: at once by the table's stream, by a sweep when the bus was down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shared.address_book import AddressBook
from shared.clock import Clock
from shared.outbox import Outbox, is_entry
from shared.tables import Item


@dataclass(frozen=True)
class Relay:
    """Passes on each new image of the table that is an outbox item; raises Unavailable when the bus is down."""

    outbox: Outbox

    def pass_on(self, item: Item) -> None:
        if is_entry(item):
            self.outbox.relay(item)


@dataclass(frozen=True)
class Sweep:
    """Relays what the stream did not, for every territory."""

    outbox: Outbox
    book: AddressBook
    clock: Clock

    def run(self) -> Mapping[str, int]:
        """How many items it found: more than none means that the stream or the bus had a bad time."""
        return {"OutboxSwept": self.outbox.sweep(self.book.territory_ids(), self.clock.now())}
