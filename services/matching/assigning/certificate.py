"""The proof that nothing better exists: sums and comparisons of integers, without the solver and without trust in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from services.matching.assigning.assignment import Assignment
from services.matching.assigning.pairs import Flags, Integers, Positions, total
from services.matching.assigning.transport import Transport, stated
from services.matching.edges import Edges


@dataclass(frozen=True)
class Certificate:
    """What a run keeps as its proof.

    Whatever the prices, as long as none is negative, no assignment can be worth more than `dual`. So one that keeps every
    limit and is worth `dual` is optimal: nothing else need be believed, neither the solver nor where prices came from.
    """

    primal: int
    """What the assignment is worth, counted again from its flow."""
    dual: int
    """What no assignment can exceed, by the prices."""
    breaches: dict[str, int]
    """How many rows or pairs break each rule; rules that hold are left out."""

    @property
    def gap(self) -> int:
        return self.dual - self.primal

    @property
    def holds(self) -> bool:
        """Whether the assignment is proved optimal, and is what it says it is."""
        return self.gap == 0 and not self.breaches


def certify(edges: Edges, supply: Positions, demand: Positions, assignment: Assignment) -> Certificate:
    """Checks an assignment against its own terms, all in integers.

    With l the people decided, u the most a pair may take, a and b what ends have left once l is served, v the values, the
    dual is Σ l·v + Σ a·p + Σ b·q + Σ (u − l)·max(0, v − p − q). A vetoed pair has u = 0; where placements lead, v is the
    score plus a bonus above any sum of scores; in a shortlist u = 1, and a and b count proposals. Raises as `stated` does.
    """
    transport = stated(edges, supply, demand, assignment.terms)
    given = (len(assignment.flow), len(assignment.source_price), len(assignment.opening_price))
    if given != (len(edges), len(supply), len(demand)):
        return Certificate(0, 0, {"columns-of-another-length": 1})
    check = _Check(transport, assignment.flow.astype(np.int64), assignment.source_price, assignment.opening_price)
    broken = check.limits_broken() | check.prices_broken() | check.slackness_broken()
    broken |= {"totals-misstated": np.array([not _as_stated(transport, assignment)])}
    breaches = {name: int(rows.sum()) for name, rows in broken.items() if rows.any()}
    return Certificate(check.primal, check.dual, breaches)


def _as_stated(transport: Transport, assignment: Assignment) -> bool:
    """Whether the totals that the assignment claims are those of its flow."""
    flow = assignment.flow.astype(np.int64)
    counted = (int(flow @ transport.edges.score.astype(np.int64)), int(flow.sum()), transport.bonus)
    return counted == (assignment.objective, assignment.placed, assignment.bonus)


@dataclass(frozen=True)
class _Check:
    """A flow and prices, held to a transport."""

    transport: Transport
    flow: Integers
    p: Integers
    q: Integers

    @property
    def primal(self) -> int:
        return int(self.flow @ self.transport.value)

    @property
    def dual(self) -> int:
        decided = self.transport.least @ self.transport.value
        ends = self.transport.supply_left @ self.p + self.transport.demand_left @ self.q
        room = self.transport.most - self.transport.least
        return int(decided + ends + room @ np.maximum(0, self._surplus))

    @property
    def _surplus(self) -> Integers:
        """What each pair brings beyond the prices of its ends."""
        edges = self.transport.edges
        return self.transport.value - self.p[edges.source] - self.q[edges.opening]

    @property
    def _left(self) -> tuple[Integers, Integers]:
        edges = self.transport.edges
        leaving = total(edges.source, self.flow, len(self.p))
        entering = total(edges.opening, self.flow, len(self.q))
        return self.transport.supply - leaving, self.transport.demand - entering

    def limits_broken(self) -> dict[str, Flags]:
        """Whether somebody goes where nobody may: with these the flow would be no answer at all."""
        sources, openings = self._left
        return {
            "sources-over-supply": sources < 0,
            "openings-over-places": openings < 0,
            "pairs-under-decision": self.flow < self.transport.least,
            "pairs-over-limit": self.flow > self.transport.most,
        }

    def prices_broken(self) -> dict[str, Flags]:
        """A negative price proves nothing; one above every value could leave 64 bits, and is never needed."""
        highest = self.transport.highest
        return {
            "source-prices-out-of-range": (self.p < 0) | (self.p > highest),
            "opening-prices-out-of-range": (self.q < 0) | (self.q > highest),
        }

    def slackness_broken(self) -> dict[str, Flags]:
        """Where a gap comes from; none of these can be broken when the gap is nought."""
        (sources, openings), surplus = self._left, self._surplus
        return {
            "sources-priced-yet-left": (sources > 0) & (self.p > 0),
            "openings-priced-yet-left": (openings > 0) & (self.q > 0),
            "pairs-used-at-a-loss": (self.flow > self.transport.least) & (surplus < 0),
            "pairs-left-at-a-gain": (self.flow < self.transport.most) & (surplus > 0),
        }
