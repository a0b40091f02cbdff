"""Every night: what nobody has confirmed in time is set aside, and its referent can see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from services.matching.jobs import telling
from services.matching.jobs.job import Job
from services.matching.jobs.rules import is_stale, staled
from services.matching.jobs.store import JobStore, job_put
from services.matching.teller import Teller
from shared.address_book import AddressBook
from shared.clock import Clock, day_in_paris
from shared.ids import NewId, new_id
from shared.tables import ConditionFailed, Contended

MACHINE = "sweep"


@dataclass(frozen=True)
class Staling:
    """Marks stale jobs, territory by territory."""

    store: JobStore
    book: AddressBook
    clock: Clock
    new_id: NewId = new_id

    def stale(self, territory_id: str) -> int:
        """How many were marked; one that is confirmed at that very moment is left alone. A page of 500 a time."""
        days = self.book.territory(territory_id).matching_settings.confirm_days
        today = day_in_paris(self.clock.now())
        before = today - timedelta(days=days + 1)
        due = [job for job in self.store.unconfirmed_since(territory_id, before) if is_stale(job, today, days)]
        return sum(map(self._mark, due))

    def _mark(self, job: Job) -> bool:
        marked = staled(job)
        teller = Teller(MACHINE, f"stale-{job.id}", self.clock.now(), self.new_id)
        fact = teller.of(job.territory_id, job.id, marked.version, telling.stale(marked))
        try:
            self.store.write(job_put(marked, job.version), fact)
        except (ConditionFailed, Contended):
            return False
        return True
