"""What the pages and the API show of an import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from services.visits.importing.chunk import ROWS
from services.visits.importing.comparing import OUTCOMES
from services.visits.importing.objects import ImportObjects
from services.visits.importing.reading import Note
from services.visits.importing.record import Import
from services.visits.importing.store import ImportStore
from shared.objects import ObjectStat

SEPARATORS: Mapping[str, str] = {
    ";": "point-virgule",
    ",": "virgule",
    "\t": "tabulation",
    "|": "barre verticale",
    "": "",
}
ENCODINGS: Mapping[str, str] = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "cp1252": "Windows (cp1252)",
    "latin-1": "ISO 8859-1",
    "": "classeur .xlsx",
}


class Done(NamedTuple):
    """How much of the work is done, in rows; `whole` is 0 while nobody knows how many there are."""

    rows: int
    whole: int

    @property
    def share(self) -> float:
        """Between 0 and 1."""
        return self.rows / self.whole if self.whole else 0.0


@dataclass(frozen=True)
class ImportView:
    """An import with what surrounds it."""

    subject: Import
    sent: ObjectStat | None
    """The file in the bucket, asked while it is expected."""
    done: Done | None
    """While the machine works."""
    notes: tuple[Note, ...]
    """The first cells refused or repaired."""

    @property
    def errors(self) -> tuple[Note, ...]:
        return tuple(note for note in self.notes if note.kind == "error")

    @property
    def repairs(self) -> tuple[Note, ...]:
        return tuple(note for note in self.notes if note.kind == "repair")

    @property
    def outcomes(self) -> list[tuple[str, int]]:
        """The figures of the register: what applying did, or would do."""
        counts = self.subject.done if self.subject.state == "applied" else self.subject.found
        return [(label, counts.get(outcome, 0)) for outcome, label in OUTCOMES.items()]

    @property
    def writes(self) -> int:
        """Records that applying changes."""
        counts = self.subject.done if self.subject.state == "applied" else self.subject.found
        return sum(counts.get(outcome, 0) for outcome in ("new", "changed", "closed"))


def view(subject: Import, store: ImportStore, objects: ImportObjects) -> ImportView:
    """Looks up what the state of an import calls for, and no more."""
    return ImportView(
        subject,
        sent=objects.sent(subject) if subject.state == "expected" else None,
        done=_done(subject, store) if subject.at_work else None,
        notes=tuple(store.notes(subject)) if subject.file else (),
    )


def _done(subject: Import, store: ImportStore) -> Done:
    progress = store.progress(subject)
    chunks = progress.written if subject.state == "applying" else progress.compared
    whole = subject.file.tally["accepted"] if subject.file else 0
    rows = len(chunks) * ROWS
    return Done(min(rows, whole) if whole else rows, whole)
