"""The synthetic territories of the benchmarks: the same each time, as dense as real ones, and sound on the real ROME."""

from __future__ import annotations

import os

import numpy as np
import pytest

from benchmarks.matching_references import dense
from benchmarks.matching_territory import occupations, territory
from services.matching.scoring.rules import rules_of
from services.matching.scoring.scoring import score_all
from services.matching.scoring.sides import run_of
from services.matching.scoring.weights import DEFAULT
from tests.unit.matching.scoring.small_territory import tables


def test_a_seed_gives_one_territory() -> None:
    """Whoever measures again measures the same rows."""
    once, twice = (territory(50, tables(), seed=4) for _ in range(2))
    for side in ("sources", "openings"):
        columns = zip(vars(getattr(once, side)).values(), vars(getattr(twice, side)).values(), strict=True)
        assert all(np.array_equal(one, other) for one, other in columns)


def test_invented_metiers_lead_where_real_ones_do() -> None:
    """6 to 21 official passerelles from each, never to itself; and ranks that begin at 1."""
    rank = occupations(60, 1).official_rank
    many = np.count_nonzero(rank, axis=1)
    assert 6 <= many.min() <= many.max() <= 21
    assert not rank.diagonal().any()
    assert (rank.max(axis=1) == many).all()


@pytest.mark.skipif("VIGIE_ROME" not in os.environ, reason="VIGIE_ROME names no folder of a release of the ROME")
def test_on_the_real_rome_the_index_finds_what_whole_blocks_find() -> None:
    """A territory of 400 rows a side on all métiers: same edges, same refusals."""
    made = territory(400, occupations())
    scored = score_all(made.sources, made.openings, made.tables, DEFAULT, made.terms)
    blocks = dense(run_of(made.sources, made.openings, rules_of(made.tables, DEFAULT, made.terms)))
    assert len(scored.edges) > 50
    assert scored.refusals == blocks.refusals
    assert np.array_equal(scored.edges.source, blocks.edges.source)
    assert np.array_equal(scored.edges.opening, blocks.edges.opening)
    assert np.array_equal(scored.edges.score, blocks.edges.score)
