"""What the use cases of the register work with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.visits.register.files import EnterpriseFiles
from services.visits.register.store import RegisterStore
from services.visits.store import VisitStore
from shared.clock import Clock, day_in_paris
from shared.ids import NewId, new_id
from shared.tables import TableClient


@dataclass(frozen=True)
class RegisterDesk:
    """The register, what visits know of its enterprises, what time it is, and new ids."""

    store: RegisterStore
    files: EnterpriseFiles
    visits: VisitStore
    clock: Clock
    new_id: NewId = new_id

    @classmethod
    def over(cls, register: TableClient, visits: TableClient, clock: Clock) -> RegisterDesk:
        """The desk over both tables."""
        return cls(RegisterStore(register), EnterpriseFiles(visits), VisitStore(visits), clock)

    def today(self) -> date:
        """The day in Paris."""
        return day_in_paris(self.clock.now())
