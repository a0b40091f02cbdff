"""Why a row is left over: over all rows of the other side, how many each constraint refuses first."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from services.matching.scoring.constraints import TESTS, Refusal, obstacles
from services.matching.scoring.points import scores
from services.matching.scoring.sides import Pairs, pairs_of
from services.matching.scoring.sides import Run as Prepared

Rows = NDArray[np.intp]
CAPACITY = "capacity"
"""Admissible, but for the places that others take: counted after all refusals."""
NAMES = (*(refusal.value for refusal in Refusal), CAPACITY)
MOST_PAIRS = 4_000_000
"""Pairs that one run looks at to say why: the rows with most people left come first."""
_AT_ONCE = 1 << 18


def source_refusals(run: Prepared, rows: Rows) -> list[dict[str, int]]:
    """Of sources, over all openings: counts by the name of the first refusal; they add up to the openings."""
    return _refusals(run, rows, len(run.openings.columns), lambda mine, theirs: pairs_of(run, mine, theirs))


def opening_refusals(run: Prepared, rows: Rows) -> list[dict[str, int]]:
    """Of openings, over all sources."""
    return _refusals(run, rows, len(run.sources.columns), lambda mine, theirs: pairs_of(run, theirs, mine))


def worth_telling(left: NDArray[np.int64], facing: int) -> Rows:
    """Which rows with people left are told why: as many as `MOST_PAIRS` allows, most people first, then by id."""
    rows = np.flatnonzero(left > 0)
    first = rows[np.argsort(-left[rows], kind="stable")]
    return np.sort(first[: MOST_PAIRS // max(1, facing)])


def _refusals(run: Prepared, rows: Rows, facing: int, paired: Callable[[Rows, Rows], Pairs]) -> list[dict[str, int]]:
    told: list[dict[str, int]] = []
    step = max(1, _AT_ONCE // max(1, facing))
    for begin in range(0, len(rows), step):
        block = rows[begin : begin + step]
        theirs = np.tile(np.arange(facing, dtype=np.intp), len(block))
        first = _first(run, paired(np.repeat(block, facing), theirs)).reshape(len(block), facing)
        told.extend(_named(np.bincount(row, minlength=len(NAMES)).tolist()) for row in first)
    return told


def _first(run: Prepared, pairs: Pairs) -> NDArray[np.intp]:
    """The position in `NAMES` of the first that forbids each pair."""
    flags = obstacles(run, pairs)
    first = np.where(flags.any(axis=0), flags.argmax(axis=0), len(TESTS))
    fitting = np.flatnonzero(first == len(TESTS))
    admissible = Pairs(*(column[fitting] for column in vars(pairs).values()))
    enough = scores(run, admissible) >= run.rules.terms.least_score
    first[fitting[enough]] = len(NAMES) - 1
    return first


def _named(counts: list[int]) -> dict[str, int]:
    return {name: count for name, count in zip(NAMES, counts, strict=True) if count}
