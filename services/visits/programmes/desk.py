"""What a use case of programmes works with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.visits.programmes.store import ProgrammeStore
from services.visits.programmes.surroundings import Surroundings
from shared.address_book import AddressBook
from shared.clock import Clock
from shared.ids import NewId, new_id
from shared.settings import VisitSettings
from shared.tables import TableClient

if TYPE_CHECKING:
    from services.visits.programmes.population import Register


@dataclass(frozen=True)
class Desk:
    """The services of a use case."""

    store: ProgrammeStore
    surroundings: Surroundings
    register: Register
    book: AddressBook
    clock: Clock
    new_id: NewId = new_id

    @classmethod
    def over(cls, visits: TableClient, register: Register, book: AddressBook, clock: Clock) -> Desk:
        """The services over the table of visits."""
        return cls(ProgrammeStore(visits), Surroundings(visits), register, book, clock)

    def settings(self, territory_id: str) -> VisitSettings:
        """What the territory chose about its visits."""
        return self.book.territory(territory_id).visit_settings
