"""The seven points of a pair, 0 to 1,000 each, in whole numbers; what nobody said is neutral, and known to be."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from services.matching.scoring.constraints import waits
from services.matching.scoring.contracts import NEUTRAL
from services.matching.scoring.distances import metres
from services.matching.scoring.rules import occupational
from services.matching.scoring.sides import Pairs, Run
from services.matching.scoring.weights import WHOLE, shares

Points = NDArray[np.int32]
Flags = NDArray[np.bool_]

LEAST_PAY = 750
"""Thousandths of the present wage where the points of wage begin; they are full at the present wage."""
_PAY_SLOPE = WHOLE // (WHOLE - LEAST_PAY)


def distance_points(run: Run, pairs: Pairs) -> Points:
    """Full on the spot, none from `far_m` on."""
    far = run.rules.terms.far_m
    left = np.maximum(0, far - metres(np.maximum(pairs.chord, 0), run.rules.terms.detour))
    return np.where(pairs.chord < 0, NEUTRAL, left * WHOLE // far).astype(np.int32)


def timing_points(run: Run, pairs: Pairs) -> Points:
    """Full when the start falls on the day of readiness or in the weeks after; less before, and later."""
    table, late = run.rules.timing, run.rules.terms.late_days
    place = np.clip(waits(run, pairs) + late, 0, len(table) - 1)
    return np.where(_dateless(run, pairs), np.int32(NEUTRAL), table[place])


def contract_points(run: Run, pairs: Pairs) -> Points:
    old, new = run.sources.columns.contract, run.openings.columns.contract
    return run.rules.contracts[old[pairs.source], new[pairs.opening]]


def wage_points(run: Run, pairs: Pairs) -> Points:
    """Full at the present wage or above."""
    now, then = run.sources.columns.wage[pairs.source], run.openings.columns.wage[pairs.opening]
    ratio = then.astype(np.int64) * WHOLE // np.maximum(now, 1)
    points = np.clip((ratio - LEAST_PAY) * _PAY_SLOPE, 0, WHOLE).astype(np.int32)
    return np.where((now == 0) | (then == 0), np.int32(NEUTRAL), points)


def scores(run: Run, pairs: Pairs) -> Points:
    """Points out of 1,000: the weighted sum of the seven, rounded half up once."""
    weights = run.rules.weights
    total = run.rules.worth[pairs.cell]
    total += weights.distance * distance_points(run, pairs)
    total += weights.timing * timing_points(run, pairs)
    total += weights.contract * contract_points(run, pairs)
    total += weights.wage * wage_points(run, pairs)
    rounded: Points = (total + WHOLE // 2) // WHOLE
    return rounded


def seven(run: Run, pairs: Pairs) -> Points:
    """Points [pair, component], in the order of the weights."""
    four = [made(run, pairs) for made in (distance_points, timing_points, contract_points, wage_points)]
    first = occupational(run.rules.tables, run.rules.terms, pairs.cell)
    return np.concatenate((first, np.stack(four, axis=1)), axis=1)


def components(run: Run, pairs: Pairs) -> Points:
    """Whole points [pair, component] that add up to the score of each pair."""
    return shares(seven(run, pairs), run.rules.weights)


def unsaid(run: Run, pairs: Pairs) -> Flags:
    """Flags [pair, component]: neutral, since nobody said."""
    flags = np.zeros((len(pairs), len(run.rules.weights.vector)), dtype=np.bool_)
    here, there = run.sources.columns, run.openings.columns
    flags[:, 3] = pairs.chord < 0
    flags[:, 4] = _dateless(run, pairs)
    flags[:, 5] = (here.contract[pairs.source] == 0) | (there.contract[pairs.opening] == 0)
    flags[:, 6] = (here.wage[pairs.source] == 0) | (there.wage[pairs.opening] == 0)
    return flags


def _dateless(run: Run, pairs: Pairs) -> Flags:
    ends, starts = run.sources.columns.ends_on[pairs.source], run.openings.columns.starts_on[pairs.opening]
    unknown: Flags = (ends == 0) | (starts == 0)
    return unknown
