"""Assignment against HiGHS, greedy and deferred acceptance: the same territories, identical optima, certified.

Seconds of processor, one thread each, on this machine; another program's load does not count. `VIGIE_BENCH_LARGE=1` adds
territories of 100,000 rows a side, which take minutes.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from benchmarks.matching_instances import Territory, drawn
from benchmarks.matching_rivals import deferred_acceptance, each_to_its_best, greedy, highs
from infra.local.progress import step
from services.matching.assigning.assignment import assign
from services.matching.assigning.certificate import Certificate, certify
from services.matching.assigning.congestion import congestion
from services.matching.assigning.terms import Mode, Shortlist

SIZES = {"1k dense": (1_000, 26.0), "10k": (10_000, 3.6), "10k dense": (10_000, 50.0)}
LARGE = {"100k": (100_000, 11.3), "100k dense": (100_000, 80.0)}
"""Rows a side, and about how many admissible pairs a source."""
HIGHS_AT_MOST = 2_000_000
"""Pairs; beyond, HiGHS wants more than a machine's memory."""
REPEATED, ONCE_FROM = 3, 1_000_000
"""Runs of each method, of which the shortest counts: what a busy machine adds is nobody's doing; one run of so many pairs."""
TARGET_FROM, TARGET = 400_000, 10
"""From so many pairs on, HiGHS must take so many times longer."""
NAMES = {"each to its best": each_to_its_best, "greedy": greedy, "deferred acceptance": deferred_acceptance}

Result = TypeVar("Result")
Flow = NDArray[np.int64]


@dataclass(frozen=True)
class Timed:
    """A flow's worth, in points and people, and what it took."""

    points: int
    placed: int
    cpu_s: float


@dataclass(frozen=True)
class Measured:
    """All that is told of one territory."""

    name: str
    territory: Territory
    ours: Timed
    certificate: Certificate
    certificate_s: float
    rivals: dict[str, Timed]
    highs: Timed | None

    @property
    def ratio(self) -> float | None:
        return None if self.highs is None else self.highs.cpu_s / self.ours.cpu_s


def main() -> bool:
    """Prints the tables; True when every target is met."""
    sizes = SIZES | (LARGE if os.environ.get("VIGIE_BENCH_LARGE") else {})
    found = [_measured(name, *size) for name, size in sizes.items()]
    _told_quality(found)
    met = _told_highs(found)
    _told_modes(next(one.territory for one in found if one.name == "10k dense"))
    return met


def _measured(name: str, rows: int, pairs_a_source: float) -> Measured:
    territory = drawn(rows, pairs_a_source)
    runs = REPEATED if len(territory.edges) < ONCE_FROM else 1
    with step(f"{name}: {len(territory.edges):,} pairs", sys.stderr):
        answer, ours_s = _timed(lambda: assign(*territory), runs)
        certificate, certificate_s = _timed(lambda: certify(*territory, answer), runs)
        rivals = {rival: _of(territory, method, runs) for rival, method in NAMES.items()}
        linear = _of(territory, highs, runs) if len(territory.edges) <= HIGHS_AT_MOST else None
    ours = Timed(answer.objective, answer.placed, ours_s)
    return Measured(name, territory, ours, certificate, certificate_s, rivals, linear)


def _of(territory: Territory, method: Callable[..., Flow], runs: int) -> Timed:
    """A rival's answer, its worth counted here from its flow, and held to the capacities."""
    flow, seconds = _timed(lambda: method(*territory), runs)
    edges, supply, demand = territory
    over = (np.bincount(edges.source, flow, len(supply)) > supply).any()
    if over or (np.bincount(edges.opening, flow, len(demand)) > demand).any():
        raise AssertionError(f"{method.__name__} breaks a capacity")
    return Timed(int(flow @ edges.score), int(flow.sum()), seconds)


def _timed(run: Callable[[], Result], runs: int = 1) -> tuple[Result, float]:
    """What it gives, and the shortest of its runs."""
    seconds = []
    for _ in range(runs):
        start = time.process_time()
        result = run()
        seconds.append(time.process_time() - start)
    return result, min(seconds)


def _told_quality(found: list[Measured]) -> None:
    print("Assignment: share of the optimum's points, people placed, CPU seconds")
    print(f"{'territory':<11} {'pairs':>10} {'method':<22} {'points':>13} {'share':>7} {'placed':>8} {'CPU':>9}")
    for one in found:
        rows = {"exact, with its prices": one.ours} | one.rivals | ({"HiGHS": one.highs} if one.highs else {})
        for name, timed in rows.items():
            print(
                f"{one.name:<11} {len(one.territory.edges):>10,} {name:<22} {timed.points:>13,}"
                f" {timed.points / one.ours.points:>6.1%} {timed.placed:>8,} {timed.cpu_s:>8.2f}s"
            )


def _told_highs(found: list[Measured]) -> bool:
    print("\nAgainst HiGHS, and the certificate: integers compared without the solver")
    print(f"{'territory':<11} {'pairs':>10} {'HiGHS / ours':>13} {'same optimum':>13} {'gap':>5} {'certified in':>13}")
    for one in found:
        ratio = "not run" if one.ratio is None else f"{one.ratio:.1f}"
        same = "-" if one.highs is None else ("yes" if one.highs.points == one.ours.points else "NO")
        print(
            f"{one.name:<11} {len(one.territory.edges):>10,} {ratio:>13} {same:>13}"
            f" {one.certificate.gap:>5} {one.certificate_s:>12.3f}s"
        )
    same_all = all(one.highs is None or one.highs.points == one.ours.points for one in found)
    fast = all(one.ratio is None or one.ratio >= TARGET for one in found if len(one.territory.edges) >= TARGET_FROM)
    met = same_all and fast and all(one.certificate.holds for one in found)
    print(f"  target: the same optimum, certified, {TARGET} times faster from {TARGET_FROM:,} pairs on: {_word(met)}")
    return met


def _told_modes(territory: Territory) -> None:
    """What each mode gives on one territory, and how it crowds openings; naive lists for comparison."""
    shortlist = Shortlist()
    print(f"\nModes on 10k dense; lists of {shortlist.per_source}, at most {shortlist.per_place} a place")
    print(
        f"{'mode':<22} {'points':>13} {'placed':>8} {'CPU':>7} {'certified':>10} {'never':>6} {'Gini':>5} {'p99/place':>10}"
    )
    for mode in Mode:
        answer, seconds = _timed(partial(assign, *territory, mode, shortlist=shortlist))
        holds = certify(*territory, answer).holds
        _told_row(mode, territory, answer.flow, f"{seconds:.2f}s", "yes" if holds else "NO")
    _told_row("naive lists", territory, naive_lists(territory, shortlist.per_source), "-", "-")


def _told_row(name: str, territory: Territory, flow: NDArray[np.int32], seconds: str, certified: str) -> None:
    crowd = congestion(territory.edges, flow, territory.demand)
    points = int(flow.astype(np.int64) @ territory.edges.score)
    print(
        f"{name:<22} {points:>13,} {int(flow.sum()):>8,} {seconds:>7} {certified:>10}"
        f" {crowd.never_proposed / crowd.openings:>6.0%} {crowd.gini:>5.2f} {crowd.p99_per_place:>10.1f}"
    )


def naive_lists(territory: Territory, length: int) -> NDArray[np.int32]:
    """The best openings of each source, whoever else is proposed there."""
    edges = territory.edges
    order = np.lexsort((edges.opening, -edges.score, edges.source))
    source = edges.source[order]
    rank = np.arange(len(order)) - np.searchsorted(source, source)
    flow = np.zeros(len(edges), dtype=np.int32)
    flow[order[rank < length]] = 1
    return flow


def _word(met: bool) -> str:
    return "met" if met else "MISSED"
