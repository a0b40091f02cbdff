"""How evenly proposals fall on openings: who is never proposed, and where the queues are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from services.matching.assigning.pairs import Integers, Positions, total
from services.matching.edges import Edges


@dataclass(frozen=True)
class Congestion:
    """Of the openings that have a place, under one set of proposals."""

    openings: int
    never_proposed: int
    gini: float
    """Of the proposals that openings receive: 0 when all receive as many, towards 1 when one receives all."""
    median_per_place: float
    p99_per_place: float
    most_per_place: float


def congestion(edges: Edges, flow: Positions, demand: Positions) -> Congestion:
    """Measures who is proposed to whom; `demand` is the places of each opening."""
    places = demand.astype(np.int64)
    real = places > 0
    received = total(edges.opening, flow.astype(np.int64), len(demand))[real]
    queues = np.sort(received / places[real])
    return Congestion(
        openings=len(received),
        never_proposed=int((received == 0).sum()),
        gini=gini(received),
        median_per_place=_ranked(queues, 50),
        p99_per_place=_ranked(queues, 99),
        most_per_place=_ranked(queues, 100),
    )


def gini(amounts: Integers) -> float:
    """The Gini index of amounts that are not negative; 0 when there is nothing to share."""
    whole, rows = int(amounts.sum()), len(amounts)
    if not whole:
        return 0.0
    ranked = int(np.arange(1, rows + 1) @ np.sort(amounts))
    return (2 * ranked - (rows + 1) * whole) / (rows * whole)


def _ranked(ordered: np.ndarray[tuple[int], np.dtype[np.float64]], percent: int) -> float:
    """The percentile by nearest rank: one of the values, never between two."""
    if not len(ordered):
        return 0.0
    return float(ordered[max(0, -(-percent * len(ordered) // 100) - 1)])
