"""The history of a visit in French: who planned it, put it off, reported it, corrected what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from services.visits.hours import french_hour
from services.visits.lifecycle import Act
from services.visits.motives import MOTIVES
from services.visits.report import Move, Report
from services.visits.store import VisitFile
from shared.address_book import Directory
from shared.web.formats import day

TITLES: dict[Act, tuple[str, str]] = {
    "plan": ("Visite planifiée", "info"),
    "reschedule": ("Visite reportée", "watch"),
    "mark_done": ("Visite faite", "info"),
    "report": ("Compte rendu saisi", "done"),
    "decline": ("Refusée par l’entreprise", "quiet"),
    "cancel": ("Visite annulée", "quiet"),
    "correct": ("Compte rendu corrigé", "info"),
    "refer": ("Orientée vers le comité technique", "done"),
    "close": ("Close sans suite", "quiet"),
}
GONE = "Membre parti du territoire"


class Moment(NamedTuple):
    """A line of the history."""

    when: datetime
    title: str
    text: str = ""
    by: str = ""
    tone: str = "quiet"


def history(file: VisitFile, directory: Directory) -> list[Moment]:
    """Everything that the reader may know of a visit, the latest first."""
    told = [*_moves(file.moves, directory), *_reports(file.reports, directory)]
    return sorted(told, key=lambda moment: moment.when)[::-1]


def history_since(file: VisitFile, version: int, directory: Directory) -> list[Moment]:
    """What was done after the visit was at this version, the latest first: each version is one line of the history."""
    return history(file, directory)[: max(0, file.visit.version - version)]


def name_of(member_id: str, directory: Directory) -> str:
    """The member's name, as far as the territory still knows them."""
    member = directory.member(member_id) if member_id else None
    return member.name if member else (GONE if member_id else "")


def _moves(moves: tuple[Move, ...], directory: Directory) -> Iterator[Moment]:
    for move in moves:
        title, tone = TITLES[move.act]
        motive = MOTIVES[move.motive] if move.motive and move.motive != "other" else ""
        words = [_appointment(move), motive, move.reason or ""]
        yield Moment(move.recorded_at, title, ". ".join(filter(None, words)), name_of(move.member_id, directory), tone)


def _appointment(move: Move) -> str:
    if move.act not in ("plan", "reschedule"):
        return ""
    if move.planned_on is None:
        return "Date à fixer"
    return f"Pour le {day(move.planned_on)}" + (f" à {french_hour(move.planned_at)}" if move.planned_at else "")


def _reports(reports: tuple[Report, ...], directory: Directory) -> Iterator[Moment]:
    for report in reports:
        first = report.revision == 1
        title = "Compte rendu saisi" if first else f"Compte rendu corrigé (révision {report.revision})"
        yield Moment(
            report.recorded_at,
            title,
            report.reason or "",
            name_of(report.author, directory),
            "done" if first else "info",
        )
