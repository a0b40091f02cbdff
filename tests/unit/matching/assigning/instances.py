"""Small territories for assignment: drawn from a seed, or enumerated answer by answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from services.matching.assigning.pairs import Pair
from services.matching.assigning.terms import Frozen, Mode, Shortlist
from services.matching.edges import Edges

SHORTLIST = Shortlist(per_source=2, per_place=1)


class Instance(NamedTuple):
    """All that `assign` takes first."""

    edges: Edges
    supply: NDArray[np.int32]
    demand: NDArray[np.int32]


def instance(pairs: Iterable[tuple[int, int, int]], supply: Sequence[int], demand: Sequence[int]) -> Instance:
    """From (source, opening, score) rows."""
    columns = np.array(list(pairs), dtype=np.int32).reshape(-1, 3)
    edges = Edges(columns[:, 0], columns[:, 1], columns[:, 2])
    return Instance(edges, np.array(supply, dtype=np.int32), np.array(demand, dtype=np.int32))


def drawn(
    seed: int, sources: int, openings: int, *, share: float = 0.5, scores: int = 1000, people: int = 3
) -> Instance:
    """A territory where each pair is admissible with this chance; few possible scores make many ties."""
    random = np.random.default_rng(seed)
    source, opening = np.nonzero(random.random((sources, openings)) < share)
    score = random.integers(0, scores + 1, len(source))
    supply, demand = random.integers(0, people + 1, sources), random.integers(0, people + 1, openings)
    return instance(zip(source, opening, score, strict=True), list(supply), list(demand))


def chain(length: int) -> Instance:
    """Each source may go to its own opening or, for two points more, to the next one's: the last has nowhere else."""
    own = [(i, i, 500) for i in range(length)]
    following = [(i, i + 1, 502) for i in range(length - 1)]
    return instance(sorted(own + following), [1] * length, [1] * length)


def flows(edges: Edges, supply: Sequence[int], demand: Sequence[int], most: int) -> Iterator[list[int]]:
    """Every flow that keeps every limit, found by trying; `most` is the limit of a pair."""

    def rest(at: int, left: list[int], room: list[int]) -> Iterator[list[int]]:
        if at == len(edges):
            yield []
            return
        i, j = int(edges.source[at]), int(edges.opening[at])
        for amount in range(min(left[i], room[j], most) + 1):
            left[i], room[j] = left[i] - amount, room[j] - amount
            for others in rest(at + 1, left, room):
                yield [amount, *others]
            left[i], room[j] = left[i] + amount, room[j] + amount

    return rest(0, list(supply), list(demand))


def best(
    given: Instance, mode: Mode, frozen: Sequence[Frozen] = (), vetoes: Sequence[Pair] = ()
) -> tuple[int, int] | int:
    """The optimum by enumeration, from the definition alone: (placed, points) where placements lead, else points."""
    edges, supply, demand, most = given.edges, [int(a) for a in given.supply], [int(b) for b in given.demand], 99
    if mode is Mode.SHORTLIST:
        supply = [SHORTLIST.per_source if people else 0 for people in supply]
        demand, most = [places * SHORTLIST.per_place for places in demand], 1
    least = {one.pair: 1 if mode is Mode.SHORTLIST else one.people for one in frozen}
    pairs = [Pair(int(i), int(j)) for i, j in zip(edges.source, edges.opening, strict=True)]
    kept = [
        flow
        for flow in flows(edges, supply, demand, most)
        if all(x >= least.get(pair, 0) and not (x and pair in vetoes) for x, pair in zip(flow, pairs, strict=True))
    ]
    points = [sum(x * int(score) for x, score in zip(flow, edges.score, strict=True)) for flow in kept]
    return max(zip(map(sum, kept), points, strict=True)) if mode is Mode.PLACEMENTS else max(points)


@st.composite
def tiny(draw: st.DrawFn) -> Instance:
    """At most three a side and six pairs, with ties, rows nobody is admissible to, and sides without capacity."""
    sources, openings = draw(st.integers(0, 3)), draw(st.integers(0, 3))
    every = [(i, j) for i in range(sources) for j in range(openings)]
    chosen = draw(st.lists(st.sampled_from(every), unique=True, max_size=6)) if every else []
    scores = draw(st.lists(st.sampled_from([0, 1, 2, 500, 999, 1000]), min_size=len(chosen), max_size=len(chosen)))
    capacity = st.integers(0, 3)
    supply = draw(st.lists(capacity, min_size=sources, max_size=sources))
    demand = draw(st.lists(capacity, min_size=openings, max_size=openings))
    return instance([(i, j, s) for (i, j), s in zip(chosen, scores, strict=True)], supply, demand)
