"""The answer is the best one: against enumeration, against weaker methods, and as the territory grows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from benchmarks.matching_rivals import deferred_acceptance, greedy
from services.matching.assigning.assignment import Assignment, assign
from services.matching.assigning.certificate import certify
from services.matching.assigning.terms import Mode
from services.matching.edges import Edges
from tests.unit.matching.assigning.instances import SHORTLIST, Instance, best, chain, drawn, instance, tiny


def solved(one: Instance, mode: Mode = Mode.QUALITY) -> Assignment:
    return assign(*one, mode, shortlist=SHORTLIST)


def reached(one: Instance, mode: Mode) -> tuple[int, int] | int:
    answer = solved(one, mode)
    return (answer.placed, answer.objective) if mode is Mode.PLACEMENTS else answer.objective


@pytest.mark.parametrize("mode", Mode)
@settings(derandomize=True, deadline=None, max_examples=70)
@given(one=tiny())
def test_no_enumerated_flow_is_better(mode: Mode, one: Instance) -> None:
    """On territories small enough to try every flow, the answer is worth the best of them, and its certificate holds."""
    answer = solved(one, mode)
    assert reached(one, mode) == best(one, mode)
    assert certify(*one, answer).holds


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize(
    ("supply", "demand"), [([], []), ([2, 1], []), ([], [1, 1]), ([0, 0], [0]), ([0, 2], [3, 0]), ([3], [0])]
)
def test_nobody_goes_where_there_is_nobody_or_no_place(mode: Mode, supply: list[int], demand: list[int]) -> None:
    """Empty sides and capacities of zero give an empty answer, certified like any other."""
    pairs = [(i, j, 700) for i in range(len(supply)) for j in range(len(demand)) if not (supply[i] and demand[j])]
    one = instance(pairs, supply, demand)
    answer = solved(one, mode)
    assert (answer.placed, answer.objective, answer.flow.sum()) == (0, 0, 0)
    assert certify(*one, answer).holds


def test_a_large_group_is_shared_out() -> None:
    """One source of many people fills several openings, and one opening receives several sources."""
    one = instance([(0, 0, 900), (0, 1, 400), (1, 1, 800)], [10, 3], [4, 8])
    assert solved(one).flow.tolist() == [4, 5, 3]


def test_placements_outweigh_any_points() -> None:
    """One more person is placed even where it moves a whole chain from 1,000 points each to none."""
    good = [(i, i + 1, 1000) for i in range(4)]
    poor = [(i, i, 0) for i in range(5)]
    one = instance(sorted(good + poor), [1] * 5, [1] * 5)
    answer = solved(one, Mode.PLACEMENTS)
    assert (answer.placed, answer.objective) == (5, 0)
    assert solved(one).objective == 4000


def test_placements_come_first_then_quality() -> None:
    """Among the answers that place the most people, the one with most points is given."""
    one = drawn(11, 30, 25, share=0.1)
    quality, placements = solved(one), solved(one, Mode.PLACEMENTS)
    assert placements.placed > quality.placed
    assert placements.objective < quality.objective
    assert certify(*one, placements).holds


def test_a_long_chain_is_followed_to_its_end() -> None:
    """A decision at one end of a chain of 300 is felt at the other, and the prices along it are exact."""
    one = chain(300)
    quality, placements = solved(one), solved(one, Mode.PLACEMENTS)
    assert (quality.objective, placements.objective) == (299 * 502, 300 * 500)
    assert certify(*one, quality).holds
    assert certify(*one, placements).holds
    assert np.array_equal(placements.opening_price, 2 * np.arange(300))


def test_shortlists_respect_capacity() -> None:
    """No source receives more than its proposals, no opening more than its share, and no pair is proposed twice."""
    one = drawn(3, 40, 12, share=0.7)
    answer = solved(one, Mode.SHORTLIST)
    proposals = np.bincount(one.edges.source, answer.flow, 40)
    received = np.bincount(one.edges.opening, answer.flow, 12)
    assert answer.flow.max() == 1
    assert proposals.max() == SHORTLIST.per_source
    assert (received <= one.demand * SHORTLIST.per_place).all()
    assert (received == one.demand * SHORTLIST.per_place).any()


@pytest.mark.parametrize("seed", range(8))
def test_weaker_methods_never_win(seed: int) -> None:
    """Greedy and deferred acceptance give admissible flows that are worth no more than the optimum."""
    one = drawn(seed, 30, 30, share=0.2)
    optimum = solved(one).objective
    for method in (greedy, deferred_acceptance):
        flow = method(*one)
        assert (np.bincount(one.edges.source, flow, 30) <= one.supply).all()
        assert (np.bincount(one.edges.opening, flow, 30) <= one.demand).all()
        assert 0 < int(flow @ one.edges.score) <= optimum


@pytest.mark.parametrize("seed", range(10))
def test_more_never_makes_less(seed: int) -> None:
    """One more place, one more person or one more point never lowers the optimum."""
    one = drawn(seed, 12, 12, share=0.3)
    row, pair = seed % 12, seed % len(one.edges)
    before = solved(one).objective
    place, person, score = one.demand.copy(), one.supply.copy(), one.edges.score.copy()
    place[row] += 1
    person[row] += 1
    score[pair] += 1
    better = Edges(one.edges.source, one.edges.opening, score)
    assert solved(one._replace(demand=place)).objective >= before
    assert solved(one._replace(supply=person)).objective >= before
    assert solved(one._replace(edges=better)).objective >= before
