"""One capacitated transport, stated in integers: what the solver solves, and what a certificate is about."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from services.matching.assigning.decisions import frozen_people
from services.matching.assigning.pairs import Flags, Integers, Positions, keys, positions, total
from services.matching.assigning.terms import Mode, Terms
from services.matching.edges import Edges
from shared.errors import TooLarge

GREATEST = 2**62
"""No sum of values over people may reach it: all arithmetic on values is exact in 64 bits."""


@dataclass(frozen=True)
class Transport:
    """Maximise the sum of `value` x flow: at most `supply` leaves a source, at most `demand` enters an opening.

    The flow of each pair lies from `least` to `most`.
    """

    edges: Edges
    supply: Integers
    demand: Integers
    bonus: int
    """Added to each score: one more person placed is worth more than all scores together. Zero in the other modes."""
    least: Integers
    most: Integers
    limited: Flags
    """Pairs whose `most` is a limit of their own, not merely the lesser of their two ends."""

    @property
    def value(self) -> Integers:
        return self.edges.score.astype(np.int64) + self.bonus

    @property
    def highest(self) -> int:
        """No price need exceed it."""
        return int(self.edges.score.max(initial=0)) + self.bonus

    @property
    def supply_left(self) -> Integers:
        """What sources still have once the committee's decisions are served."""
        return self.supply - total(self.edges.source, self.least, len(self.supply))

    @property
    def demand_left(self) -> Integers:
        """What openings still take once the committee's decisions are served."""
        return self.demand - total(self.edges.opening, self.least, len(self.demand))

    def taken(self, order: Integers) -> Transport:
        """The same transport with its pairs in another order."""
        edges = Edges(self.edges.source[order], self.edges.opening[order], self.edges.score[order])
        return replace(self, edges=edges, least=self.least[order], most=self.most[order], limited=self.limited[order])


def stated(edges: Edges, supply: Positions, demand: Positions, terms: Terms) -> Transport:
    """The transport that these terms mean, pairs in the order of `edges`.

    Raises `Contradiction` for decisions that cannot hold together, `TooLarge` when a sum could leave 64 bits, and
    `ValueError` for columns that are no columns of edges: a pair twice, a negative number, a position out of range.
    """
    _check_columns(edges, supply, demand)
    ours, theirs = _ends(supply, demand, terms)
    most, limited = _limits(edges, ours, theirs, terms)
    where = positions(edges, [one.pair for one in terms.frozen])
    least = frozen_people(terms, where, ours, theirs, len(edges))
    bonus = _bonus(edges, ours, theirs) if terms.mode is Mode.PLACEMENTS else 0
    transport = Transport(edges, ours, theirs, bonus, least, most, limited)
    _check_magnitude(transport)
    return transport


def _ends(supply: Positions, demand: Positions, terms: Terms) -> tuple[Integers, Integers]:
    """People and places; in a shortlist, proposals to give and proposals to receive."""
    people, places = supply.astype(np.int64), demand.astype(np.int64)
    if terms.mode is not Mode.SHORTLIST:
        return people, places
    return np.where(people > 0, terms.shortlist.per_source, 0), places * terms.shortlist.per_place


def _limits(edges: Edges, supply: Integers, demand: Integers, terms: Terms) -> tuple[Integers, Flags]:
    """The most that each pair may take, and whether its ends would let it take more."""
    most = np.minimum(supply[edges.source], demand[edges.opening])
    limited = np.full(len(edges), terms.mode is Mode.SHORTLIST)
    most[limited] = np.minimum(most[limited], 1)
    where = positions(edges, terms.vetoes)
    vetoed = where[where >= 0]
    most[vetoed], limited[vetoed] = 0, True
    return most, limited


def _bonus(edges: Edges, supply: Integers, demand: Integers) -> int:
    """More than twice what all scores of an answer can sum to: a value then reads as placements and points one way only."""
    return 2 * int(edges.score.max(initial=0)) * min(int(supply.sum()), int(demand.sum())) + 1


def _check_columns(edges: Edges, supply: Positions, demand: Positions) -> None:
    if len({len(edges.source), len(edges.opening), len(edges.score)}) > 1:
        raise ValueError("the columns of edges differ in length")
    for column in (edges.source, edges.opening, edges.score, supply, demand):
        if int(column.min(initial=0)) < 0:
            raise ValueError("a negative number among edges, supply or demand")
    for position, rows in ((edges.source, supply), (edges.opening, demand)):
        if int(position.max(initial=-1)) >= len(rows):
            raise ValueError("an edge leads out of the rows")
    ordered = np.sort(keys(edges))
    if (ordered[1:] == ordered[:-1]).any():
        raise ValueError("the same pair twice among edges")


def _check_magnitude(transport: Transport) -> None:
    """No value times people, summed over all ends and pairs, may leave 64 bits."""
    people = sum(int(column.sum()) for column in (transport.supply, transport.demand, transport.most))
    if transport.highest * people >= GREATEST:
        raise TooLarge("Trop de personnes et de places pour un seul calcul exact : partagez le territoire.")
