"""Assigning sources to openings: exactly, in an order of its own, with the prices that prove it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from services.matching.assigning.pairs import Integers, Pair, Positions, keys
from services.matching.assigning.potentials import prices_of
from services.matching.assigning.solving import solved
from services.matching.assigning.terms import Frozen, Mode, Shortlist, Terms
from services.matching.assigning.transport import Transport, stated
from services.matching.edges import Edges

Solve = Callable[[Transport], Integers]


@dataclass(frozen=True)
class Assignment:
    """How many people of each pair's source go to its opening, and what that is worth; all in integers."""

    terms: Terms
    flow: Positions
    """People (in a shortlist: 1 for a proposal), pair after pair, in the order of the edges given."""
    objective: int
    """Points: the sum of score x flow."""
    placed: int
    """People placed; in a shortlist, proposals made."""
    bonus: int
    """Points added to each score so that placements lead, zero in the other modes; values and prices include it."""
    source_price: Integers
    """What the territory would lose without one of the people of the source."""
    opening_price: Integers
    """What the territory would gain from one more place of the opening: how scarce it is."""

    @property
    def value(self) -> int:
        """What the mode maximises."""
        return self.objective + self.bonus * self.placed


def assign(
    edges: Edges,
    supply: Positions,
    demand: Positions,
    mode: Mode = Mode.QUALITY,
    *,
    frozen: Sequence[Frozen] = (),
    vetoes: Sequence[Pair] = (),
    shortlist: Shortlist = Shortlist(),  # noqa: B008 (frozen)
    solve: Solve = solved,
) -> Assignment:
    """The best assignment under these terms; the order of the edges does not change who goes where.

    Raises `Contradiction` when the committee's decisions cannot all hold, `TooLarge` when sums could leave 64 bits, and
    `NotOptimal` when the solver's answer has no prices.
    """
    terms = Terms(mode, tuple(frozen), tuple(vetoes), shortlist)
    given = stated(edges, supply, demand, terms)
    order = np.argsort(keys(edges), kind="stable")
    in_order = bool((order[1:] > order[:-1]).all())
    return _answered(terms, given if in_order else given.taken(order), order, solve)


def _answered(terms: Terms, transport: Transport, order: Integers, solve: Solve) -> Assignment:
    """Solves the pairs as they stand in the transport; gives the flow as they stood before `order`."""
    flow = solve(transport)
    prices = prices_of(transport, flow)
    back = np.empty(len(flow), dtype=np.int32)
    back[order] = flow
    return Assignment(
        terms=terms,
        flow=back,
        objective=int(flow @ transport.edges.score.astype(np.int64)),
        placed=int(flow.sum()),
        bonus=transport.bonus,
        source_price=prices.source,
        opening_price=prices.opening,
    )
