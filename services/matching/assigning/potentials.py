"""Integer prices of an optimal flow: the least price of each opening, with the greatest price of each source."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from services.matching.assigning.pairs import Flags, Integers, Positions, total
from services.matching.assigning.transport import GREATEST, Transport
from shared.errors import Reject

_FREE = GREATEST
"""The price of a source that nothing holds down."""


class NotOptimal(Reject):
    """The flow has no prices, for a better one exists."""

    code = "resultat-non-optimal"


@dataclass(frozen=True)
class Prices:
    """What one person of each source, and one more place of each opening, is worth to the whole territory."""

    source: Integers
    opening: Integers


def prices_of(transport: Transport, flow: Integers) -> Prices:
    """The prices that prove a flow optimal, the same whichever optimal flow is given.

    Bellman–Ford on the residual graph, up from openings that cost nothing: a pair that can take one more person asks
    p + q ≥ value, a pair that can take one fewer asks p + q ≤ value, and what an end has left over is worth nothing.
    Each sweep looks only at the pairs of sources whose price has just moved. Raises `NotOptimal` when no prices do.
    """
    residual = _Residual.of(transport, flow)
    source = np.where(residual.source_slack, 0, _FREE)
    opening = np.zeros(len(transport.demand), dtype=np.int64)
    residual.lower_sources(source, opening, np.arange(len(opening)))
    moved = np.arange(len(source))
    for _ in range(len(opening) + 1):
        raised = residual.raise_openings(source, opening, moved)
        if not len(raised):
            return Prices(residual.settled(source, opening), opening)
        moved = residual.lower_sources(source, opening, raised)
        if residual.opening_slack[raised].any() or (source[moved] < 0).any():
            break
    raise NotOptimal("Le résultat calculé n’est pas optimal : rien n’est proposé.")


@dataclass(frozen=True)
class _Grouped:
    """Some pairs, listed row after row."""

    start: Integers
    pairs: Integers

    @classmethod
    def by(cls, position: Positions, among: Flags, rows: int) -> _Grouped:
        pairs = np.flatnonzero(among)
        pairs = pairs[np.argsort(position[pairs], kind="stable")]
        return cls(np.searchsorted(position[pairs], np.arange(rows + 1)), pairs)

    def of(self, rows: Integers) -> Integers:
        """The pairs of these rows."""
        start, count = self.start[rows], self.start[rows + 1] - self.start[rows]
        before = np.cumsum(count) - count
        return self.pairs[np.repeat(start - before, count) + np.arange(int(count.sum()))]


@dataclass(frozen=True)
class _Residual:
    """Which pairs can take one more person, which one fewer, and which ends have something left over."""

    transport: Transport
    value: Integers
    more: _Grouped
    fewer: _Grouped
    source_slack: Flags
    opening_slack: Flags

    @classmethod
    def of(cls, transport: Transport, flow: Integers) -> _Residual:
        edges, supply, demand = transport.edges, transport.supply, transport.demand
        return cls(
            transport=transport,
            value=transport.value,
            more=_Grouped.by(edges.source, ~transport.limited | (flow < transport.most), len(supply)),
            fewer=_Grouped.by(edges.opening, flow > transport.least, len(demand)),
            source_slack=total(edges.source, flow, len(supply)) < supply,
            opening_slack=total(edges.opening, flow, len(demand)) < demand,
        )

    def raise_openings(self, source: Integers, opening: Integers, moved: Integers) -> Integers:
        """Raises openings to what pairs of the moved sources ask; gives those it raised."""
        pairs = self.more.of(moved)
        ends, asked = (
            self.transport.edges.opening[pairs],
            self.value[pairs] - source[self.transport.edges.source[pairs]],
        )
        higher = asked > opening[ends]
        np.maximum.at(opening, ends[higher], asked[higher])
        return _rows_among(ends[higher], len(opening))

    def lower_sources(self, source: Integers, opening: Integers, raised: Integers) -> Integers:
        """Lowers sources to what pairs of the raised openings allow; gives those it lowered."""
        pairs = self.fewer.of(raised)
        ends, allowed = (
            self.transport.edges.source[pairs],
            self.value[pairs] - opening[self.transport.edges.opening[pairs]],
        )
        lower = allowed < source[ends]
        np.minimum.at(source, ends[lower], allowed[lower])
        return _rows_among(ends[lower], len(source))

    def settled(self, source: Integers, opening: Integers) -> Integers:
        """A source that nothing holds down, for all it has is decided, costs what its best pair would still bring."""
        free = np.flatnonzero(source == _FREE)
        source[free] = 0
        pairs = self.more.of(free)
        brought = self.value[pairs] - opening[self.transport.edges.opening[pairs]]
        np.maximum.at(source, self.transport.edges.source[pairs], brought)
        return source


def _rows_among(position: Positions, rows: int) -> Integers:
    """The rows that these positions name, once each, in order."""
    named = np.zeros(rows, dtype=bool)
    named[position] = True
    return np.flatnonzero(named)
