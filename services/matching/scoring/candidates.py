"""The pairs whose métiers fit and whose places are within reach, found without looking at all pairs.

Sources are taken métier by métier, from south to north, against the openings of the métiers that theirs leads to, as far
north and south as the longest reach. A product of single-precision matrices leaves out what is surely too far; whole
numbers decide the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.matching.reference.communes import NOWHERE
from services.matching.scoring.counting import spread
from services.matching.scoring.distances import METRES_A_MICRODEGREE
from services.matching.scoring.sides import OpeningSide, Pairs, Rows, Run, SourceSide, pairs_of

Singles = NDArray[np.float32]
Places = NDArray[np.int32]

BLOCK = 1 << 16
"""Pairs that one product of matrices compares."""
TOGETHER = 1 << 16
"""Pairs found before they are judged: their columns stay in a processor's cache."""
FEW = 4_000_000
"""Pairs that are all looked at, rather than searched."""
_SLACK = 2.0**-20
"""Sixteen times the rounding of single precision: more than five products and their sum can lose."""
_SURELY = np.float32(-1e30)
"""Makes a pair near whatever its other half."""
_A_STEP = 4
"""Millionths of a degree that rounding to centimetres may hide."""


def candidates(run: Run) -> Iterator[Pairs]:
    """Every pair that consent, métiers and distance allow, once, some at a time, in no particular order."""
    few = len(run.sources.columns) * len(run.openings.columns) <= FEW
    for source, opening in [_fitting(run)] if few else _together(_near(run)):
        pairs = pairs_of(run, run.sources.order[source], run.openings.order[opening])
        yield pairs.where(pairs.chord <= run.sources.reach[pairs.source])


def candidates_of_one(run: Run) -> Pairs:
    """The same for a run of one opening: the sources of the métiers that lead to it, and no others."""
    leading = np.flatnonzero(run.rules.fits[:, run.openings.occupation[0]])
    starts = run.sources.starts
    _, place = spread(starts[leading], starts[leading + 1] - starts[leading])
    source = run.sources.order[place]
    pairs = pairs_of(run, source, np.zeros(len(source), dtype=np.intp))
    return pairs.where(pairs.chord <= run.sources.reach[source])


def _fitting(run: Run) -> tuple[Rows, Places]:
    """All pairs whose métiers fit, near or not: the fastest where they are few."""
    here, there = (side.occupation[side.order] for side in (run.sources, run.openings))
    found = np.flatnonzero(run.rules.fits[np.ix_(here, there)])
    source, opening = np.divmod(found, max(1, len(there)))
    return source, opening.astype(np.int32)


def _together(found: Iterable[tuple[Rows, Places]]) -> Iterator[tuple[Rows, Places]]:
    """What was found, in larger pieces."""
    waiting: list[tuple[Rows, Places]] = []
    rows = 0
    for piece in found:
        waiting.append(piece)
        rows += len(piece[0])
        if rows >= TOGETHER:
            yield _joined(waiting)
            waiting, rows = [], 0
    if waiting:
        yield _joined(waiting)


def _joined(pieces: list[tuple[Rows, Places]]) -> tuple[Rows, Places]:
    return np.concatenate([piece[0] for piece in pieces]), np.concatenate([piece[1] for piece in pieces])


@dataclass(frozen=True, eq=False)
class _Sweep:
    """Both sides in the order in which they are swept; a row of one times a row of the other is below 0 for what is near."""

    sources: Singles
    openings: Singles
    slack: np.float32
    south: tuple[NDArray[np.int32], NDArray[np.int32]]
    """Latitudes of sources and of openings."""
    reach: NDArray[np.int64]
    """Of each source, in millionths of a degree from south to north."""
    nowhere: int
    """How many openings have no place: they come first."""


def _near(run: Run) -> Iterator[tuple[Rows, Places]]:
    """Pairs that may be within reach: all that are, and a few more; by their places in the order of both sides."""
    sweep = _sweep(run)
    fits = run.rules.fits & (run.openings.by_occupation > 0)
    ranks = run.openings.ranks
    for occupation in np.flatnonzero(run.sources.by_occupation).tolist():
        leads_to = np.flatnonzero(fits[occupation]).tolist()
        if leads_to:
            facing = np.concatenate([ranks[target] for target in leads_to])
            facing.sort()
            yield from _swept(sweep, run.sources.starts[occupation : occupation + 2].tolist(), facing)


def _swept(sweep: _Sweep, span: list[int], facing: Places) -> Iterator[tuple[Rows, Places]]:
    """Sources of one métier, from south to north, against the openings that face it."""
    columns, south = sweep.openings.take(facing, axis=0).T, sweep.south[1].take(facing)
    nowhere = int(np.searchsorted(facing, sweep.nowhere))
    first, last = span
    step = max(1, BLOCK // len(facing))
    for begin in range(first, last, step):
        end = min(begin + step, last)
        low, high = _band(sweep, begin, end, south)
        for left, right in ((0, nowhere), (max(low, nowhere), high)):
            if left < right:
                apart = sweep.sources[begin:end] @ columns[:, left:right]
                row, column = np.divmod((apart.ravel() <= sweep.slack).nonzero()[0], right - left)
                yield row + begin, facing[left:right].take(column)


def _band(sweep: _Sweep, begin: int, end: int, south: NDArray[np.int32]) -> tuple[int, int]:
    """Which of the openings facing are neither too far south nor too far north of all sources of a slab."""
    own, reach = sweep.south[0], int(sweep.reach[begin:end].max())
    if own[begin] == NOWHERE:
        return 0, len(south)
    low, high = south.searchsorted((int(own[begin]) - reach, int(own[end - 1]) + reach + 1))
    return int(low), int(high)


def _sweep(run: Run) -> _Sweep:
    here, there = run.sources, run.openings
    placed = there.place[~there.nowhere]
    centre = placed.mean(axis=0) if len(placed) else np.zeros(3)
    mine, theirs = _around(here, centre), _around(there, centre)
    square, reach = (mine**2).sum(axis=1), here.reach[here.order] / 10_000
    extent = square.max(initial=0) + (theirs**2).sum(axis=1).max(initial=0) + reach.max(initial=0)
    return _Sweep(
        sources=_rows(here, (*(-2 * mine).T, np.ones(len(mine)), square - reach), 4),
        openings=_rows(there, (*theirs.T, (theirs**2).sum(axis=1), np.ones(len(theirs))), 3),
        slack=np.float32(4 * extent * _SLACK),
        south=(here.columns.latitude[here.order], there.columns.latitude[there.order]),
        reach=_degrees(here.columns.radius_m[here.order], run.rules.terms.detour),
        nowhere=int(np.count_nonzero(there.nowhere)),
    )


def _around(side: SourceSide | OpeningSide, centre: NDArray[np.float64]) -> NDArray[np.float64]:
    """Metres from a centre: small numbers lose least in single precision."""
    return np.where(side.nowhere[:, None], 0.0, (side.place - centre) / 100)[side.order]


def _rows(side: SourceSide | OpeningSide, columns: tuple[NDArray[np.float64], ...], sure: int) -> Singles:
    """One row a job; of a job without a place, the column `sure` says that it is near and the others say nothing."""
    rows, nowhere = np.stack(columns, axis=1).astype(np.float32), side.nowhere[side.order]
    rows[nowhere] = 0
    rows[nowhere, sure] = _SURELY
    return rows


def _degrees(radius_m: NDArray[np.int32], detour: int) -> NDArray[np.int64]:
    """How far north or south each radius leads at most: along a meridian."""
    degrees = np.ceil((radius_m + 1.0) * (1000 / detour / METRES_A_MICRODEGREE))
    north: NDArray[np.int64] = degrees.astype(np.int64) + _A_STEP
    return north
