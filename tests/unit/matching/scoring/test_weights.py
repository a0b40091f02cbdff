"""Weights: they sum to 1,000, components add up to the score, and a table says what they decide."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from services.matching.edges import Edges
from services.matching.scoring.weights import COMPONENTS, DEFAULT, Weights, sensitivity, shares, totals
from shared.errors import Invalid

WEIGHINGS = 40


def weighing(dice: np.random.Generator) -> Weights:
    """Seven weights between six cuts of 1,000."""
    bounds = [0, *sorted(dice.integers(0, 1001, 6).tolist()), 1000]
    return Weights(*(last - first for first, last in pairwise(bounds)))


def weighings() -> Iterator[tuple[NDArray[np.int32], Weights]]:
    """Many rows of points, under many weights."""
    dice = np.random.default_rng(8)
    for _ in range(WEIGHINGS):
        yield dice.integers(0, 1001, (200, 7)).astype(np.int32), weighing(dice)


def test_components_add_up_to_the_score() -> None:
    """To the unit, whatever the weights; and no component gives more than its weight."""
    for points, weights in weighings():
        parts = shares(points, weights)
        assert (parts.sum(axis=1) == totals(points, weights)).all()
        assert (parts >= 0).all()
        assert (parts <= np.array(weights.vector)).all()


def test_a_score_is_rounded_half_up_once() -> None:
    """The weighted sum in thousandths, not a sum of rounded parts."""
    for points, weights in weighings():
        exact = [sum(p * w for p, w in zip(row, weights.vector, strict=True)) for row in points.tolist()]
        assert totals(points, weights).tolist() == [(2 * one + 1000) // 2000 for one in exact]


def test_what_is_left_over_goes_to_the_largest_remainders() -> None:
    """Two halves and a third make one: the first of equals has it."""
    weights = Weights(300, 200, 100, 150, 100, 50, 100)
    points = np.array([[5, 5, 9, 0, 0, 0, 0]], dtype=np.int32)
    assert totals(points, weights).tolist() == [3]
    assert shares(points, weights).tolist() == [[1, 1, 1, 0, 0, 0, 0]]


@pytest.mark.parametrize("weights", [(301, 200, 100, 150, 100, 50, 100), (-100, 600, 100, 150, 100, 50, 100)])
def test_weights_that_do_not_sum_are_refused(weights: tuple[int, ...]) -> None:
    """A score out of 1,000 is one."""
    with pytest.raises(Invalid):
        Weights(*weights)


@pytest.mark.parametrize("per_cent", [-100, -20, 20, 500])
def test_a_weight_moves_and_the_others_make_room(per_cent: int) -> None:
    """The sum stays 1,000: moved weights are weights, or their making would have failed."""
    for _, before in weighings():
        for component in COMPONENTS:
            after = before.moved(component, per_cent)
            expected = min(1000, (getattr(before, component) * (100 + per_cent) + 50) // 100)
            assert getattr(after, component) == expected


def test_a_weight_that_is_alone_stays() -> None:
    """No other one could take what it loses."""
    alone = Weights(1000, 0, 0, 0, 0, 0, 0)
    assert alone.moved("passerelle", -20) == alone


def test_the_sensitivity_table_counts_what_changes() -> None:
    """Two sources of one opening, one near and one skilled: the weight of skills decides between them."""
    edges = Edges(*(np.array(column, dtype=np.int32) for column in ([0, 1], [0, 0], [0, 0])))
    points = np.array([[500, 1000, 500, 400, 500, 500, 500], [500, 0, 500, 1000, 500, 500, 500]], dtype=np.int32)
    weights = Weights(310, 100, 100, 190, 150, 50, 100)
    table = {(one.component, one.per_cent): one for one in sensitivity(edges, points, weights)}
    assert len(table) == 2 * len(COMPONENTS)
    assert totals(points, weights).tolist() == [531, 545]
    assert table["skills", -20].best_changed == 0
    assert table["distance", -20].best_changed == 1
    assert all(one.listed == 2 and one.listed_changed == 0 for one in table.values())


def test_the_sensitivity_table_counts_pairs_lost() -> None:
    """A pair that falls under the least score is lost."""
    edges = Edges(*(np.array(column, dtype=np.int32) for column in ([0], [0], [0])))
    points = np.array([[1000, 0, 0, 0, 0, 0, 0]], dtype=np.int32)
    table = {(one.component, one.per_cent): one for one in sensitivity(edges, points, DEFAULT, least_score=300)}
    assert (table["passerelle", -20].lost, table["passerelle", 20].lost) == (1, 0)
    assert table["passerelle", -20].moved == 60_000


def test_no_edge_has_a_table_too() -> None:
    """Nothing moves where there is nothing."""
    none = np.zeros(0, dtype=np.int32)
    assert {one.moved for one in sensitivity(Edges(none, none, none), np.zeros((0, 7), dtype=np.int32), DEFAULT)} == {0}
