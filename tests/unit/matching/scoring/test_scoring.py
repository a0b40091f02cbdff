"""Scoring: the same as two plain ways of doing it, complete, and indifferent to the order of the input."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.matching_references import Naive, dense
from benchmarks.matching_territory import territory
from services.matching.edges import Edges
from services.matching.scoring import candidates
from services.matching.scoring.columns import Openings, Sources
from services.matching.scoring.constraints import Refusal
from services.matching.scoring.scoring import Scored, score_all, score_one_opening, score_run
from services.matching.scoring.sides import Run, SourceSide, run_of
from services.matching.scoring.weights import DEFAULT
from shared.errors import Invalid
from tests.unit.matching.scoring.small_territory import instance, row, rules, tables

SEEDS = st.integers(0, 2**20)


def triples(edges: Edges) -> list[tuple[int, int, int]]:
    return list(zip(edges.source.tolist(), edges.opening.tolist(), edges.score.tolist(), strict=True))


def content(scored: Scored) -> tuple[bytes, ...]:
    """Every byte of the answer."""
    edges = scored.edges
    return edges.source.tobytes(), edges.opening.tobytes(), edges.score.tobytes(), repr(scored.refusals).encode()


@pytest.fixture(params=[0, candidates.FEW], ids=["searched", "all-looked-at"], scope="module", autouse=True)
def _few(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test holds for both ways of finding candidates."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(candidates, "FEW", request.param)
        yield


@settings(max_examples=12)
@given(SEEDS, st.integers(1, 80))
def test_the_index_finds_what_a_double_loop_finds(seed: int, rows: int) -> None:
    """Edges, scores and counts of refusals, pair by pair."""
    run = instance(seed, rows)
    scored, loop = score_run(run), Naive(run).over(range(rows))
    assert triples(scored.edges) == loop.edges
    assert {name: count for name, count in scored.refusals.items() if count} == +loop.refusals


def test_the_index_finds_what_whole_blocks_find() -> None:
    """At 300 by 300, with a share for every refusal."""
    run = instance(11, 300)
    scored, blocks = score_run(run), dense(run)
    assert content(scored) == content(blocks)
    assert all(scored.refusals.values())
    assert len(scored.edges) > 100


@pytest.mark.parametrize("block", [1, 7, 4096])
def test_the_size_of_the_pieces_changes_nothing(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slabs of one source and of all of them find the same pairs."""
    run = instance(12, 120)
    whole = content(score_run(run))
    monkeypatch.setattr(candidates, "FEW", 0)
    monkeypatch.setattr(candidates, "BLOCK", block)
    monkeypatch.setattr(candidates, "TOGETHER", block)
    assert content(score_run(run)) == whole


@settings(max_examples=8)
@given(SEEDS)
def test_every_pair_is_counted_once(seed: int) -> None:
    """Refusals and edges together are all pairs."""
    run = instance(seed, 150)
    scored = score_run(run)
    assert sum(scored.refusals.values()) + len(scored.edges) == 150 * 150
    assert min(scored.refusals.values()) >= 0


@settings(max_examples=8)
@given(SEEDS)
def test_the_order_of_the_input_changes_nothing(seed: int) -> None:
    """Any permutation of the rows of both sides gives the same answer, byte for byte."""
    made, dice = territory(90, tables(), seed), np.random.default_rng(seed)
    shuffled = [_shuffled(side, dice) for side in (made.sources, made.openings)]
    once = score_all(made.sources, made.openings, made.tables, DEFAULT, made.terms)
    again = score_all(shuffled[0], shuffled[1], made.tables, DEFAULT, made.terms)
    assert content(once) == content(again)


def _shuffled(side: Any, dice: np.random.Generator) -> Any:
    order = dice.permutation(len(side))
    columns = {name: column[order] for name, column in vars(side).items()}
    return type(side).of(columns.pop("ids"), **columns)


@settings(max_examples=8)
@given(SEEDS, st.integers(0, 40_000))
def test_a_longer_radius_removes_no_edge(seed: int, more: int) -> None:
    """And leaves the score of each as it was."""
    run = instance(seed, 80)
    radius = (run.sources.columns.radius_m + more).astype(np.int32)
    wider = run_of(replace(run.sources.columns, radius_m=radius), run.openings.columns, run.rules)
    assert set(triples(score_run(run).edges)) <= set(triples(score_run(wider).edges))


def test_an_empty_side_has_no_edge_and_no_refusal() -> None:
    """No source, no opening, or neither."""
    run = instance(5, 20)
    nobody, nothing = Sources.from_rows([], ()), Openings.from_rows([], ())
    for sources, openings in ((nobody, run.openings.columns), (run.sources.columns, nothing), (nobody, nothing)):
        scored = score_run(run_of(sources, openings, run.rules))
        assert len(scored.edges) == sum(scored.refusals.values()) == 0


def test_nobody_agreed() -> None:
    """All pairs are refused for want of consent, without looking at any."""
    run = instance(5, 20)
    silent = replace(run.sources.columns, consented=np.zeros(20, dtype=np.bool_))
    scored = score_run(run_of(silent, run.openings.columns, run.rules))
    assert scored.refusals[Refusal.CONSENT] == 400
    assert len(scored.edges) == 0


def test_ties_stand_in_the_order_of_their_ids() -> None:
    """Equal rows on both sides: equal scores, each pair once."""
    reference = rules(tables())
    sources = Sources.from_rows([row(name, consented=True) for name in "cab"])
    openings = Openings.from_rows([row(name) for name in "yx"])
    edges = score_run(run_of(sources, openings, reference)).edges
    assert [pair[:2] for pair in triples(edges)] == [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1)]
    assert len(set(edges.score.tolist())) == 1


@settings(max_examples=5)
@given(SEEDS)
def test_one_opening_is_scored_as_among_all(seed: int) -> None:
    """The urgent shortlist is the column of the whole run: same sources, same scores, all pairs counted."""
    run = instance(seed, 60)
    whole = score_run(run).edges
    for place in range(0, 60, 7):
        alone = score_one_opening(run.sources, only(run, place), run.rules)
        expected = [(s, 0, points) for s, o, points in triples(whole) if o == place]
        assert triples(alone.edges) == expected
        assert sum(alone.refusals.values()) + len(expected) == 60


def only(run: Run, place: int) -> Openings:
    """One opening of a run."""
    columns = {name: column[place : place + 1] for name, column in vars(run.openings.columns).items()}
    return Openings(**columns)


def test_an_urgent_shortlist_is_for_one_opening() -> None:
    """Two openings are a run."""
    run = instance(5, 20)
    with pytest.raises(Invalid):
        score_one_opening(run.sources, run.openings.columns, run.rules)


def test_sources_are_prepared_once() -> None:
    """What was prepared serves any opening: preparing again gives the same shortlist."""
    run = instance(6, 40)
    again = SourceSide(run.sources.columns, run.rules)
    once, twice = (score_one_opening(side, only(run, 3), run.rules) for side in (run.sources, again))
    assert content(once) == content(twice)
