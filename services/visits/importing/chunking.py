"""Handles one chunk of an import: compares it with the register, or writes what changes; come twice, it does the same."""

from __future__ import annotations

from dataclasses import dataclass

from services.visits.importing.assembling import Origin, enterprises_of
from services.visits.importing.comparing import Comparison, compare
from services.visits.importing.objects import ImportObjects
from services.visits.importing.record import Import
from services.visits.importing.settling import Settler
from services.visits.importing.store import ImportStore
from services.visits.importing.work import ChunkWork
from services.visits.register.store import RegisterStore
from shared.clock import day_in_paris


@dataclass(frozen=True)
class ChunkHandler:
    """Handles `ChunkWork`."""

    store: ImportStore
    objects: ImportObjects
    register: RegisterStore
    settler: Settler

    def handle(self, work: ChunkWork) -> None:
        """Does what the state of the import asks; the message of an import that is over is left."""
        subject = self.store.get(work.territory_id, work.import_id)
        if not subject.at_work:
            return
        comparison = self._compare(subject, work.number)
        if subject.state == "applying":
            self._write(subject, work.number, comparison)
        else:
            self.store.keep_found(subject, work.number, comparison.counts)
        self.settler.settle(subject.territory_id, subject.id)

    def _write(self, subject: Import, number: int, comparison: Comparison) -> None:
        """The counts before the records: begun again after a stop between two writes, fewer records differ."""
        self.store.keep_planned(subject, number, comparison.counts)
        self.register.keep(comparison.to_write)
        self.store.keep_written(subject, number)

    def _compare(self, subject: Import, number: int) -> Comparison:
        day = day_in_paris(subject.created_at)
        origin = Origin(subject.territory_id, subject.structure_id, day)
        chunk = self.objects.chunk(subject, number)
        return compare(enterprises_of(chunk, origin), subject.territory_id, self.register)
