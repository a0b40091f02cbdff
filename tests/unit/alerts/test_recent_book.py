"""The address book of a moment ago: never older than half a minute, read whole only when it has changed."""

from __future__ import annotations

from datetime import timedelta

from services.alerts.deliveries.recent_book import RECENT, RecentBook
from shared.address_book import Directory, Territory
from shared.clock import FixedClock
from tests.unit.alerts.delivery_scene import BOOK, NOON, TERRITORY


class Shelf:
    """A book that counts how often it is read whole; `between` is what somebody writes while it is."""

    def __init__(self) -> None:
        self.held = self._of("1")
        self.between: Directory | None = None
        self.readings = 0

    def territory(self, territory_id: str) -> Territory:
        return self.held.territory

    def directory(self, territory_id: str) -> Directory:
        self.readings += 1
        read, self.held = self.held, self.between or self.held
        return read.model_copy(update={"territory": self.held.territory})

    def revise(self, revision: str) -> None:
        """Another revision, without partners."""
        self.held = self._of(revision).model_copy(update={"partners": ()})

    @staticmethod
    def _of(revision: str) -> Directory:
        return BOOK.model_copy(update={"territory": BOOK.territory.model_copy(update={"revision": revision})})


def opened(shelf: Shelf) -> tuple[RecentBook, FixedClock]:
    """The book and its clock."""
    clock = FixedClock(NOON)
    return RecentBook(shelf, clock), clock


def test_a_book_that_has_not_changed_is_read_once() -> None:
    """However long the messages go on: a diffusion to thousands does not read thousands of partners again and again."""
    shelf = Shelf()
    book, clock = opened(shelf)
    for _ in range(20):
        clock.now_is += timedelta(seconds=20)
        assert book.directory(TERRITORY).partners
    assert shelf.readings == 1


def test_a_change_is_seen_within_half_a_minute() -> None:
    """A partner that has left gets nothing more after that."""
    shelf = Shelf()
    book, clock = opened(shelf)
    book.directory(TERRITORY)
    shelf.revise("2")
    assert book.directory(TERRITORY).partners
    clock.now_is += RECENT + timedelta(seconds=1)
    assert not book.directory(TERRITORY).partners


def test_what_is_written_during_a_reading_is_seen_at_the_next() -> None:
    """The reading may hold the new revision beside old entries: it counts as the old one."""
    shelf = Shelf()
    book, clock = opened(shelf)
    shelf.between = Shelf._of("2").model_copy(update={"partners": ()})
    book.directory(TERRITORY)
    clock.now_is += RECENT + timedelta(seconds=1)
    assert not book.directory(TERRITORY).partners


def test_a_territory_without_a_revision_is_read_every_time() -> None:
    """Nothing says that it has not changed."""
    shelf = Shelf()
    shelf.revise("")
    book, clock = opened(shelf)
    for _ in range(3):
        clock.now_is += RECENT + timedelta(seconds=1)
        book.directory(TERRITORY)
    assert shelf.readings == 3
