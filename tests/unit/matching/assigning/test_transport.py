"""A transport is stated only from sound columns, and only where 64 bits suffice."""

from __future__ import annotations

import numpy as np
import pytest

from services.matching.assigning.assignment import assign
from services.matching.assigning.certificate import certify
from services.matching.assigning.solver import Network, Unsolved, cheapest
from services.matching.assigning.terms import Mode
from services.matching.edges import Edges
from shared.errors import TooLarge
from tests.unit.matching.assigning.instances import Instance, instance


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (instance([(0, 0, 1), (0, 0, 2)], [1], [1]), "same pair twice"),
        (instance([(0, 1, 1)], [1], [1]), "out of the rows"),
        (instance([(1, 0, 1)], [1], [1]), "out of the rows"),
        (instance([(0, 0, -1)], [1], [1]), "negative"),
        (instance([(0, 0, 1)], [-1], [1]), "negative"),
        (instance([(0, 0, 1)], [1], [-1]), "negative"),
    ],
)
def test_unsound_columns_are_refused(one: Instance, reason: str) -> None:
    """A pair twice, a position out of range or a negative number is a mistake of the caller, said at once."""
    with pytest.raises(ValueError, match=reason):
        assign(*one)


def test_columns_of_different_lengths_are_refused() -> None:
    """Three columns make edges only when they have one length."""
    one = instance([(0, 0, 1)], [1], [1])
    edges = Edges(one.edges.source, one.edges.opening, np.array([1, 2], dtype=np.int32))
    with pytest.raises(ValueError, match="length"):
        assign(edges, one.supply, one.demand)


@pytest.mark.parametrize("mode", Mode)
def test_large_numbers_stay_exact(mode: Mode) -> None:
    """Two million people at scores near 1,000 are summed exactly, in every mode."""
    one = instance([(0, 0, 999), (0, 1, 1), (1, 0, 1000)], [2_000_000, 1_000_003], [1_500_000, 900_000])
    answer = assign(*one, mode)
    assert certify(*one, answer).holds
    if mode is Mode.QUALITY:
        assert answer.objective == 1_000_003 * 1000 + 499_997 * 999 + 900_000


def test_what_leaves_64_bits_is_refused() -> None:
    """Where a bonus times people would no longer be exact, the territory must be divided."""
    one = instance([(0, 0, 1000)], [2**31 - 1], [2**31 - 1])
    assert assign(*one).placed == 2**31 - 1
    with pytest.raises(TooLarge, match="partagez le territoire"):
        assign(*one, Mode.PLACEMENTS)


def test_a_network_that_cannot_pass_the_amount_is_refused() -> None:
    """The solver's refusal is an error with its reason, never a flow."""
    arc = np.array([0], dtype=np.int32), np.array([1], dtype=np.int32)
    network = Network(*arc, capacity=np.array([1]), cost=np.array([0]), entry=0, exit=1)
    with pytest.raises(Unsolved, match="INFEASIBLE"):
        cheapest(network, 2)
