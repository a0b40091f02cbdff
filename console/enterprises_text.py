"""An import as a terminal shows it."""

from __future__ import annotations

from collections.abc import Iterator

from services.visits.importing.layouts import KINDS
from services.visits.importing.reading import Note
from services.visits.importing.record import STATES, FileRead
from services.visits.importing.viewing import ImportView
from shared.web.formats import number, percent, plural

BAR = 30
"""Characters."""


def progress_line(view: ImportView) -> str:
    """How far the work is, on one line of constant width."""
    done = view.done
    share = done.share if done else 0.0
    filled = "█" * round(BAR * share)
    rows = number(done.rows) if done else "0"
    return f"{STATES[view.subject.state]:<24} {filled:░<{BAR}} {percent(share):>6} {rows:>9} lignes"


def report_lines(view: ImportView) -> Iterator[str]:
    """What came out of an import."""
    subject = view.subject
    yield f"{subject.title} : {STATES[subject.state].lower()} (import {subject.id})"
    if subject.failure:
        yield f"  {subject.failure}"
    if subject.file is None:
        return
    yield from _file_lines(subject.file)
    for label, count in view.outcomes:
        yield f"  {label:<36} {number(count):>9}"
    yield from map(_note_line, view.notes)
    whole = subject.file.tally["rejected"]
    if whole > len(view.errors):
        yield f"  … {plural(whole, 'ligne refusée', 'lignes refusées')} en tout : voir le rapport de la page de l’import."


def _file_lines(file: FileRead) -> Iterator[str]:
    tally = file.tally
    yield f"  {KINDS[file.kind]}, {plural(tally['rows'], 'ligne')}"
    for name, label in (("rejected", "Refusées"), ("outside", "Hors territoire"), ("repaired", "Cellules réparées")):
        if tally[name]:
            yield f"  {label:<36} {number(tally[name]):>9}"
    if file.twin:
        yield f"  Ce fichier a déjà été appliqué par l’import {file.twin.import_id}."


def _note_line(note: Note) -> str:
    kind = "refusée" if note.kind == "error" else "réparée"
    return f"  ligne {note.line}, {note.column or 'ligne entière'}, {kind} : {note.rule} → {note.remedy}"
