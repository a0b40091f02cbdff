"""What is shown of programmes, to whom: the months of the structures, one programme, its next enterprises."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from services.visits.programmes.months import later, month_of, span
from services.visits.programmes.performing import open_programme
from services.visits.programmes.programme import VISITORS, Programme, sees_all, sees_programme
from services.visits.programmes.progress import Progress, progress_by_structure, progress_of_programme, total
from services.visits.programmes.ranking import Ranked, Situation, rank
from services.visits.programmes.store import ProgrammeStore
from services.visits.programmes.surroundings import Surroundings, VisitMark
from services.visits.programmes.target import TARGET_STATES, Target, TargetState
from services.visits.register.folding import fold
from shared.clock import day_in_paris
from shared.identity import Caller, require
from shared.settings import VisitSettings

SHOWN_MONTHS = 6
MONTHS_BACK = 2
"""Of the shown months, those before the current one unless asked otherwise."""


@dataclass(frozen=True)
class Overview:
    """The months of the structures that the caller may read, the territory's total, the programmes."""

    months: tuple[str, ...]
    current: str
    lines: tuple[Progress, ...]
    total: Progress
    programmes: tuple[Programme, ...]


@dataclass(frozen=True)
class Sheet:
    """A programme, its targets, its own progress over some months."""

    programme: Programme
    targets: tuple[Target, ...]
    progress: Progress
    current: str
    now: datetime

    def in_state(self, state: TargetState) -> list[Target]:
        """The targets that are so by the clock, by name."""
        found = [target for target in self.targets if target.state_at(self.now) == state]
        return sorted(found, key=lambda target: (fold(target.name), target.enterprise_id))

    @cached_property
    def counts(self) -> dict[TargetState, int]:
        """How many targets are in each state by the clock."""
        states = Counter(target.state_at(self.now) for target in self.targets)
        return {state: states[state] for state in TARGET_STATES}

    @property
    def coverage(self) -> float | None:
        """The share of the frozen list that was visited (indicator B3); None before there is a list."""
        listed = self.programme.targets_count if self.programme.state != "draft" else 0
        return self.counts["visited"] / listed if listed else None


@dataclass(frozen=True)
class Window:
    """Reads programmes for a caller, at an instant."""

    store: ProgrammeStore
    surroundings: Surroundings

    def overview(self, caller: Caller, now: datetime, first_month: str | None = None) -> Overview:
        """Raises Forbidden to whom visits are no business. A structure reads its own line and the territory's total."""
        require(caller, *VISITORS)
        current = month_of(day_in_paris(now))
        months = span(first_month or later(current, -MONTHS_BACK), SHOWN_MONTHS)
        programmes = self.store.programmes(caller.territory_id)
        lines = progress_by_structure(programmes, self._marks(caller.territory_id, months), months)
        return Overview(
            months,
            current,
            tuple(line for line in lines if sees_all(caller) or line.structure_id == caller.membership.structure_id),
            total(lines, months),
            tuple(each for each in programmes if sees_programme(caller, each.territory_id, each.structure_id)),
        )

    def sheet(self, programme_id: str, caller: Caller, now: datetime) -> Sheet:
        """One programme; raises NotFound."""
        programme = open_programme(programme_id, caller, self.store)
        targets = tuple(self.store.targets(programme)) if programme.state != "draft" else ()
        current = month_of(day_in_paris(now))
        months = _months_of(programme, current)
        marks = self._marks(caller.territory_id, months) if programme.state != "draft" else {}
        listed = frozenset(target.enterprise_id for target in targets)
        progress = progress_of_programme(programme, listed, marks, months)
        return Sheet(programme, targets, progress, current, now)

    def next_best(
        self, targets: Sequence[Target], caller: Caller, weights: VisitSettings, now: datetime
    ) -> list[Ranked]:
        """The free targets in the order that suits the caller today."""
        today = day_in_paris(now)
        situation = Situation(today, self.surroundings.signals(caller.territory_id), self._places(caller, today))
        return rank(targets, situation, weights, now)

    def _marks(self, territory_id: str, months: Sequence[str]) -> dict[str, list[VisitMark]]:
        return {month: self.surroundings.of_month(territory_id, month) for month in months}

    def _places(self, caller: Caller, today: date) -> frozenset[str]:
        """Where the caller goes today."""
        marks = self.surroundings.of_day(caller.territory_id, caller.membership.structure_id, today)
        route = [mark for mark in marks if mark.is_planned and caller.member_id in mark.member_ids]
        return frozenset(filter(None, [*(mark.insee for mark in route), *(fold(mark.commune) for mark in route)]))


def _months_of(programme: Programme, current: str) -> tuple[str, ...]:
    """The shown months of a programme: around the current one, within its period."""
    last_start = max(programme.first_month, later(programme.last_month, 1 - SHOWN_MONTHS))
    start = min(max(programme.first_month, later(current, -MONTHS_BACK)), last_start)
    return span(start, min(SHOWN_MONTHS, programme.months))
