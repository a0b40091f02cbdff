"""Every admissible pair with its score, and how many pairs each constraint refuses: together, all pairs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.matching.edges import Edges
from services.matching.reference.tables import Tables
from services.matching.scoring.candidates import candidates, candidates_of_one
from services.matching.scoring.columns import Openings, Sources
from services.matching.scoring.constraints import LATE, Refusal, same_enterprise
from services.matching.scoring.counting import Counts, counted
from services.matching.scoring.points import scores
from services.matching.scoring.rules import Rules, rules_of
from services.matching.scoring.sides import OpeningSide, Pairs, Run, SourceSide, run_of
from services.matching.scoring.terms import Terms
from services.matching.scoring.weights import Weights
from shared.errors import Invalid

_SCORE_BITS = 10
"""A score is at most 1,000."""


@dataclass(frozen=True, eq=False)
class Scored:
    """The edges, and the pairs refused, each under the first constraint that applies."""

    edges: Edges
    refusals: Counts


def score_all(sources: Sources, openings: Openings, tables: Tables, weights: Weights, terms: Terms) -> Scored:
    """All that is admissible between two sides."""
    return score_run(run_of(sources, openings, rules_of(tables, weights, terms)))


def score_run(run: Run) -> Scored:
    """The same on sides prepared before."""
    return _scored(run, candidates(run))


def score_one_opening(sources: SourceSide, opening: Openings, rules: Rules) -> Scored:
    """One opening against sources prepared before: a few milliseconds for 100,000 of them.

    Raises Invalid for more or less than one opening. The sources were prepared under the same rules.
    """
    if len(opening) != 1:
        raise Invalid("Une seule offre à la fois.")
    run = Run(sources, OpeningSide(opening, rules), rules)
    return _scored(run, [candidates_of_one(run)])


def _scored(run: Run, found: Iterable[Pairs]) -> Scored:
    counts = counted(run)
    keys = [_judged(run, pairs, counts) for pairs in found]
    return Scored(_edges(run, keys), counts)


def _judged(run: Run, pairs: Pairs, counts: Counts) -> NDArray[np.int64]:
    """Pairs and scores packed into numbers that stand in the order of the pairs; the refused are counted."""
    pairs = pairs.where(~same_enterprise(run, pairs))
    counts[Refusal.DISTANCE] -= len(pairs)
    for refusal, test in LATE:
        refused = test(run, pairs)
        count = int(np.count_nonzero(refused))
        if count:
            counts[refusal] += count
            pairs = pairs.where(~refused)
    score = scores(run, pairs)
    enough = score >= run.rules.terms.least_score
    counts[Refusal.SCORE] += len(score) - int(np.count_nonzero(enough))
    place = pairs.source * len(run.openings.columns) + pairs.opening
    return ((place << _SCORE_BITS) | score)[enough]


def _edges(run: Run, keys: list[NDArray[np.int64]]) -> Edges:
    """In the order of the sources, then of the openings."""
    packed = np.concatenate([np.zeros(0, dtype=np.int64), *keys])
    keys.clear()
    packed.sort()
    score = (packed & ((1 << _SCORE_BITS) - 1)).astype(np.int32)
    packed >>= _SCORE_BITS
    source, opening = np.divmod(packed, max(1, len(run.openings.columns)))
    return Edges(source.astype(np.int32), opening.astype(np.int32), score)
