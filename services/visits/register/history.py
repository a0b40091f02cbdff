"""The history of an enterprise: visits, additions, corrections and merges in one line of time."""

from __future__ import annotations

from datetime import datetime, time
from typing import NamedTuple

from services.visits.lifecycle import STATES
from services.visits.register.enterprise import SOURCES, Enterprise
from services.visits.register.note import NOTES, Note
from services.visits.register.reading import Fiche
from services.visits.visit import Visit
from shared.clock import PARIS


class Moment(NamedTuple):
    """One line: when, what, why, by which structure."""

    when: datetime
    title: str
    text: str = ""
    by: str = ""
    tone: str = "quiet"
    whole_day: bool = False
    """Whether only the day is known."""


def history_of(fiche: Fiche) -> list[Moment]:
    """The latest first."""
    moments = [*_source_moment(fiche.enterprise), *map(_visit_moment, fiche.visits), *map(_note_moment, fiche.notes)]
    return sorted(moments, key=lambda moment: moment.when, reverse=True)


def _source_moment(enterprise: Enterprise) -> list[Moment]:
    """When its source last said something new; what a person adds has a line of its own."""
    if enterprise.recorded_on is None or enterprise.source == "person":
        return []
    day = datetime.combine(enterprise.recorded_on, time(), PARIS)
    return [Moment(day, "Identité mise à jour", by=SOURCES[enterprise.source], whole_day=True)]


def _visit_moment(visit: Visit) -> Moment:
    day = visit.visited_on or visit.planned_on or visit.day
    corrected = f", rapport corrigé {visit.revision - 1} fois" if visit.revision > 1 else ""
    title = f"Visite : {STATES[visit.state].lower()}{corrected}"
    return Moment(datetime.combine(day, time(), PARIS), title, by=visit.structure_name, tone="info", whole_day=True)


def _note_moment(note: Note) -> Moment:
    words = [f"« {note.other_name} »." if note.other_name else "", note.text or ""]
    return Moment(note.at, NOTES[note.kind], " ".join(filter(None, words)), note.structure_name)
