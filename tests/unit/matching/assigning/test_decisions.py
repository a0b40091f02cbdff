"""What the committee decided is served, what it vetoed is left out, and what cannot hold is refused by name."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.matching.assigning.assignment import assign
from services.matching.assigning.certificate import certify
from services.matching.assigning.decisions import Contradiction
from services.matching.assigning.pairs import Pair
from services.matching.assigning.terms import Frozen, Mode
from tests.unit.matching.assigning.instances import SHORTLIST, Instance, best, instance, tiny

TWO = instance([(0, 0, 900), (0, 1, 300), (1, 0, 800)], [2, 4], [3, 1])


@pytest.mark.parametrize("mode", Mode)
@settings(derandomize=True, deadline=None, max_examples=70)
@given(one=tiny(), data=st.data())
def test_the_best_under_decisions(mode: Mode, one: Instance, data: st.DataObject) -> None:
    """With any pair frozen and any others vetoed, the answer is the best of the flows that obey, and is certified."""
    pairs = [Pair(int(i), int(j)) for i, j in zip(one.edges.source, one.edges.opening, strict=True)]
    free = [pair for pair in pairs if one.supply[pair.source] and one.demand[pair.opening]]
    chosen = data.draw(st.lists(st.sampled_from(free), max_size=1)) if free else []
    frozen = [Frozen(*pair, data.draw(st.integers(1, min(people(one, pair), 2)))) for pair in chosen]
    others = [pair for pair in pairs if pair not in chosen]
    vetoes = data.draw(st.lists(st.sampled_from(others), unique=True, max_size=2)) if others else []
    answer = assign(*one, mode, frozen=frozen, vetoes=vetoes, shortlist=SHORTLIST)
    reached = (answer.placed, answer.objective) if mode is Mode.PLACEMENTS else answer.objective
    assert reached == best(one, mode, frozen, vetoes)
    assert certify(*one, answer).holds


def people(one: Instance, pair: Pair) -> int:
    return int(min(one.supply[pair.source], one.demand[pair.opening]))


def test_a_frozen_pair_receives_at_least_what_was_decided() -> None:
    """Two people decided on the poorer pair go there, at the cost of the better one."""
    one = instance([(0, 0, 900), (0, 1, 300)], [3], [3, 3])
    assert assign(*one, frozen=[Frozen(0, 1, 2)]).flow.tolist() == [1, 2]
    assert assign(*one, frozen=[Frozen(0, 0, 1)]).flow.tolist() == [3, 0]


def test_a_vetoed_pair_receives_nobody() -> None:
    """A veto takes a pair out; one on a pair that was never admissible changes nothing."""
    assert assign(*TWO, vetoes=[Pair(0, 0), Pair(1, 1)]).flow.tolist() == [0, 1, 3]


def test_a_shortlist_proposes_what_was_decided() -> None:
    """However many people were decided on a pair, a shortlist proposes it once."""
    answer = assign(*TWO, Mode.SHORTLIST, frozen=[Frozen(0, 1, 5)], shortlist=SHORTLIST)
    assert answer.flow.tolist() == [1, 1, 1]


@pytest.mark.parametrize(
    ("frozen", "reason"),
    [
        ([Frozen(0, 0, 3)], "3 personnes au total pour ce groupe, dont la capacité est de 2"),
        ([Frozen(0, 0, 2), Frozen(0, 1, 1)], "3 personnes au total pour ce groupe, dont la capacité est de 2"),
        ([Frozen(1, 0, 4)], "4 personnes au total pour cette offre, dont la capacité est de 3"),
        ([Frozen(0, 0, 1), Frozen(1, 0, 3)], "4 personnes au total pour cette offre, dont la capacité est de 3"),
        ([Frozen(0, 0, 0)], "il en faut au moins une"),
        ([Frozen(0, 0, 1), Frozen(0, 0, 1)], "décidé deux fois"),
        ([Frozen(1, 1, 1)], "n’est pas admissible"),
        ([Frozen(7, 9, 1)], "n’est pas admissible"),
    ],
)
def test_decisions_that_cannot_hold_are_refused(frozen: list[Frozen], reason: str) -> None:
    """The refusal names the last pair of those that ask too much, and the capacity they exceed."""
    named = [Frozen(one.source, one.opening, one.people, f"Soudeurs {k}") for k, one in enumerate(frozen)]
    with pytest.raises(Contradiction, match=reason) as refused:
        assign(*TWO, frozen=named)
    assert refused.value.message.startswith(f"Soudeurs {len(frozen) - 1} : ")
    assert list(refused.value.fields) == [f"Soudeurs {len(frozen) - 1}"]


def test_a_pair_both_decided_and_vetoed_is_refused() -> None:
    """The committee cannot want a pair and rule it out; a pair without a label is named by its numbers."""
    with pytest.raises(Contradiction, match=r"Groupe n° 1 vers offre n° 1 : .* à la fois décidé et écarté"):
        assign(*TWO, frozen=[Frozen(0, 0)], vetoes=[Pair(0, 0)])


def test_every_contradiction_is_told_at_once() -> None:
    """All pairs that cannot be served are named together, so that the committee corrects them in one go."""
    with pytest.raises(Contradiction) as refused:
        assign(*TWO, frozen=[Frozen(0, 0, 3, "A"), Frozen(1, 1, 1, "B")])
    assert set(refused.value.fields) == {"A", "B"}


def test_a_shortlist_counts_its_decisions_in_proposals() -> None:
    """More proposals decided for a source than it may receive are refused in those words."""
    one = instance([(0, 0, 1), (0, 1, 1), (0, 2, 1)], [9], [1, 1, 1])
    with pytest.raises(Contradiction, match="3 propositions au total pour ce groupe, dont la capacité est de 2"):
        assign(*one, Mode.SHORTLIST, frozen=[Frozen(0, j) for j in range(3)], shortlist=SHORTLIST)


def test_decisions_that_use_everything_leave_nothing_to_solve() -> None:
    """When all people and places are decided, the answer is the decisions, with prices and a certificate."""
    one = instance([(0, 0, 10), (0, 1, 900)], [2], [2, 2])
    answer = assign(*one, frozen=[Frozen(0, 0, 2)])
    assert answer.flow.tolist() == [2, 0]
    assert certify(*one, answer).holds
    assert np.array_equal(answer.source_price, [900])
