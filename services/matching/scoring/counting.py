"""Counts the refusals of pairs that nobody looks at: consent, enterprise and métiers alone decide them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from services.matching.scoring.constraints import Refusal
from services.matching.scoring.rules import FITS, NO_PASSERELLE, WRONG_TRAINING, Cells, Leads
from services.matching.scoring.sides import Run

Counts = dict[Refusal, int]


def counted(run: Run) -> Counts:
    """Exact counts; under DISTANCE stand all pairs whose métiers fit, from which those within reach are then taken off."""
    sources, openings = run.sources.columns, run.openings.columns
    agreed = int(np.count_nonzero(sources.consented))
    same = _same_enterprise(run)
    fitting = _meetings(run, run.rules.fitting) - same[FITS]
    training = _meetings(run, run.rules.wrongly_trained) - same[WRONG_TRAINING]
    counts = dict.fromkeys(Refusal, 0)
    counts[Refusal.CONSENT] = (len(sources) - agreed) * len(openings)
    counts[Refusal.ENTERPRISE] = sum(same)
    counts[Refusal.TRAINING] = training
    counts[Refusal.DISTANCE] = fitting
    counts[Refusal.PASSERELLE] = agreed * len(openings) - sum(same) - training - fitting
    return counts


def _meetings(run: Run, leads: Leads) -> int:
    """Pairs of rows whose métiers are one of these."""
    return int(np.sum(run.sources.by_occupation[leads.source] * run.openings.by_occupation[leads.target]))


def _same_enterprise(run: Run) -> list[int]:
    """Pairs of an enterprise with itself, by what their métiers would have been told."""
    here, there = run.sources.groups, run.openings.groups
    mine, theirs = _equal(here.enterprise, there.enterprise)
    cell = here.occupation[mine] * len(run.rules) + there.occupation[theirs]
    rows = here.rows[mine] * there.rows[theirs]
    verdict = run.rules.verdict[cell]
    return [int(rows[verdict == told].sum()) for told in (NO_PASSERELLE, FITS, WRONG_TRAINING)]


def _equal(mine: NDArray[np.int64], theirs: NDArray[np.int64]) -> tuple[Cells, Cells]:
    """The positions of all pairs of equal numbers of two sorted columns; the shorter is looked up in the longer."""
    if len(mine) > len(theirs):
        other, own = _equal(theirs, mine)
        return own, other
    first = np.searchsorted(theirs, mine, side="left")
    return spread(first, np.searchsorted(theirs, mine, side="right") - first)


def spread(first: NDArray[np.int64], count: NDArray[np.int64]) -> tuple[Cells, Cells]:
    """Runs of positions, one after the other: which run each belongs to, and the positions."""
    run = np.repeat(np.arange(len(count)), count)
    before = np.cumsum(count) - count
    return run, np.arange(len(run)) + np.repeat(first - before, count)
