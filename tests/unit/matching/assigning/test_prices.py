"""Prices say what one more place, one person fewer, or another decision would change."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.matching.assigning.assignment import assign
from services.matching.assigning.pairs import Pair
from services.matching.assigning.prices import (
    Alternative,
    Loss,
    as_loss,
    exact_loss,
    least_losses,
    next_best_opening,
    next_best_source,
)
from services.matching.assigning.terms import Frozen, Mode
from tests.unit.matching.assigning.instances import SHORTLIST, drawn, instance

RIVALS = instance([(0, 0, 900), (1, 0, 600), (1, 1, 300), (2, 0, 100), (2, 1, 50)], [1, 1, 1], [1, 1])
"""The first source takes the first opening, the second the second, the third stays: 1,200 points."""


@pytest.mark.parametrize("mode", [Mode.QUALITY, Mode.PLACEMENTS])
@pytest.mark.parametrize("scores", [1000, 2])
def test_an_opening_costs_what_one_more_place_would_bring(mode: Mode, scores: int) -> None:
    """The price of each opening, even one without places, is the optimum's exact gain from one more place."""
    one = drawn(6, 12, 12, share=0.3, scores=scores)
    answer = assign(*one, mode)
    for opening in range(12):
        more = one.demand.copy()
        more[opening] += 1
        other = assign(*one._replace(demand=more), mode)
        gained = Loss(other.placed - answer.placed, other.objective - answer.objective)
        price = as_loss(int(answer.opening_price[opening]), answer.bonus)
        assert price.points == gained.points
        assert price.placements == (gained.placements if mode is Mode.PLACEMENTS else 0)


@pytest.mark.parametrize("mode", [Mode.QUALITY, Mode.PLACEMENTS])
@pytest.mark.parametrize("scores", [1000, 2])
def test_a_source_costs_what_one_person_fewer_would_lose(mode: Mode, scores: int) -> None:
    """The price of each source that has people is the optimum's exact loss without one of them."""
    one = drawn(7, 12, 12, share=0.3, scores=scores)
    answer = assign(*one, mode)
    for source in np.flatnonzero(one.supply):
        fewer = one.supply.copy()
        fewer[source] -= 1
        other = assign(*one._replace(supply=fewer), mode)
        assert as_loss(int(answer.source_price[source]), answer.bonus).points == answer.objective - other.objective


@pytest.mark.parametrize("mode", Mode)
def test_an_override_costs_at_least_its_price(mode: Mode) -> None:
    """Solving again with any unused pair decided never loses less than p + q − value, and often exactly that."""
    one = drawn(14, 14, 14, share=0.3)
    answer = assign(*one, mode, shortlist=SHORTLIST)
    least, exact = least_losses(one.edges, answer), []
    room = np.minimum(one.supply[one.edges.source], one.demand[one.edges.opening])
    unused = np.flatnonzero((answer.flow == 0) & (room > 0))
    for pair in unused:
        decided = Frozen(int(one.edges.source[pair]), int(one.edges.opening[pair]))
        exact.append(exact_loss(*one, answer, decided) >= as_loss(int(least[pair]), answer.bonus))
    assert all(exact)
    assert len(exact) > 5


@settings(derandomize=True, deadline=None, max_examples=200)
@given(bonus=st.integers(1, 10**9), placements=st.integers(-1000, 1000), share=st.floats(-0.499, 0.499))
def test_a_value_reads_one_way(bonus: int, placements: int, share: float) -> None:
    """Placements and points come back from their sum, as long as points stay under half the bonus."""
    points = int(share * bonus)
    assert as_loss(placements * bonus + points, bonus) == (placements, points)


def test_the_price_of_an_override_in_points() -> None:
    """The price is a floor, read at once from the prices of both ends; solving again gives the loss itself."""
    answer = assign(*RIVALS)
    assert answer.flow.tolist() == [1, 0, 1, 0, 0]
    assert (answer.source_price.tolist(), answer.opening_price.tolist()) == ([550, 250, 0], [350, 50])
    assert least_losses(RIVALS.edges, answer).tolist() == [0, 0, 0, 250, 0]
    assert exact_loss(*RIVALS, answer, Frozen(2, 0)) == Loss(0, 800)
    assert exact_loss(*RIVALS, answer, Frozen(1, 0)) == Loss(0, 550)
    assert exact_loss(*RIVALS, answer, Frozen(0, 0)) == Loss(0, 0)


def test_the_next_best_on_either_side() -> None:
    """The alternative is the pair not used that costs the least overall; who has none is told so."""
    answer = assign(*RIVALS)
    opening, source = next_best_opening(RIVALS.edges, answer, 2), next_best_source(RIVALS.edges, answer, 0)
    assert opening == Alternative(edge=4, score=50, at_least=Loss(0, 0))
    assert source == Alternative(edge=1, score=600, at_least=Loss(0, 0))
    assert next_best_opening(RIVALS.edges, answer, 0) is None


def test_the_next_best_is_the_cheapest_not_the_highest() -> None:
    """A lower score at an opening that nobody wants comes before a higher one at an opening that is scarce."""
    pairs = [(0, 0, 900), (1, 0, 880), (1, 1, 700), (1, 2, 690), (2, 0, 890)]
    one = instance(pairs, [1, 1, 1], [1, 1, 1])
    answer = assign(*one)
    assert answer.flow.tolist() == [1, 0, 1, 0, 0]
    assert least_losses(one.edges, answer).tolist() == [0, 710, 0, 10, 0]
    assert next_best_opening(one.edges, answer, 1) == Alternative(edge=3, score=690, at_least=Loss(0, 10))


def test_a_vetoed_pair_is_no_alternative() -> None:
    """What the committee ruled out is not offered as the next best."""
    answer = assign(*RIVALS, vetoes=[Pair(1, 0)])
    assert next_best_opening(RIVALS.edges, answer, 1) is None
    assert next_best_source(RIVALS.edges, answer, 0) == Alternative(edge=3, score=100, at_least=Loss(0, 0))


def test_a_loss_of_placements_is_said_as_such() -> None:
    """Where placements lead, a decision that leaves somebody out costs one placement, whatever it brings in points."""
    one = instance([(0, 0, 100), (0, 1, 900), (1, 1, 100)], [1, 1], [1, 1])
    answer = assign(*one, Mode.PLACEMENTS)
    assert answer.flow.tolist() == [1, 0, 1]
    assert exact_loss(*one, answer, Frozen(0, 1)) == Loss(1, -700)
