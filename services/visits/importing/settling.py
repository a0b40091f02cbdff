"""Moves an import on once its last chunk is compared, or written: whoever comes last does it, and only once."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from services.visits.importing import record
from services.visits.importing.record import Import
from services.visits.importing.store import ImportStore, Progress
from services.visits.importing.telling import imported
from shared import outbox
from shared.clock import Clock
from shared.ids import NewId
from shared.tables import ConditionFailed


@dataclass(frozen=True)
class Settler:
    """Looks at how far the chunks of an import are."""

    store: ImportStore
    clock: Clock
    new_id: NewId

    def settle(self, territory_id: str, import_id: str) -> None:
        """Does nothing while a chunk is awaited. A strongly consistent look: the last of two sees both."""
        subject = self.store.get(territory_id, import_id)
        if not subject.at_work or subject.file is None:
            return
        progress = self.store.progress(subject)
        with suppress(ConditionFailed):
            if subject.state == "reading" and len(progress.compared) >= subject.file.chunks:
                self._check(subject, progress)
            elif subject.state == "applying" and len(progress.written) >= subject.file.chunks:
                self._apply(subject, progress)

    def _check(self, subject: Import, progress: Progress) -> None:
        self.store.move(subject, record.moved(subject, "checked", self.clock.now(), found=dict(progress.found)))

    def _apply(self, subject: Import, progress: Progress) -> None:
        """The move, the fact that tells of it and the memory of the file, together or not at all."""
        now = self.clock.now()
        applied = record.moved(subject, "applied", now, done=dict(progress.planned))
        entry = outbox.entry(self.new_id(now), subject.territory_id, [imported(applied, self.new_id)], now)
        self.store.move(subject, applied, self.store.imported_put(applied), entry)
