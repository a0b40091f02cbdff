"""Solving a transport exactly, as a flow of least cost with slack at both ends."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from services.matching.assigning.pairs import Integers, Positions
from services.matching.assigning.solver import Network, cheapest
from services.matching.assigning.transport import Transport


def solved(transport: Transport) -> Integers:
    """An optimal flow of the transport, one amount a pair; the same transport always gives the same flow.

    What the committee decided is served first; the rest goes from one entry through sources and openings to one exit.
    Where placements lead, as much is sent as can be, at the least cost: the bonus need not burden the costs. Otherwise an
    arc past everybody leaves people where they are when sending them would not pay.
    """
    room = transport.most - transport.least
    useful = np.flatnonzero(room)
    rest = np.zeros(len(room), dtype=np.int64)
    if len(useful):
        amount = None if transport.bonus else _at_most(transport)
        rest[useful] = cheapest(_network(transport, useful, room[useful]), amount)[: len(useful)]
    return transport.least + rest


def _at_most(transport: Transport) -> int:
    return min(int(transport.supply_left.sum()), int(transport.demand_left.sum()))


def _network(transport: Transport, useful: Integers, room: Integers) -> Network:
    """The pairs first, then arcs into sources, arcs out of openings, and the arc past everybody."""
    supply, demand, edges = transport.supply_left, transport.demand_left, transport.edges
    sources = np.arange(len(supply), dtype=np.int32)
    openings = np.arange(len(supply), len(supply) + len(demand), dtype=np.int32)
    entry, leaving = len(supply) + len(demand), len(supply) + len(demand) + 1
    past = 0 if transport.bonus else _at_most(transport)
    free = np.zeros(len(supply) + len(demand) + 1, dtype=np.int64)
    return Network(
        tail=_joined(edges.source[useful], np.full(len(supply), entry), openings, [entry]),
        head=_joined(openings[edges.opening[useful]], sources, np.full(len(demand), leaving), [leaving]),
        capacity=np.concatenate([room, supply, demand, [past]]),
        cost=np.concatenate([-edges.score[useful].astype(np.int64), free]),
        entry=entry,
        exit=leaving,
    )


def _joined(*parts: ArrayLike) -> Positions:
    return np.concatenate([np.asarray(part, dtype=np.int32) for part in parts])
