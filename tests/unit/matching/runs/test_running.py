"""A run of seeded territories: the same bytes in any order, proved, and adding up."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import numpy as np
import pytest

from services.matching.assigning.decisions import Contradiction
from services.matching.runs import unmatched
from services.matching.runs.deciding import Decided, Decisions, Ids
from services.matching.runs.run import Run, dump, load
from services.matching.runs.running import run
from shared.errors import Unreadable
from tests.unit.matching.runs.seeded import SETTINGS, at_risk, inputs_of, opening, reference, territory

SEEDS = range(6)


def ran(seed: int, decisions: Decisions = Decisions(), **settings: Any) -> Run:  # noqa: B008 (frozen)
    return run(inputs_of(territory(seed)), reference(), SETTINGS.model_copy(update=settings), decisions)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("mode", ["quality", "placements"])
def test_the_order_of_the_rows_changes_no_byte(seed: int, mode: str) -> None:
    """Jobs of both sides shuffled together, decisions too."""
    decisions = some_decisions(ran(seed, mode=mode))
    expected = dump(ran(seed, decisions, mode=mode))
    jobs = territory(seed)
    random.Random(seed).shuffle(jobs)  # noqa: S311 - drawn to be the same each time
    turned = Decisions(tuple(reversed(decisions.frozen)), decisions.vetoes)
    settings = SETTINGS.model_copy(update={"mode": mode})
    assert dump(run(inputs_of(jobs), reference(), settings, turned)) == expected


def some_decisions(done: Run) -> Decisions:
    """Two of a run's proposals frozen, two set aside."""
    first, second, third, fourth = (Ids(one.job_id, one.opening_id) for one in done.proposals[:4])
    return Decisions((Decided(*first), Decided(*second)), frozenset({third, fourth}))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("mode", ["quality", "placements"])
def test_every_run_is_proved(seed: int, mode: str) -> None:
    """Its certificate holds, and its figures are those of its proposals; something happens in each territory."""
    done = ran(seed, mode=mode)
    assert done.proof.holds
    assert done.proof.primal == done.proof.dual == done.objective + done.bonus * done.placed
    assert done.placed == sum(one.people for one in done.proposals) > 0
    assert done.objective == sum(one.people * one.score for one in done.proposals)


def test_quality_scores_more_and_placements_place_more() -> None:
    """Over the seeds, each mode leads where it says."""
    quality, placements = ([ran(seed, mode=mode) for seed in SEEDS] for mode in ("quality", "placements"))
    assert all(a.objective >= b.objective and a.placed <= b.placed for a, b in zip(quality, placements, strict=True))


@pytest.mark.parametrize("seed", SEEDS)
def test_components_add_up_to_the_score(seed: int) -> None:
    """Of each proposal; none is under the least points asked for."""
    proposals = ran(seed).proposals
    assert [sum(one.components.values()) for one in proposals] == [one.score for one in proposals]
    assert min(one.score for one in proposals) >= SETTINGS.least_points


@pytest.mark.parametrize("seed", SEEDS)
def test_refusals_and_edges_are_all_pairs(seed: int) -> None:
    """For the whole run; and for each row with people left, over all rows of the other side."""
    done = ran(seed)
    sides = {side: len(done.side(side)) for side in ("at_risk", "opening")}
    assert done.edges + sum(done.refusals.values()) == sides["at_risk"] * sides["opening"]
    for row in done.rows:
        facing = sides["opening" if row.side == "at_risk" else "at_risk"]
        assert sum(row.refusals.values()) == (facing if row.left else 0)


def test_refusals_of_the_rows_are_those_of_the_run() -> None:
    """With nobody placed, the counts of either side add up to the run's, constraint by constraint."""
    done = ran(2, least_points=1000)
    assert done.placed == 0
    for side in ("at_risk", "opening"):
        counts: Counter[str] = Counter()
        for row in done.side(side):
            counts.update(row.refusals)
        assert counts == {name: count for name, count in done.refusals.items() if count}


def test_the_rows_most_in_need_are_told_why_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """When there are too many pairs to look at: those with most people left, the first ids among equals."""
    monkeypatch.setattr(unmatched, "MOST_PAIRS", 20)
    assert unmatched.worth_telling(np.array([1, 4, 0, 2, 4, 2]), 6).tolist() == [1, 3, 4]


def test_frozen_pairs_are_placed_and_vetoes_are_not() -> None:
    """By the ids of jobs; the answer is still proved."""
    decisions = some_decisions(ran(1))
    done = ran(1, decisions)
    pairs = {Ids(one.job_id, one.opening_id) for one in done.proposals}
    assert {Ids(one.job_id, one.opening_id) for one in decisions.frozen} <= pairs
    assert not pairs & decisions.vetoes
    assert done.proof.holds
    assert done.decisions != ran(1).decisions


def test_a_decision_on_a_job_that_is_not_there_is_refused() -> None:
    """The message says which side is missing; a veto on such a job changes nothing."""
    with pytest.raises(Contradiction, match="le groupe n’est pas parmi"):
        ran(1, Decisions((Decided("gone", "open-000"),)))
    assert ran(1, Decisions(vetoes=frozenset({Ids("gone", "open-000")}))).proposals == ran(1).proposals


def test_a_body_is_read_back() -> None:
    """What `dump` writes, `load` reads; anything else is refused."""
    done = ran(3)
    assert load(dump(done)) == done
    for broken in (b"", b"{}\n", b"nothing", dump(done).replace(b"run-1", b"run-0"), b"[]\n", b'{"line":"run-1"}'):
        with pytest.raises(Unreadable):
            load(broken)


def test_a_body_names_no_enterprise() -> None:
    """Neither what is sealed, nor the digest by which an enterprise is known as the same."""
    body = dump(run(inputs_of([at_risk(1, sealed_enterprise="c2VhbGVk"), opening(1)]), reference(), SETTINGS))
    assert b"e:" not in body
    assert b"c2VhbGVk" not in body


def test_inferred_passerelles_are_the_territory_s_choice() -> None:
    """Without them, none is proposed."""
    kinds = {one.passerelle for seed in SEEDS for one in ran(seed).proposals}
    without = {one.passerelle for seed in SEEDS for one in ran(seed, inferred=False).proposals}
    assert "inferred" in kinds
    assert "inferred" not in without


@pytest.mark.parametrize("jobs", [[], [at_risk(1)], [opening(1)]], ids=["nobody", "no opening", "no job at risk"])
def test_an_empty_side_is_a_run_too(jobs: list[Any]) -> None:
    """Nobody is placed, and that is proved."""
    done = run(inputs_of(jobs), reference(), SETTINGS)
    assert (done.placed, done.proof.holds, done.proposals) == (0, True, ())
