"""Takes an import further: reads its file into chunks, or sends these to be written; begun again, it does the same."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from services.visits.importing import record
from services.visits.importing.chunk import Chunk, batches
from services.visits.importing.files import CsvTable, Spooled, Table, open_table, spool
from services.visits.importing.objects import ImportObjects
from services.visits.importing.reading import Note, Reading, headed
from services.visits.importing.record import FileRead, Import
from services.visits.importing.reports import ReportWriter, annotate
from services.visits.importing.settling import Settler
from services.visits.importing.store import ImportStore
from services.visits.importing.work import Advance, ChunkWork, Outlet
from shared.address_book import Territory
from shared.clock import Clock
from shared.errors import Invalid, NotFound
from shared.tables import ConditionFailed


class _Pass(NamedTuple):
    """One pass over a file: what it was, what was read of it, in how many chunks."""

    file: Spooled
    table: Table
    reading: Reading
    chunks: int


@dataclass(frozen=True)
class ImportAdvancer:
    """Handles `Advance`."""

    store: ImportStore
    objects: ImportObjects
    settler: Settler
    chunks: Outlet
    territory_of: Callable[[str], Territory]
    clock: Clock

    def advance(self, work: Advance) -> None:
        """Does what the state of the import asks; a state that asks nothing is a message come twice, or too late."""
        subject = self.store.get(work.territory_id, work.import_id)
        if subject.state == "reading" and subject.file is None:
            self._read(subject)
        elif subject.file and subject.at_work:
            self._send_again(subject, subject.file)

    def _send_again(self, subject: Import, file: FileRead) -> None:
        progress = self.store.progress(subject)
        done = progress.compared if subject.state == "reading" else progress.written
        for number in sorted(set(range(1, file.chunks + 1)) - done):
            self._send(subject, number)
        self.settler.settle(subject.territory_id, subject.id)

    def _read(self, subject: Import) -> None:
        try:
            with TemporaryDirectory() as folder:
                file, notes = self._read_in(Path(folder), subject)
        except (Invalid, NotFound) as refusal:
            self._move(subject, record.moved(subject, "failed", self.clock.now(), failure=refusal.message), [])
            return
        self._move(subject, record.read(subject, file, self.clock.now()), notes)
        self.settler.settle(subject.territory_id, subject.id)

    def _move(self, before: Import, after: Import, notes: list[Note]) -> None:
        """Moves the import, unless somebody has abandoned it or read it meanwhile."""
        with suppress(ConditionFailed):
            self.store.move(before, after, self.store.notes_put(before, notes))

    def _read_in(self, folder: Path, subject: Import) -> tuple[FileRead, list[Note]]:
        """Reads the file by way of a folder of this machine; returns what was found and the first notes."""
        self._refuse_replaced(subject)
        with self.objects.open(subject) as stream:
            file = spool(stream, folder / "file")
        with ReportWriter(folder / "report.csv") as report:
            done = self._cut(subject, file, report)
        self.objects.keep_report(subject, folder / "report.csv")
        annotated = self._annotate(subject, done, folder) if done.reading.tally.rejected else ""
        twin = self.store.twin(subject.territory_id, file.sha256)
        return _file_read(done).model_copy(update={"annotated": annotated, "twin": twin}), report.first

    def _refuse_replaced(self, subject: Import) -> None:
        """The form that sent the file stays good for an hour: another file may have come through it."""
        sent = self.objects.sent(subject)
        if sent is not None and sent.etag != subject.etag:
            raise Invalid("Le fichier a été remplacé depuis la demande de vérification : recommencez l’import.")

    def _cut(self, subject: Import, file: Spooled, report: ReportWriter) -> _Pass:
        """Cuts the sound rows in chunks and sends each to be compared at once: reading and comparing go on together."""
        table = open_table(file)
        rows = table.rows()
        layout, first_line = headed(rows)
        communes = frozenset(self.territory_of(subject.territory_id).communes)
        reading = Reading(layout, communes, report.tell)
        number = 0
        for number, batch in enumerate(batches(reading.accepted(rows, first_line)), 1):
            self.objects.keep_chunk(subject, number, Chunk(layout.kind, file.sha256, layout.fields, batch))
            self._send(subject, number)
        if not reading.tally.rows:
            raise Invalid("Le fichier n’a aucune ligne sous le nom de ses colonnes.")
        return _Pass(file, table, reading, number)

    def _annotate(self, subject: Import, done: _Pass, folder: Path) -> str:
        target = folder / f"annotated{done.file.suffix}"
        annotate(done.table, folder / "report.csv", target)
        self.objects.keep_annotated(subject, target, done.file.suffix)
        return done.file.suffix

    def _send(self, subject: Import, number: int) -> None:
        work = ChunkWork(territory_id=subject.territory_id, import_id=subject.id, number=number)
        self.chunks.send(work.model_dump_json())


def _file_read(done: _Pass) -> FileRead:
    return FileRead(
        kind=done.reading.layout.kind,
        sha256=done.file.sha256,
        encoding=done.file.encoding,
        separator=done.table.separator if isinstance(done.table, CsvTable) else "",
        ignored=done.reading.layout.ignored,
        tally=asdict(done.reading.tally),
        chunks=done.chunks,
    )
