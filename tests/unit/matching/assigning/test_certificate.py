"""A certificate holds for every optimum and for nothing else, whatever the solver says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from services.matching.assigning.assignment import Solve, assign
from services.matching.assigning.certificate import Certificate, certify
from services.matching.assigning.pairs import Pair
from services.matching.assigning.potentials import NotOptimal
from services.matching.assigning.solving import solved
from services.matching.assigning.terms import Frozen, Mode, Terms
from services.matching.assigning.transport import Transport
from tests.unit.matching.assigning.instances import SHORTLIST, Instance, drawn, instance

CROSSED = instance([(0, 0, 600), (0, 1, 500), (1, 0, 590), (1, 1, 100)], [1, 1], [1, 1])
"""Two sources that want the same opening: the better answer, 1,090, gives it to the second."""
BEST, WORSE = [0, 1, 1, 0], [1, 0, 0, 1]


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("scores", [1000, 3])
def test_every_optimum_is_certified(mode: Mode, scores: int) -> None:
    """On 100 territories, tied or not, primal and dual are the same integer and no rule is broken."""
    for seed in range(100):
        one = drawn(seed, 5 + seed % 20, 5 + seed % 17, share=0.25, scores=scores)
        certificate = certify(*one, assign(*one, mode, shortlist=SHORTLIST))
        assert (certificate.gap, certificate.breaches, certificate.holds) == (0, {}, True)


@pytest.mark.parametrize("mode", Mode)
def test_decisions_enter_the_certificate(mode: Mode) -> None:
    """With pairs frozen against the optimum and others vetoed, the certificate still closes to the point."""
    for seed in range(60):
        one = drawn(seed, 12, 12, share=0.4)
        frozen, vetoes = decided(one, seed)
        answer = assign(*one, mode, frozen=frozen, vetoes=vetoes, shortlist=SHORTLIST)
        assert certify(*one, answer).holds


def decided(one: Instance, seed: int) -> tuple[list[Frozen], list[Pair]]:
    """The poorest pair that has room is frozen, three others are vetoed."""
    edges = one.edges
    room = np.flatnonzero(np.minimum(one.supply[edges.source], one.demand[edges.opening]))
    poorest = int(room[np.argmin(edges.score[room])])
    others = [k for k in np.random.default_rng(seed).permutation(len(edges))[:4] if k != poorest][:3]
    frozen = Frozen(int(edges.source[poorest]), int(edges.opening[poorest]))
    return [frozen], [Pair(int(edges.source[k]), int(edges.opening[k])) for k in others]


def spoiled(**changes: Any) -> Certificate:
    """The certificate of the crossed territory's best answer, with something changed."""
    answer = assign(*CROSSED)
    assert answer.flow.tolist() == BEST
    return certify(*CROSSED, replace(answer, **changes))


def test_a_worse_flow_is_found_out() -> None:
    """A flow that keeps every limit and misses the optimum leaves a gap of what it misses."""
    certificate = spoiled(flow=np.array(WORSE, dtype=np.int32), objective=700)
    assert (certificate.primal, certificate.dual, certificate.gap) == (700, 1090, 390)
    assert not certificate.holds


@pytest.mark.parametrize("scene", range(20))
def test_no_spoiled_flow_passes(scene: int) -> None:
    """One person more or fewer on any pair of an optimum breaks a limit or opens a gap."""
    one = drawn(scene, 8, 8, share=0.4)
    one.edges.score[:] += 1
    answer = assign(*one)
    for pair in range(len(one.edges)):
        for change in (-1, 1):
            flow = answer.flow.copy()
            flow[pair] += change
            objective = answer.objective + change * int(one.edges.score[pair])
            other = replace(answer, flow=flow, objective=objective, placed=answer.placed + change)
            assert not certify(*one, other).holds


@pytest.mark.parametrize(
    ("changes", "broken"),
    [
        ({"objective": 1091}, "totals-misstated"),
        ({"placed": 3}, "totals-misstated"),
        ({"bonus": 1}, "totals-misstated"),
        ({"flow": np.array([1, 1, 1, 0], dtype=np.int32)}, "sources-over-supply"),
        ({"flow": np.array([1, 0, 1, 0], dtype=np.int32)}, "openings-over-places"),
        ({"flow": np.array([0, 2, 1, 0], dtype=np.int32)}, "pairs-over-limit"),
        ({"flow": np.array([0, 1, 1, -1], dtype=np.int32)}, "pairs-under-decision"),
        ({"source_price": np.array([-1, 0])}, "source-prices-out-of-range"),
        ({"source_price": np.array([2**62, 0])}, "source-prices-out-of-range"),
        ({"opening_price": np.array([0, -1])}, "opening-prices-out-of-range"),
        ({"opening_price": np.array([2**62, 0])}, "opening-prices-out-of-range"),
        ({"flow": np.array([0, 1, 1], dtype=np.int32)}, "columns-of-another-length"),
    ],
)
def test_each_breach_has_a_name(changes: dict[str, Any], broken: str) -> None:
    """What is wrong with an answer is said, and the certificate does not hold."""
    certificate = spoiled(**changes)
    assert broken in certificate.breaches
    assert not certificate.holds


def test_an_answer_to_other_terms_is_refused() -> None:
    """An optimum without decisions certifies neither the frozen pair it leaves out nor the vetoed one it uses."""
    ignored = spoiled(terms=Terms(frozen=(Frozen(0, 0),)))
    used = spoiled(terms=Terms(vetoes=(Pair(0, 1),)))
    assert ignored.breaches["pairs-under-decision"] == 1
    assert used.breaches["pairs-over-limit"] == 1


def test_arbitrary_prices_prove_nothing() -> None:
    """Prices within range but wrong give a dual above the primal, never below."""
    random = np.random.default_rng(5)
    for _ in range(200):
        prices = random.integers(0, 601, 4)
        certificate = spoiled(source_price=prices[:2], opening_price=prices[2:])
        assert certificate.gap >= 0
        assert certificate.holds == (certificate.gap == 0)


def test_a_wrong_solver_is_stopped_before_anybody_reads_it() -> None:
    """A solver that gives the worse of two answers finds no prices, and no assignment comes out."""
    with pytest.raises(NotOptimal, match="n’est pas optimal"):
        assign(*CROSSED, solve=lambda _: np.array(WORSE, dtype=np.int64))


@pytest.mark.parametrize("mode", Mode)
def test_a_solver_one_person_short_never_passes(mode: Mode) -> None:
    """A solver that forgets one person of an optimum is stopped, or its certificate does not hold."""
    one = drawn(21, 15, 15, share=0.3)
    one.edges.score[:] += 1

    def short(transport: Transport) -> NDArray[np.int64]:
        flow = solved(transport)
        flow[np.flatnonzero(flow)[0]] -= 1
        return flow

    with pytest.raises(NotOptimal):
        assign(*one, mode, shortlist=SHORTLIST, solve=short)


def test_a_solver_that_breaks_a_capacity_never_passes() -> None:
    """A solver that sends one person too many is stopped, or its certificate does not hold."""

    def over(transport: Transport) -> NDArray[np.int64]:
        flow = solved(transport)
        flow[0] += 1
        return flow

    assert not passes(CROSSED, over)


def passes(one: Instance, solve: Solve) -> bool:
    try:
        answer = assign(*one, solve=solve)
    except NotOptimal:
        return False
    return certify(*one, answer).holds
