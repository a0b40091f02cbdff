"""Synthetic territories for assignment: pairs made of occupations, passerelles and distance, from a seed."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.matching.edges import Edges

OCCUPATIONS, PASSERELLES = 300, 8
_DRAWN_A_SOURCE = 9.5
"""Pairs that one unit of area holds for a source, found by drawing: turns a number of pairs into a radius."""


class Territory(NamedTuple):
    """All that `assign` takes first."""

    edges: Edges
    supply: NDArray[np.int32]
    demand: NDArray[np.int32]


def drawn(rows: int, pairs_a_source: float, seed: int = 1) -> Territory:
    """So many sources and openings on a square, and about so many admissible pairs for each source.

    Occupations are as unequal as in life; each leads to itself and to seven others. A score is half passerelle, three
    tenths distance, a tenth what makes an opening dear to all, and a tenth what is between the two alone.
    """
    random = np.random.default_rng(seed)
    occupations = (OCCUPATIONS * random.random((2, rows)) ** 2).astype(np.int64)
    places = random.random((2, rows, 2))
    reach = float(np.sqrt(pairs_a_source * OCCUPATIONS / (rows * _DRAWN_A_SOURCE * np.pi)))
    links, grades = _passerelles(random)
    found = [_found(occupations, places, links[:, rank], grades[:, rank], reach) for rank in range(PASSERELLES)]
    source, opening, points = (np.concatenate(column) for column in zip(*found, strict=True))
    _, first = np.unique(source * rows + opening, return_index=True)
    dear = 100 * random.random(rows)[opening]
    score = (points + dear + 100 * random.random(len(source))).astype(np.int32)[first]
    edges = Edges(source[first].astype(np.int32), opening[first].astype(np.int32), score)
    crowds = np.where(random.random(rows) < 0.1, random.integers(0, 12, rows), 0)
    supply, demand = random.geometric(0.6, rows) + crowds, random.geometric(0.5, rows)
    return Territory(edges, supply.astype(np.int32), demand.astype(np.int32))


def _passerelles(random: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where each occupation leads, itself first, and for how many points."""
    links = random.integers(0, OCCUPATIONS, (OCCUPATIONS, PASSERELLES))
    links[:, 0] = np.arange(OCCUPATIONS)
    return links, -np.sort(-random.integers(300, 1000, (OCCUPATIONS, PASSERELLES)), axis=1)


def _found(
    occupations: NDArray[np.int64],
    places: NDArray[np.float64],
    links: NDArray[np.int64],
    grades: NDArray[np.int64],
    reach: float,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """The near pairs of one rank of passerelle: openings stand by occupation, then from west to east."""
    key = occupations[1] + places[1, :, 0]
    order = np.argsort(key, kind="stable")
    target, west = links[occupations[0]], places[0, :, 0]
    start = np.searchsorted(key[order], target + np.maximum(0, west - reach))
    count = np.searchsorted(key[order], target + np.minimum(1, west + reach)) - start
    source = np.repeat(np.arange(len(target)), count)
    opening = order[np.arange(len(source)) + np.repeat(start - np.cumsum(count) + count, count)]
    apart = places[0][source] - places[1][opening]
    distance = np.hypot(apart[:, 0], apart[:, 1]) / reach
    near = distance < 1
    points = grades[occupations[0][source]] / 2 + 300 * (1 - distance)
    return source[near], opening[near], points[near]
