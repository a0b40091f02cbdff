"""Pairs of a source and an opening, found again among the edges and summed by row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.matching.edges import Edges

Integers = NDArray[np.int64]
Positions = NDArray[np.int32]
Flags = NDArray[np.bool_]

_SHIFT = 32


class Pair(NamedTuple):
    """A source and an opening, by their positions in the order of their ids."""

    source: int
    opening: int


def keys(edges: Edges) -> Integers:
    """One number a pair, in the order of the source, then of the opening."""
    return (edges.source.astype(np.int64) << _SHIFT) | edges.opening


def positions(edges: Edges, pairs: Sequence[Pair]) -> Integers:
    """Where each pair stands among the edges; -1 where it is not admissible."""
    if not pairs or not len(edges):
        return np.full(len(pairs), -1, dtype=np.int64)
    mine = keys(edges)
    order = np.argsort(mine, kind="stable")
    wanted = np.array([(pair.source << _SHIFT) | pair.opening for pair in pairs], dtype=np.int64)
    found = order[np.minimum(np.searchsorted(mine, wanted, sorter=order), len(mine) - 1)]
    return np.where(mine[found] == wanted, found, -1)


def total(position: Positions, amounts: Integers, rows: int) -> Integers:
    """Sum of the amounts of each row, exactly."""
    sums = np.zeros(rows, dtype=np.int64)
    np.add.at(sums, position, amounts)
    return sums
