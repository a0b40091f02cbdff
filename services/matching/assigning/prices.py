"""What it costs to decide otherwise: the price of an override, and the next best on either side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from services.matching.assigning.assignment import Assignment, assign
from services.matching.assigning.pairs import Integers, Positions, positions
from services.matching.assigning.terms import Frozen
from services.matching.edges import Edges


class Loss(NamedTuple):
    """What the territory gives up; all in points unless placements lead."""

    placements: int
    points: int


@dataclass(frozen=True)
class Alternative:
    """A pair that the assignment does not use, and the least that choosing it would cost."""

    edge: int
    """Its position among the edges."""
    score: int
    at_least: Loss


def as_loss(value: int, bonus: int) -> Loss:
    """A value of the assignment's mode read as placements and points, in the one way there is; points may be negative."""
    if not bonus:
        return Loss(0, value)
    placements = (2 * value + bonus) // (2 * bonus)
    return Loss(placements, value - placements * bonus)


def least_losses(edges: Edges, assignment: Assignment) -> Integers:
    """For each pair, the least that one more person forced into it costs overall: p + q − value, never negative.

    It is a value of the mode: `as_loss` reads it. A pair in use costs nothing.
    """
    ends = assignment.source_price[edges.source] + assignment.opening_price[edges.opening]
    losses = np.maximum(0, ends - edges.score - assignment.bonus)
    return np.where(assignment.flow > 0, 0, losses)


def exact_loss(edges: Edges, supply: Positions, demand: Positions, assignment: Assignment, decided: Frozen) -> Loss:
    """What deciding this would cost overall, by solving again with it in the place of what was decided of its pair.

    Raises `Contradiction` when it cannot be decided: vetoed, not admissible, or no room beside the other decisions.
    """
    terms = assignment.terms
    others = [one for one in terms.frozen if one.pair != decided.pair]
    forced = assign(
        edges, supply, demand, terms.mode, frozen=(*others, decided), vetoes=terms.vetoes, shortlist=terms.shortlist
    )
    return as_loss(assignment.value - forced.value, assignment.bonus)


def next_best_opening(edges: Edges, assignment: Assignment, source: int) -> Alternative | None:
    """Where a source would go otherwise, at the least cost to all; None when nowhere else is admissible."""
    return _next_best(edges, assignment, np.flatnonzero(edges.source == source))


def next_best_source(edges: Edges, assignment: Assignment, opening: int) -> Alternative | None:
    """Who would come otherwise, at the least cost to all; None when nobody else is admissible."""
    return _next_best(edges, assignment, np.flatnonzero(edges.opening == opening))


def _next_best(edges: Edges, assignment: Assignment, pairs: Integers) -> Alternative | None:
    """The least loss, then the highest score, then the first in the order of the ids."""
    vetoed = positions(edges, assignment.terms.vetoes)
    unused = pairs[(assignment.flow[pairs] == 0) & ~np.isin(pairs, vetoed)]
    if not len(unused):
        return None
    losses, score = least_losses(edges, assignment)[unused], edges.score[unused]
    best = np.lexsort((edges.opening[unused], edges.source[unused], -score, losses))[0]
    return Alternative(int(unused[best]), int(score[best]), as_loss(int(losses[best]), assignment.bonus))
