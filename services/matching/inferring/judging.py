"""Judges inferred passerelles on origins whose whole family is hidden, rows and all, as in the table given.

The table leaves out whole families of version 3: the parts are drawn by family too. Everything that reads the table is
read again without the rows of the part that is judged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.matching.inferring.calibrating import Reliability, calibrated, reliability, said
from services.matching.inferring.echoes import Given, given_of
from services.matching.inferring.features import readings
from services.matching.inferring.fitting import fit
from services.matching.inferring.kernels import Matrix
from services.matching.inferring.likeness import likenesses
from services.matching.inferring.ranking import Scores, log_shares, ranks
from services.matching.inferring.shapes import Weights
from services.matching.reference.release import Release

PARTS = 5
AMONG = 10
DEPTHS = (5, 10, 20, 40, 80)
BASELINES = {"skills": "cosinus idf des compétences", "words": "TF-IDF du texte", "neighbours": "cibles des voisins"}
Watch = Callable[[Sequence[int]], Iterable[int]]
"""Tells somebody how much is done: given the sizes of the steps, yields them one by one."""


class Recall(NamedTuple):
    """Mean share of an origin's passerelles among its ten best; `across`, of those to another domain among these."""

    whole: float
    across: float


@dataclass(frozen=True)
class Part:
    """What was said of the origins that one part hides: rows of origins, columns of targets."""

    hidden: NDArray[np.intp]
    recalls: Mapping[str, Recall]
    log_share: Scores
    rank: NDArray[np.int32]
    official: NDArray[np.bool_]


@dataclass(frozen=True)
class Judged:
    """Figures over the parts: (mean, standard deviation) by ranker, depth of the ranks kept, and calibration."""

    origins: int
    parts: int
    recalls: Mapping[str, tuple[Recall, Recall]]
    depths: Mapping[int, tuple[float, float]]
    """Share of the passerelles found, and of what is kept that is one, by rank."""
    line: tuple[float, float]
    reliability: list[Reliability]


def judge(release: Release, parts: int = PARTS, seeds: Sequence[int] = (0,), watch: Watch = iter) -> Judged:
    """The figures of the release's own table; as many fits as parts and seeds."""
    like, given = likenesses(release), given_of(release)
    families = np.array([occupation.family for occupation in release.occupations])
    domains = np.array([occupation.code[:3] for occupation in release.occupations])
    hidings = [hidden for seed in seeds for hidden in hidden_parts(given, families, parts, seed)]
    steps = zip(hidings, watch([len(hidden) for hidden in hidings]), strict=True)
    return _summed([held_out(like, given, domains, hidden) for hidden, _ in steps])


def hidden_parts(given: Given, families: NDArray[np.str_], parts: int, seed: int) -> list[NDArray[np.intp]]:
    """The origins given, each in one part, families whole."""
    names = np.unique(families[given.seen])
    shuffled = np.random.default_rng(seed).permutation(names)
    return [np.flatnonzero(given.seen & np.isin(families, shuffled[part::parts])) for part in range(parts)]


def held_out(like: Mapping[str, Matrix], given: Given, domains: NDArray[np.str_], hidden: NDArray[np.intp]) -> Part:
    """Fits without these origins, then ranks their targets."""
    left = given.without(hidden)
    found = readings(like, left)
    weights = Weights(fit(found, left, np.flatnonzero(left.seen)), 0.0, 1.0, "")
    asked = {name: matrix[hidden] for name, matrix in found.items()}
    score, official = weights.score(asked), given.order[hidden] > 0
    rankers = {"inferred": score, **{name: asked[name].astype(np.float64) for name in BASELINES}}
    recalls = {name: recall(rows, official, domains, hidden) for name, rows in rankers.items()}
    return Part(hidden, recalls, log_shares(score, hidden), ranks(score, hidden), official)


def recall(rows: Scores, official: NDArray[np.bool_], domains: NDArray[np.str_], hidden: NDArray[np.intp]) -> Recall:
    """Over the origins hidden, a row each."""
    abroad = domains[hidden][:, None] != domains[None, :]
    far = np.where(abroad, rows, -np.inf)
    return Recall(_found(ranks(rows, hidden), official), _found(ranks(far, hidden), official & abroad))


def _found(rank: NDArray[np.int32], official: NDArray[np.bool_]) -> float:
    wanted = official.sum(axis=1)
    hit = (official & (rank < AMONG)).sum(axis=1)
    return float((hit[wanted > 0] / wanted[wanted > 0]).mean())


def _summed(parts: Sequence[Part]) -> Judged:
    names = parts[0].recalls
    official = np.concatenate([part.official for part in parts])
    rank = np.concatenate([part.rank for part in parts])
    return Judged(
        origins=len(official),
        parts=len(parts),
        recalls={name: _spread([part.recalls[name] for part in parts]) for name in names},
        depths={depth: _depth(rank, official, depth) for depth in DEPTHS},
        line=line_of(parts),
        reliability=_crossed(parts),
    )


def _spread(recalls: Sequence[Recall]) -> tuple[Recall, Recall]:
    figures = np.array(recalls)
    return Recall(*figures.mean(axis=0).tolist()), Recall(*figures.std(axis=0).tolist())


def _depth(rank: NDArray[np.int32], official: NDArray[np.bool_], depth: int) -> tuple[float, float]:
    within = rank < depth
    hits = float((official & within).sum())
    return hits / max(1, int(official.sum())), hits / max(1, int(within.sum()))


def line_of(parts: Sequence[Part]) -> tuple[float, float]:
    """The calibration on all that was held out."""
    pairs = [_pairs(part) for part in parts]
    return calibrated(np.concatenate([share for share, _ in pairs]), np.concatenate([is_one for _, is_one in pairs]))


def _crossed(parts: Sequence[Part]) -> list[Reliability]:
    """Each part judged by the calibration of the others."""
    probability, official = [], []
    for part in parts:
        share, is_one = _pairs(part)
        probability.append(said(share, line_of([other for other in parts if other is not part] or parts)))
        official.append(is_one)
    return reliability(np.concatenate(probability), np.concatenate(official))


def _pairs(part: Part) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    real = np.isfinite(part.log_share)
    return part.log_share[real], part.official[real]
