"""Candidates and scores of two sides: the index against a double loop and against whole blocks, on the same input.

Seconds are CPU of one thread. The double loop and the blocks run on a sample of the sources, every so many rows, and are
extrapolated to all; their set-up is not counted, that of the index is. On the sample all three must give the same edges,
the same scores and the same refusals.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from benchmarks.matching_references import Naive, dense
from benchmarks.matching_territory import Territory, occupations, territory
from infra.local.progress import step
from services.matching.edges import Edges
from services.matching.reference.tables import Tables
from services.matching.scoring.columns import Openings, Sources
from services.matching.scoring.rules import rules_of
from services.matching.scoring.scoring import Scored, score_all, score_one_opening, score_run
from services.matching.scoring.sides import SourceSide, run_of
from services.matching.scoring.weights import DEFAULT

Made = TypeVar("Made")
Side = TypeVar("Side", Sources, Openings)
SIZES = (1_000, 10_000, 100_000)
TARGETS = {10_000: 40.0, 100_000: 800.0}
"""Times faster than the double loop."""
SAMPLED = {1_000: 1_000, 10_000: 200, 100_000: 40}
"""Sources that the double loop and the blocks look at."""
REPEATED = 3
URGENT, URGENT_TARGET_S = 300, 0.005
NATIONAL, NATIONAL_GB, NATIONAL_S = 467_000, 10, 900


@dataclass(frozen=True)
class Measured:
    """CPU seconds at one size; those of the references extrapolated."""

    rows: int
    edges: int
    ours: float
    naive: float
    blocks: float
    same: bool


def main() -> bool:
    """Runs in a process of its own, where linear algebra has one thread; True when every target is met."""
    alone = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    return subprocess.run([sys.executable, "-m", __name__], env=alone, check=False).returncode == 0


def told() -> bool:
    """Prints the table of the three sizes and that of the urgent opening."""
    tables = occupations()
    print(
        "Candidates and scores, rows a side: CPU seconds of one thread; ~ is extrapolated from a sample of the sources"
    )
    print(f"{'rows':>9} {'edges':>11} {'index':>9} {'double loop':>13} {'blocks':>10} {'ratios':>14} {'sample':>8}")
    measured = []
    for rows in SIZES:
        with step(f"Scoring {rows:,} by {rows:,}", sys.stderr):
            measured.append(_measured(territory(rows, tables)))
        _told_size(measured[-1])
    same = all(one.same for one in measured)
    print(f"  edges, scores and refusals of the sample: {'the same by all three' if same else 'NOT THE SAME'}")
    ratios = {one.rows: one.naive / one.ours for one in measured}
    fast = all(ratios[rows] >= target for rows, target in TARGETS.items())
    aims = ", ".join(f"≥ {target:.0f} at {rows:,}" for rows, target in TARGETS.items())
    print(f"  target, times faster than the double loop: {aims}: {_word(fast)}")
    return all([same, fast, _told_urgent(tables)])


def _told_size(one: Measured) -> None:
    mark = "~" if SAMPLED[one.rows] < one.rows else " "
    ratios = " / ".join(
        f"{ratio:,.{1 if ratio < 10 else 0}f}" for ratio in (one.naive / one.ours, one.blocks / one.ours)
    )
    print(
        f"{one.rows:>9,} {one.edges:>11,} {one.ours:>8.3f}s {mark + format(one.naive, ',.1f'):>12}s"
        f" {mark + format(one.blocks, ',.2f'):>9}s {ratios:>14} {SAMPLED[one.rows]:>8,}"
    )


def _measured(made: Territory) -> Measured:
    rows = len(made.sources)
    timed = [_timed(lambda: _scored(made)) for _ in range(REPEATED)]
    scored = timed[0][1]
    sample = np.arange(0, rows, rows // SAMPLED[rows])
    run = run_of(_some(made.sources, sample), made.openings, rules_of(made.tables, DEFAULT, made.terms))
    loop = Naive(run)
    naive, tally = _timed(lambda: loop.over(range(len(sample))))
    blocks, whole = _timed(lambda: dense(run))
    indexed = score_run(run)
    looped = {name: count for name, count in indexed.refusals.items() if count} == +tally.refusals
    same = looped and _triples(indexed.edges) == tally.edges and indexed.refusals == whole.refusals
    return Measured(
        rows=rows,
        edges=len(scored.edges),
        ours=statistics.median(seconds for seconds, _ in timed),
        naive=naive * rows / len(sample),
        blocks=blocks * rows / len(sample),
        same=same and _triples(whole.edges) == tally.edges and _rows_of(scored.edges, sample) == tally.edges,
    )


def _told_urgent(tables: Tables) -> bool:
    made = territory(SIZES[-1], tables)
    rules = rules_of(made.tables, DEFAULT, made.terms)
    sources = SourceSide(made.sources, rules)
    seconds, found = [], []
    for place in range(0, len(made.openings), len(made.openings) // URGENT):
        opening = _some(made.openings, np.array([place]))
        took, scored = _timed(lambda opening=opening: score_one_opening(sources, opening, rules))  # type: ignore[misc]
        seconds.append(took)
        found.append(len(scored.edges))
    worst, median = 1000 * max(seconds[1:]), 1000 * statistics.median(seconds)
    met = worst < 1000 * URGENT_TARGET_S
    print(f"One urgent opening among {len(made.sources):,} sources prepared before, {len(seconds)} of them in turn")
    print(f"  {median:.2f} ms median, {worst:.2f} ms at worst; {statistics.mean(found):.0f} candidates on average")
    print(f"  target: under {1000 * URGENT_TARGET_S:.0f} ms: {_word(met)}")
    return met


def told_national() -> bool:
    """Prints what a whole country takes in one process."""
    with step(f"Making {NATIONAL:,} rows a side", sys.stderr):
        made = territory(NATIONAL, occupations())
    before = _peak_gb()
    with step("Scoring them", sys.stderr):
        seconds, scored = _timed(lambda: _scored(made))
    pairs = sum(scored.refusals.values()) + len(scored.edges)
    met = _peak_gb() < NATIONAL_GB and seconds < NATIONAL_S and pairs == NATIONAL**2
    print(f"{NATIONAL:,} rows a side: {len(scored.edges):,} edges in {seconds:.1f} s of CPU")
    print(f"  memory at most {_peak_gb():.2f} GB, of which {before:.2f} before scoring; {pairs:,} pairs counted")
    print(f"  target: under {NATIONAL_GB} GB and {NATIONAL_S // 60} minutes, every pair counted: {_word(met)}")
    return met


def _scored(made: Territory) -> Scored:
    return score_all(made.sources, made.openings, made.tables, DEFAULT, made.terms)


def _timed(make: Callable[[], Made]) -> tuple[float, Made]:
    start = time.process_time()
    made = make()
    return time.process_time() - start, made


def _some(side: Side, rows: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Side:
    return type(side)(**{name: column[rows] for name, column in vars(side).items()})


def _triples(edges: Edges) -> list[tuple[int, int, int]]:
    return list(zip(edges.source.tolist(), edges.opening.tolist(), edges.score.tolist(), strict=True))


def _rows_of(edges: Edges, sample: np.ndarray[tuple[int], np.dtype[np.int64]]) -> list[tuple[int, int, int]]:
    """The edges of some sources, numbered as the sample numbers them."""
    kept = np.isin(edges.source, sample)
    place = np.searchsorted(sample, edges.source[kept]).astype(np.int32)
    return _triples(Edges(place, edges.opening[kept], edges.score[kept]))


def _peak_gb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def _word(met: bool) -> str:
    return "met" if met else "MISSED"


if __name__ == "__main__":
    sys.exit(0 if (told_national() if "--national" in sys.argv else told()) else 1)
