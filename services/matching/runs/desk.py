"""What a run works with, and what it reads first: the territory's jobs, its matches, its settings, the reference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from services.matching.jobs.job import Job
from services.matching.jobs.store import JobStore
from services.matching.matches.match import Match
from services.matching.matches.store import MatchStore
from services.matching.runs.gathering import Inputs, gather
from services.matching.runs.reference import Reference, References
from services.matching.runs.store import RunStore
from services.matching.runs.suggesting import Standing
from shared.address_book import AddressBook
from shared.clock import Clock
from shared.ids import NewId, new_id
from shared.settings import MatchingSettings

PAGE = 500


@dataclass(frozen=True)
class RunDesk:
    """The services of a use case."""

    jobs: JobStore
    matches: MatchStore
    runs: RunStore
    references: References
    book: AddressBook
    clock: Clock
    new_id: NewId = new_id


@dataclass(frozen=True)
class Scene:
    """A territory on a day, read once."""

    jobs: tuple[Job, ...]
    standing: Standing
    settings: MatchingSettings
    reference: Reference
    on: date

    @property
    def taken(self) -> Mapping[str, int]:
        return self.standing.taken

    def inputs(self) -> Inputs:
        return gather(self.jobs, self.reference, self.on, self.settings.confirm_days, self.taken)


def scene_of(territory_id: str, on: date, desk: RunDesk) -> Scene:
    """Everything that bears on what can be proposed. Raises NotFound, Unavailable."""
    return Scene(
        jobs=(*desk.jobs.jobs_at_risk(territory_id), *desk.jobs.openings(territory_id)),
        standing=Standing(tuple(_matches(territory_id, desk))),
        settings=desk.book.territory(territory_id).matching_settings,
        reference=desk.references.of(territory_id),
        on=on,
    )


def _matches(territory_id: str, desk: RunDesk) -> Iterator[Match]:
    cursor: str | None = None
    while True:
        page = desk.matches.page(territory_id, PAGE, cursor)
        yield from map(Match.model_validate, page.items)
        cursor = page.cursor
        if cursor is None:
            return
