"""The address book as it was a moment ago: one reading serves a whole batch of messages to one territory."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.alerts.delivering import Book
from shared.address_book import Directory
from shared.clock import Clock

RECENT = timedelta(seconds=30)


class RecentBook:
    """Reads a territory at most once in thirty seconds."""

    def __init__(self, book: Book, clock: Clock) -> None:
        self._book = book
        self._clock = clock
        self._known: dict[str, tuple[datetime, Directory]] = {}

    def directory(self, territory_id: str) -> Directory:
        """Everything about one territory; raises NotFound."""
        now = self._clock.now()
        read_at, directory = self._known.get(territory_id, (None, None))
        if read_at is None or directory is None or now - read_at > RECENT:
            directory = self._book.directory(territory_id)
            self._known[territory_id] = (now, directory)
        return directory
