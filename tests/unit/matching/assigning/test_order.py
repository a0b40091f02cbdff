"""The same territory gives the same answer, byte for byte, however its rows arrive."""

from __future__ import annotations

import hashlib
import subprocess
import sys

import numpy as np
import pytest

from services.matching.assigning.assignment import assign
from services.matching.assigning.pairs import Pair
from services.matching.assigning.potentials import prices_of
from services.matching.assigning.solving import solved
from services.matching.assigning.terms import Frozen, Mode, Terms
from services.matching.assigning.transport import stated
from services.matching.edges import Edges
from tests.unit.matching.assigning.instances import SHORTLIST, Instance, drawn


def shuffled(one: Instance, seed: int) -> tuple[Instance, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    order = np.random.default_rng(seed).permutation(len(one.edges))
    edges = Edges(one.edges.source[order], one.edges.opening[order], one.edges.score[order])
    return one._replace(edges=edges), order


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("scores", [1000, 2, 0])
def test_the_order_of_pairs_changes_nothing(mode: Mode, scores: int) -> None:
    """However its pairs are shuffled, and however many of them tie, who goes where is the same."""
    one = drawn(4, 40, 40, share=0.3, scores=scores)
    answer = assign(*one, mode, shortlist=SHORTLIST)
    for seed in range(8):
        other, order = shuffled(one, seed)
        again = assign(*other, mode, shortlist=SHORTLIST)
        assert again.flow.tobytes() == answer.flow[order].tobytes()
        assert again.source_price.tobytes() == answer.source_price.tobytes()
        assert again.opening_price.tobytes() == answer.opening_price.tobytes()


def test_decisions_may_come_in_any_order() -> None:
    """The order in which the committee decided and vetoed changes nothing either."""
    one = drawn(9, 20, 20, share=0.5, scores=1)
    edges = one.edges
    room = np.flatnonzero(np.minimum(one.supply[edges.source], one.demand[edges.opening]))
    _, first = np.unique(edges.source[room], return_index=True)
    rows = room[first][np.unique(edges.opening[room[first]], return_index=True)[1]]
    pairs = [Pair(int(edges.source[k]), int(edges.opening[k])) for k in rows]
    frozen, vetoes = [Frozen(*pair) for pair in pairs[:3]], pairs[3:6]
    answer = assign(*one, frozen=frozen, vetoes=vetoes)
    again = assign(*one, frozen=frozen[::-1], vetoes=vetoes[::-1])
    assert answer.flow.tobytes() == again.flow.tobytes()


@pytest.mark.parametrize("mode", Mode)
def test_prices_do_not_depend_on_which_optimum_was_found(mode: Mode) -> None:
    """A solver that meets the pairs in another order finds another tied optimum, yet the very same prices."""
    one = drawn(2, 40, 40, share=0.3, scores=2)
    terms = Terms(mode, shortlist=SHORTLIST)
    transport = stated(*one, terms)
    flow = solved(transport)
    prices = prices_of(transport, flow)
    others = set()
    for seed in range(6):
        other, order = shuffled(one, seed)
        back = np.empty(len(order), dtype=np.int64)
        back[order] = solved(stated(*other, terms))
        others.add(back.tobytes())
        again = prices_of(transport, back)
        assert np.array_equal(again.source, prices.source)
        assert np.array_equal(again.opening, prices.opening)
    assert len(others) > 1


def test_another_process_gives_the_same_bytes() -> None:
    """Nothing hangs on the process: neither its hashes' seed nor what it solved before."""
    program = (
        "import hashlib; from tests.unit.matching.assigning.test_order import answer_bytes as a;"
        "print(hashlib.sha256(a()).hexdigest())"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": "7"}
    )
    assert run.stdout.strip() == hashlib.sha256(answer_bytes()).hexdigest()


def answer_bytes() -> bytes:
    return assign(*drawn(8, 60, 60, share=0.3, scores=1)).flow.tobytes()
