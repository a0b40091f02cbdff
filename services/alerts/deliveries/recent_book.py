"""The address book as it was a moment ago: one reading serves many messages, for as long as its revision stands."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from services.alerts.deliveries.delivering import Book
from shared.address_book import Directory, Territory
from shared.clock import Clock

RECENT = timedelta(seconds=30)


class Revised(Book, Protocol):
    """A book whose territories have a revision, another one after every change."""

    def territory(self, territory_id: str) -> Territory: ...


class RecentBook:
    """Looks at a territory at most once in thirty seconds, and reads it whole only when it has changed."""

    def __init__(self, book: Revised, clock: Clock) -> None:
        self._book = book
        self._clock = clock
        self._known: dict[str, tuple[datetime, Directory]] = {}

    def directory(self, territory_id: str) -> Directory:
        """Everything about one territory; raises NotFound."""
        now = self._clock.now()
        known = self._known.get(territory_id)
        if known is None or now - known[0] > RECENT:
            known = now, self._read(territory_id, known and known[1])
            self._known[territory_id] = known
        return known[1]

    def _read(self, territory_id: str, known: Directory | None) -> Directory:
        """The revision is read first: of what is written meanwhile, the next look sees another one."""
        territory = self._book.territory(territory_id)
        if known and territory.revision and territory == known.territory:
            return known
        return self._book.directory(territory_id).model_copy(update={"territory": territory})
