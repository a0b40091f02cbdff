"""What a pair's points were made of, read back from the run: kilometres, dates, hours, the passerelle and its source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from services.matching.reference.passerelles import Declared
from services.matching.scoring.constraints import waits
from services.matching.scoring.distances import metres
from services.matching.scoring.passerelles import UNKNOWN_HOURS, Kind
from services.matching.scoring.points import components, unsaid
from services.matching.scoring.sides import Pairs, Run, pairs_of
from services.matching.scoring.terms import EPOCH
from services.matching.scoring.weights import COMPONENTS

TENTHS = 10


@dataclass(frozen=True)
class Component:
    """One of the seven parts of a score."""

    name: str
    points: int
    """Of the score: the seven add up to it."""
    most: int
    """Its weight: what it would bring at best."""
    unsaid: bool
    """Nobody said what it needs: it counts half, and the explanation says so."""


@dataclass(frozen=True)
class Facts:
    """A pair as the run saw it."""

    components: tuple[Component, ...]
    kind: Kind
    rank: int
    """Among the official passerelles of the métier at risk; 0 when it is not official."""
    percentile: int
    """Of an inferred passerelle among those of its métier, in per cent."""
    declared: Declared | None
    hours: int
    """Of training."""
    estimated: bool
    """The hours are worked out from the skills that are missing: no training is named."""
    metres: int | None
    ends_on: date | None
    starts_on: date | None
    wait_days: int | None
    """From readiness to the start, negative when readiness is later; None when a date is unknown."""

    @property
    def score(self) -> int:
        return sum(component.points for component in self.components)


def facts_of(run: Run, source: int, opening: int) -> Facts:
    """Any pair, admissible or not."""
    pairs = pairs_of(run, np.array([source]), np.array([opening]))
    cell = int(pairs.cell[0])
    passerelles, tables = run.rules.terms.passerelles, run.rules.tables
    entry = int(passerelles.entry.ravel()[cell])
    kind = Kind(int(passerelles.kind.ravel()[cell]))
    ends, starts = int(run.sources.columns.ends_on[source]), int(run.openings.columns.starts_on[opening])
    return Facts(
        components=_components(run, pairs),
        kind=kind,
        rank=int(tables.official_rank.ravel()[cell]) if kind is Kind.OFFICIAL else 0,
        percentile=int(tables.inferred.ravel()[cell]) // TENTHS if kind is Kind.INFERRED else 0,
        declared=passerelles.declared[entry - 1] if entry else None,
        hours=int(run.rules.hours[cell]),
        estimated=int(passerelles.hours.ravel()[cell]) == UNKNOWN_HOURS,
        metres=int(metres(pairs.chord, run.rules.terms.detour)[0]) if pairs.chord[0] >= 0 else None,
        ends_on=_date(ends),
        starts_on=_date(starts),
        wait_days=int(waits(run, pairs)[0]) if ends and starts else None,
    )


def _components(run: Run, pairs: Pairs) -> tuple[Component, ...]:
    points, silent = components(run, pairs)[0].tolist(), unsaid(run, pairs)[0].tolist()
    weights = run.rules.weights.vector
    rows = zip(COMPONENTS, points, weights, silent, strict=True)
    return tuple(Component(name, value, most, quiet) for name, value, most, quiet in rows)


def _date(days: int) -> date | None:
    return EPOCH + timedelta(days=days) if days else None
