"""Other ways to assign: greedy, deferred acceptance, each to its best opening, and HiGHS's linear programme."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog  # type: ignore[import-untyped]
from scipy.sparse import csr_array  # type: ignore[import-untyped]

from services.matching.edges import Edges

Columns = NDArray[np.int32]


def greedy(edges: Edges, supply: Columns, demand: Columns) -> NDArray[np.int64]:
    """Pair after pair by falling score, as many people as both ends still have."""
    left, room = supply.tolist(), demand.tolist()
    flow = np.zeros(len(edges), dtype=np.int64)
    for pair in np.argsort(-edges.score, kind="stable").tolist():
        i, j = edges.source[pair], edges.opening[pair]
        amount = min(left[i], room[j])
        if amount:
            left[i] -= amount
            room[j] -= amount
            flow[pair] = amount
    return flow


def each_to_its_best(edges: Edges, supply: Columns, demand: Columns) -> NDArray[np.int64]:
    """Everybody asks for their best opening and nothing else; openings keep the best of those who ask."""
    order = np.lexsort((edges.opening, -edges.score, edges.source))
    _, first = np.unique(edges.source[order], return_index=True)
    chosen = np.sort(order[first])
    few = Edges(edges.source[chosen], edges.opening[chosen], edges.score[chosen])
    flow = np.zeros(len(edges), dtype=np.int64)
    flow[chosen] = greedy(few, supply, demand)
    return flow


def deferred_acceptance(edges: Edges, supply: Columns, demand: Columns) -> NDArray[np.int64]:
    """Gale and Shapley with capacities: sources ask by falling score, openings keep the best and send the rest back."""
    market = _Market.of(edges, supply, demand)
    while market.waiting:
        market.ask(market.waiting.pop())
    return np.array(market.flow, dtype=np.int64)


@dataclass
class _Market:
    """Lists, for speed: what numpy would take an element at a time costs ten times as much."""

    source: list[int]
    opening: list[int]
    score: list[int]
    wishes: list[int]
    """Pairs, source after source, by falling score."""
    at: list[int]
    end: list[int]
    free: list[int]
    room: list[int]
    flow: list[int]
    held: list[list[tuple[int, int]]]
    """Of each opening, a heap of the pairs it keeps, the worst first."""
    waiting: list[int]

    @classmethod
    def of(cls, edges: Edges, supply: Columns, demand: Columns) -> _Market:
        order = np.lexsort((edges.opening, -edges.score, edges.source))
        ends = np.searchsorted(edges.source[order], np.arange(len(supply) + 1)).tolist()
        return cls(
            source=edges.source.tolist(),
            opening=edges.opening.tolist(),
            score=edges.score.tolist(),
            wishes=order.tolist(),
            at=ends[:-1],
            end=ends[1:],
            free=supply.tolist(),
            room=demand.tolist(),
            flow=[0] * len(edges),
            held=[[] for _ in demand],
            waiting=np.flatnonzero(supply).tolist(),
        )

    def ask(self, i: int) -> None:
        """A source asks on until all its people are kept somewhere or its list ends."""
        while self.free[i] and self.at[i] < self.end[i]:
            pair = self.wishes[self.at[i]]
            self.at[i] += 1
            j = self.opening[pair]
            self.flow[pair] = self.free[i]
            self.room[j] -= self.free[i]
            self.free[i] = 0
            heappush(self.held[j], (self.score[pair], -pair))
            self.send_back(j)

    def send_back(self, j: int) -> None:
        """An opening sends back its worst people until it keeps no more than its places."""
        while self.room[j] < 0:
            pair = -self.held[j][0][1]
            amount = min(self.flow[pair], -self.room[j])
            self.flow[pair] -= amount
            self.room[j] += amount
            self.free[self.source[pair]] += amount
            self.waiting.append(self.source[pair])
            if not self.flow[pair]:
                heappop(self.held[j])


def highs(edges: Edges, supply: Columns, demand: Columns) -> NDArray[np.int64]:
    """The linear programme of the same transport, by HiGHS as scipy ships it; its optimum is in whole people."""
    pairs, rows = np.arange(len(edges)), np.concatenate([edges.source, len(supply) + edges.opening])
    ends = csr_array((np.ones(2 * len(edges)), (rows, np.concatenate([pairs, pairs]))))
    limits = np.concatenate([supply, demand])[: ends.shape[0]]
    found = linprog(-edges.score.astype(float), A_ub=ends, b_ub=limits, bounds=(0, None), method="highs")
    return np.asarray(np.rint(found.x), dtype=np.int64)
