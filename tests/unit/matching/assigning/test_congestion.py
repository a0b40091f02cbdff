"""Congestion says how unevenly proposals fall on openings."""

from __future__ import annotations

import numpy as np
import pytest

from services.matching.assigning.assignment import assign
from services.matching.assigning.congestion import Congestion, congestion, gini
from services.matching.assigning.terms import Mode, Shortlist
from tests.unit.matching.assigning.instances import drawn, instance


@pytest.mark.parametrize(
    ("amounts", "expected"), [([], 0), ([0, 0], 0), ([3, 3, 3], 0), ([0, 0, 0, 8], 0.75), ([1, 3], 0.25)]
)
def test_gini_of_known_shares(amounts: list[int], expected: float) -> None:
    """Equal shares give 0; one of n that has all gives (n − 1) / n."""
    assert gini(np.array(amounts, dtype=np.int64)) == expected


def test_openings_without_places_do_not_count() -> None:
    """Queues are proposals per place; an opening that has no place is no opening."""
    one = instance([(0, 0, 1), (1, 0, 1), (2, 1, 1)], [1, 1, 1], [1, 2, 0, 3])
    measured = congestion(one.edges, np.array([1, 1, 1], dtype=np.int32), one.demand)
    assert measured == Congestion(3, 1, 4 / 9, 0.5, 2.0, 2.0)


def test_a_territory_without_openings_has_no_queue() -> None:
    """Nothing is divided by nothing."""
    one = instance([], [1], [])
    assert congestion(one.edges, np.zeros(0, dtype=np.int32), one.demand) == Congestion(0, 0, 0.0, 0.0, 0.0, 0.0)


def test_shortlists_that_respect_capacity_crowd_less() -> None:
    """Against everyone's own best, fewer openings are forgotten and the longest queue is at most the limit."""
    one = drawn(1, 60, 60, share=0.4, scores=20)
    answer = assign(*one, Mode.SHORTLIST, shortlist=Shortlist(per_source=3, per_place=3))
    naive = np.zeros(len(one.edges), dtype=np.int32)
    order = np.lexsort((one.edges.opening, -one.edges.score, one.edges.source))
    rank = np.arange(len(order)) - np.searchsorted(one.edges.source[order], one.edges.source[order])
    naive[order[(rank < 3) & (one.supply[one.edges.source[order]] > 0)]] = 1
    before, after = (congestion(one.edges, flow, one.demand) for flow in (naive, answer.flow))
    assert after.never_proposed < before.never_proposed
    assert after.gini < before.gini
    assert after.most_per_place <= 3 < before.most_per_place
