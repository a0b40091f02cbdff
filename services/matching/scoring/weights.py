"""What each component of the score counts for, and what would change if it counted for more or less."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.matching.edges import Edges
from shared.errors import Invalid

WHOLE = 1_000
CHANGE = 20
"""Per cent, up and down, in a sensitivity table."""


@dataclass(frozen=True)
class Weights:
    """Thousandths that sum to 1,000, in the order in which components are told; raises Invalid otherwise."""

    passerelle: int = 300
    skills: int = 200
    training: int = 100
    distance: int = 150
    timing: int = 100
    contract: int = 50
    wage: int = 100

    def __post_init__(self) -> None:
        if min(self.vector) < 0 or sum(self.vector) != WHOLE:
            raise Invalid("Les poids du score sont des entiers positifs dont la somme est 1 000.")

    @property
    def vector(self) -> tuple[int, ...]:
        return tuple(asdict(self).values())

    def moved(self, component: str, per_cent: int) -> Weights:
        """One weight moved by so many per cent; the others share the rest in their proportions, to the unit."""
        mine = min(WHOLE, _halves_up(getattr(self, component) * (100 + per_cent), 100))
        others = {name: weight for name, weight in asdict(self).items() if name != component}
        before, left = sum(others.values()), WHOLE - mine
        if not before:
            return self
        shares = {name: weight * left // before for name, weight in others.items()}
        short = left - sum(shares.values())
        for name in sorted(others, key=lambda name: -(others[name] * left % before))[:short]:
            shares[name] += 1
        return replace(self, **{component: mine}, **shares)


DEFAULT = Weights()
COMPONENTS = tuple(asdict(DEFAULT))


def totals(points: NDArray[np.int32], weights: Weights) -> NDArray[np.int32]:
    """Scores of rows of seven points: their weighted sum in thousandths, rounded half up once."""
    weighed = points @ np.asarray(weights.vector, dtype=np.int32)
    rounded: NDArray[np.int32] = (weighed + WHOLE // 2) // WHOLE
    return rounded


def shares(points: NDArray[np.int32], weights: Weights) -> NDArray[np.int32]:
    """Whole numbers [row, component] that add up to the score: what is left over goes to the largest remainders."""
    weighed = points * np.asarray(weights.vector, dtype=np.int32)
    whole, rest = np.divmod(weighed, WHOLE)
    short = totals(points, weights) - whole.sum(axis=1)
    place = np.argsort(np.argsort(-rest, axis=1, kind="stable"), axis=1, kind="stable")
    parts: NDArray[np.int32] = (whole + (place < short[:, None])).astype(np.int32)
    return parts


class Sensitivity(NamedTuple):
    """What moving one weight changes."""

    component: str
    per_cent: int
    weights: Weights
    best_changed: int
    """Openings whose best source is another one."""
    listed_changed: int
    """Places on the openings' lists of the five best that go to another source."""
    listed: int
    moved: int
    """Thousandths of a point by which a score moves, on average."""
    lost: int
    """Pairs that fall under the least score asked for."""


LIST = 5


def sensitivity(
    edges: Edges, points: NDArray[np.int32], weights: Weights, least_score: int = 0, per_cent: int = CHANGE
) -> tuple[Sensitivity, ...]:
    """Each weight moved up and down; `points` are the seven of each edge."""
    before = totals(points, weights)
    listed = _listed(edges, before)
    return tuple(
        _moved(edges, points, (before, listed, least_score), (component, change, weights.moved(component, change)))
        for component in COMPONENTS
        for change in (-per_cent, per_cent)
    )


def _moved(
    edges: Edges,
    points: NDArray[np.int32],
    was: tuple[NDArray[np.int32], NDArray[np.bool_], int],
    move: tuple[str, int, Weights],
) -> Sensitivity:
    before, (best, listed), least = was[0], was[1], was[2]
    after = totals(points, move[2])
    now_best, now_listed = _listed(edges, after)
    return Sensitivity(
        *move,
        best_changed=int(np.count_nonzero(now_best & ~best)),
        listed_changed=int(np.count_nonzero(now_listed & ~listed)),
        listed=int(np.count_nonzero(listed)),
        moved=int(np.abs(after - before).sum(dtype=np.int64) * 1000 // max(1, len(edges))),
        lost=int(np.count_nonzero((before >= least) & (after < least))),
    )


def _listed(edges: Edges, score: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Flags [2, edge]: the best of its opening, and one of its five best; equals stand in the order of their ids."""
    order = np.lexsort((edges.source, -score, edges.opening))
    opening = edges.opening[order]
    place = np.arange(len(opening)) - np.searchsorted(opening, opening)
    flags = np.zeros((2, len(opening)), dtype=np.bool_)
    flags[:, order] = place < np.array([[1], [LIST]])
    return flags


def _halves_up(part: int, whole: int) -> int:
    return (2 * part + whole) // (2 * whole)
