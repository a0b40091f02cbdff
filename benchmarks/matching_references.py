"""Two plain ways of scoring pairs, which the product must agree with: a double loop of Python, and whole blocks of pairs.

The double loop shares nothing with the product but its input and its constants: it reads tables as lists, tests what is
cheapest first in the order of the refusals, and measures by the same formula, written again with `math`.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.matching.edges import Edges
from services.matching.scoring.constraints import LATE, Refusal, too_far
from services.matching.scoring.points import scores
from services.matching.scoring.rules import NO_PASSERELLE, WRONG_TRAINING
from services.matching.scoring.scoring import Scored
from services.matching.scoring.sides import Pairs, Run, pairs_of

Edge = tuple[int, int, int]


@dataclass
class Tally:
    """What a double loop over some sources found."""

    edges: list[Edge]
    refusals: Counter[str]


class Naive:
    """A double loop over lists of Python; made once, so that only looping is timed."""

    def __init__(self, run: Run) -> None:
        self.rules, self.terms, self.weights = run.rules, run.rules.terms, run.rules.weights
        n = len(run.rules)
        self.verdict: list[list[int]] = run.rules.verdict.reshape(n, n).tolist()
        self.days: list[list[int]] = run.rules.days.reshape(n, n).tolist()
        self.kind: list[list[int]] = self.terms.passerelles.kind.tolist()
        self.entry: list[list[int]] = self.terms.passerelles.entry.tolist()
        self.points: list[list[int]] = self.terms.passerelles.points.tolist()
        self.hours: list[list[int]] = run.rules.hours.reshape(n, n).tolist()
        self.coverage: list[list[int]] = run.rules.tables.coverage.tolist()
        self.regulated: list[bool] = run.rules.tables.occupations.regulated.tolist()
        self.sources, self.openings = _rows(run.sources), _rows(run.openings)
        self.granted = [_whole(bits) for bits in run.rules.granted]
        self.reach: list[int] = run.sources.reach.tolist()

    def over(self, rows: range) -> Tally:
        """Those sources against every opening."""
        found = Tally([], Counter())
        for row in rows:
            self._one(row, found)
        return found

    def _one(self, row: int, found: Tally) -> None:
        source, edges, refused = self.sources[row], found.edges, found.refusals
        if not source["consented"]:
            refused[Refusal.CONSENT] += len(self.openings)
            return
        verdicts, enterprise = self.verdict[source["occupation"]], source["enterprise"]
        none, same = 0, 0
        for place, opening in enumerate(self.openings):
            if opening["enterprise"] == enterprise and enterprise >= 0:
                same += 1
            elif not verdicts[opening["occupation"]]:
                none += 1
            else:
                outcome = self._closer(row, source, opening)
                if isinstance(outcome, str):
                    refused[outcome] += 1
                else:
                    edges.append((row, place, outcome))
        refused[Refusal.ENTERPRISE] += same
        refused[Refusal.PASSERELLE] += none

    def _closer(self, row: int, source: dict[str, Any], opening: dict[str, Any]) -> str | int:
        """The refusal of a pair whose métiers have a passerelle, or its score."""
        origin, target = source["occupation"], opening["occupation"]
        if self.verdict[origin][target] == 2:
            return Refusal.TRAINING
        chord = _chord(source, opening)
        if chord > self.reach[row]:
            return Refusal.DISTANCE
        ready = max(source["ends_on"], self.terms.today + self.days[origin][target])
        wait = opening["starts_on"] - ready
        idle = source["ends_on"] and wait > self.terms.idle_days
        if opening["starts_on"] and (wait < -self.terms.late_days or idle):
            return Refusal.DATES
        return self._closest(source, opening, chord, wait)

    def _closest(self, source: dict[str, Any], opening: dict[str, Any], chord: int, wait: int) -> str | int:
        if not self._certified(source, opening):
            return Refusal.CERTIFICATE
        floor = -(-source["wage"] * self.terms.wage_floor // 1000)
        if opening["wage"] and opening["wage"] < floor:
            return Refusal.WAGE
        if opening["contract"] and opening["contract"] not in self.terms.contracts:
            return Refusal.CONTRACT
        if source["territory"] != opening["territory"] and not self.terms.crosses_territories:
            return Refusal.TERRITORY
        score = self._score(source, opening, chord, wait)
        return Refusal.SCORE if score < self.terms.least_score else score

    def _certified(self, source: dict[str, Any], opening: dict[str, Any]) -> bool:
        origin, target = source["occupation"], opening["occupation"]
        entry = self.entry[origin][target]
        if opening["certificates"]:
            return not opening["certificates"] & ~(source["certificates"] | self.granted[entry])
        if not self.regulated[target] or origin == target:
            return True
        return bool(entry and self.terms.passerelles.declared[entry - 1].certification)

    def _score(self, source: dict[str, Any], opening: dict[str, Any], chord: int, wait: int) -> int:
        origin, target = source["occupation"], opening["occupation"]
        hours = min(self.hours[origin][target], self.terms.most_hours)
        seven = (
            self.points[origin][target],
            1000 if self.kind[origin][target] == 1 else self.coverage[origin][target],
            1000 * (self.terms.most_hours - hours) // self.terms.most_hours,
            self._distance(chord),
            self._timing(wait) if source["ends_on"] and opening["starts_on"] else 500,
            _contract(source["contract"], opening["contract"]),
            _wage(source["wage"], opening["wage"]),
        )
        return (sum(map(int.__mul__, seven, self.weights.vector)) + 500) // 1000

    def _distance(self, chord: int) -> int:
        far = self.terms.far_m
        return 500 if chord < 0 else max(0, far - metres(chord, self.terms.detour)) * 1000 // far

    def _timing(self, wait: int) -> int:
        terms = self.terms
        if wait < 0:
            return 1000 * (terms.late_days + wait) // terms.late_days
        if wait <= terms.plateau_days:
            return 1000
        return 1000 * (terms.idle_days - wait) // (terms.idle_days - terms.plateau_days)


def metres(chord: int, detour: int) -> int:
    """The product's formula, in Python's own arithmetic."""
    square = chord / (2 * 637_100_880) ** 2
    factor = 0.0
    for term in (945 / 42240, 105 / 3456, 15 / 336, 3 / 40, 1 / 6):
        factor = (factor + term) * square
    return math.floor(math.sqrt(chord) * (1.0 + factor) * detour / 100_000 + 0.5)


def dense(run: Run) -> Scored:
    """Every pair in blocks: consent, enterprise and métiers of each, and the other constraints on what they leave."""
    openings, counts = len(run.openings.columns), dict.fromkeys(Refusal, 0)
    step = max(1, 1_000_000 // max(1, openings))
    found = [
        _block(run, np.arange(begin, min(begin + step, len(run.sources.columns))), counts)
        for begin in range(0, len(run.sources.columns), step)
    ]
    return Scored(_edges(found), counts)


def _block(run: Run, rows: NDArray[np.intp], counts: dict[Refusal, int]) -> NDArray[np.int64]:
    """Source, opening and score of the edges of some sources."""
    verdict = run.rules.verdict.reshape(len(run.rules), -1)
    here, there = run.sources.columns, run.openings.columns
    mine = here.enterprise[rows][:, None]
    left = np.ones((len(rows), len(there)), dtype=np.bool_)
    told = np.take(verdict[run.sources.occupation[rows]], run.openings.occupation, axis=1)
    for refusal, refused in (
        (Refusal.CONSENT, ~here.consented[rows][:, None]),
        (Refusal.ENTERPRISE, (mine == there.enterprise) & (mine >= 0)),
        (Refusal.PASSERELLE, told == NO_PASSERELLE),
        (Refusal.TRAINING, told == WRONG_TRAINING),
    ):
        before = int(np.count_nonzero(left))
        left = left & ~refused
        counts[refusal] += before - int(np.count_nonzero(left))
    source, opening = np.divmod(np.flatnonzero(left), max(1, len(there)))
    return _judged(run, pairs_of(run, rows[source], opening), counts)


def _judged(run: Run, pairs: Pairs, counts: dict[Refusal, int]) -> NDArray[np.int64]:
    for refusal, test in ((Refusal.DISTANCE, too_far), *LATE):
        refused = test(run, pairs)
        counts[refusal] += int(np.count_nonzero(refused))
        pairs = pairs.where(~refused)
    score = scores(run, pairs).astype(np.int64)
    enough = score >= run.rules.terms.least_score
    counts[Refusal.SCORE] += int(np.count_nonzero(~enough))
    return np.stack((pairs.source, pairs.opening, score))[:, enough]


def _edges(found: list[NDArray[np.int64]]) -> Edges:
    source, opening, score = np.concatenate([np.zeros((3, 0), dtype=np.int64), *found], axis=1).astype(np.int32)
    return Edges(source, opening, score)


def _rows(side: Any) -> list[dict[str, Any]]:
    columns = {name: value.tolist() for name, value in vars(side.common).items() if name != "certificates"}
    columns["certificates"] = [_whole(bits) for bits in side.common.certificates]
    columns["place"] = [tuple(place) for place in side.place.tolist()]
    columns["nowhere"] = side.nowhere.tolist()
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _whole(bits: NDArray[np.uint64]) -> int:
    """All the words of a row as one number."""
    return sum(int(word) << (64 * place) for place, word in enumerate(bits.tolist()))


def _chord(source: dict[str, Any], opening: dict[str, Any]) -> int:
    if source["nowhere"] or opening["nowhere"]:
        return -1
    (x, y, z), (u, v, w) = source["place"], opening["place"]
    return int((x - u) * (x - u) + (y - v) * (y - v) + (z - w) * (z - w))


def _contract(old: int, new: int) -> int:
    lasting = {1: 3, 2: 2, 3: 1, 4: 2, 5: 2, 6: 1}
    if old not in lasting or new not in lasting:
        return 500
    return (1000, 500, 0)[max(0, lasting[old] - lasting[new])]


def _wage(now: int, then: int) -> int:
    return max(0, min(1000, (then * 1000 // now - 750) * 4)) if now and then else 500
