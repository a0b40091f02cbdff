"""How much of each métier's items each other métier holds, for all pairs at once and in whole numbers."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

CORE = 2
"""What an item at the heart of the target counts for, against 1 for another."""
WHOLE = 1000
BLOCK = 2_000_000
"""Pairs (item of a target, source that holds it) looked at together: 50 MB of memory, whatever the number of métiers."""

Ints = NDArray[np.int32]
Sums = NDArray[np.float64]
"""Whole numbers below 2**53: exact, in the type that sums fastest."""


def rarity(indptr: Ints, item: Ints, items: int) -> Ints:
    """What each item weighs: thousandths of the logarithm of how rare it is among the métiers; at least 1."""
    occupations = len(indptr) - 1
    held = np.bincount(item, minlength=items)
    weight = [max(1, round(WHOLE * math.log((occupations + 1) / max(1, count)))) for count in held.tolist()]
    return np.asarray(weight, dtype=np.int32)


def coverage(indptr: Ints, item: Ints, core: NDArray[np.bool_], macro: Ints, weight: Ints) -> NDArray[np.int16]:
    """Thousandths [source, target] of the target's items that the source holds, by their weight; 0 without any item.

    What is at the heart of the target counts double; of an item that the source lacks, half counts when it holds
    another one of the same macro-competence. `macro` is -1 for an item that has none.
    """
    occupations = len(indptr) - 1
    owner = np.repeat(np.arange(occupations, dtype=np.int32), np.diff(indptr))
    weighed = weight[item].astype(np.int64) * np.where(core, CORE, 1)
    grouped = macro[item] >= 0
    # A held item of a macro-competence is seen twice, by itself and through its group: all is counted in halves.
    halves = _held(indptr, item, owner, np.where(grouped, 1, 2) * weighed)
    halves += _through_groups(owner[grouped], macro[item][grouped], weighed[grouped], occupations)
    wanted: Sums = 2 * np.bincount(owner, weights=weighed, minlength=occupations).astype(np.float64)
    return _thousandths(halves, wanted[:, None]).T.copy()


def _held(indptr: Ints, item: Ints, owner: Ints, weighed: NDArray[np.int64]) -> Sums:
    """Sums [target, source] over the items that both have, block of targets after block of targets."""
    occupations = len(indptr) - 1
    order = np.argsort(item, kind="stable")
    holders, count = owner[order], np.bincount(item, minlength=int(item.max(initial=-1)) + 1)
    first = np.concatenate(([0], np.cumsum(count)))[:-1]
    reach = np.concatenate(([0], np.cumsum(count[item])))[indptr]
    sums = np.zeros((occupations, occupations))
    for start, stop in _blocks(reach):
        links = slice(indptr[start], indptr[stop])
        found, repeated = _postings(first[item[links]], count[item[links]])
        key = (owner[links][repeated] - start).astype(np.int64) * occupations + holders[found]
        block = np.bincount(key, weights=weighed[links][repeated], minlength=(stop - start) * occupations)
        sums[start:stop] = block.reshape(stop - start, occupations)
    return sums


def _blocks(reach: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Runs of targets that together look at about BLOCK pairs; `reach` counts those before each target."""
    cuts = np.searchsorted(reach, np.arange(BLOCK, int(reach[-1]), BLOCK))
    bounds = np.unique(np.concatenate(([0], cuts, [len(reach) - 1]))).tolist()
    return list(pairwise(bounds))


def _postings(first: NDArray[np.int64], count: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The positions of each run, one run after the other, and which run each belongs to."""
    repeated = np.repeat(np.arange(len(count)), count)
    before = np.cumsum(count) - count
    return np.arange(len(repeated)) - np.repeat(before - first, count), repeated


def _through_groups(owner: Ints, group: Ints, weighed: NDArray[np.int64], occupations: int) -> Sums:
    """Sums [target, source] over the target's items whose macro-competence the source has."""
    groups = int(group.max(initial=-1)) + 1
    key = owner.astype(np.int64) * groups + group
    wanted = np.bincount(key, weights=weighed, minlength=occupations * groups).reshape(occupations, groups)
    product: Sums = wanted @ (wanted > 0).astype(np.float64).T
    return product


def _thousandths(part: Sums, whole: Sums) -> NDArray[np.int16]:
    """Rounded half up, in whole numbers."""
    parts, wholes = part.astype(np.int64), whole.astype(np.int64)
    rounded = (2 * WHOLE * parts + wholes) // np.maximum(2 * wholes, 1)
    return rounded.astype(np.int16)
