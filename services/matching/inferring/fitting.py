"""Finds the weights: each passerelle given is a choice of its origin among all métiers (conditional logit, ridge).

The logarithm of the likelihood is concave, so Newton's method finds its only maximum whatever the start.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.matching.inferring.echoes import Given
from services.matching.inferring.features import FEATURES
from services.matching.inferring.kernels import Matrix
from services.matching.inferring.shapes import Shape

HARD, DRAWN = 60, 90
"""Métiers that are no target: the most alike, all kept, and of the others as many drawn, which stand for all of them."""
BENDS = 5
RIDGE = 8.0
STEPS = 10
SETTLED = 1e-5
SHORTEST = 1e-4
DIGITS = 4
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Choices:
    """Candidates of each origin, one origin after the other."""

    origin: NDArray[np.intp]
    target: NDArray[np.intp]
    chosen: Floats
    standing: Floats
    """Logarithm of how many candidates each stands for."""
    starts: NDArray[np.intp]


def fit(found: Mapping[str, Matrix], given: Given, origins: NDArray[np.intp], seed: int = 0) -> dict[str, Shape]:
    """The shape of each reading that makes the passerelles of these origins most likely."""
    choices = drawn(found, given, origins, seed)
    columns = {feature.name: found[feature.name][choices.origin, choices.target] for feature in FEATURES}
    bends = {name: bent(column, choices.chosen > 0) for name, column in columns.items()}
    design = np.concatenate([ramps(columns[name], values) for name, values in bends.items()], axis=1)
    rises = _most_likely(design, choices)
    ends = np.cumsum([len(values) - 1 for values in bends.values()])[:-1]
    parts = zip(bends.items(), np.split(rises, ends), strict=True)
    return {name: _shape(values, part) for (name, values), part in parts}


def drawn(found: Mapping[str, Matrix], given: Given, origins: NDArray[np.intp], seed: int) -> Choices:
    """Targets and a sample of what is not, the same for the same seed."""
    draw = np.random.default_rng(seed)
    alike = found["words"] / found["words"].std() + found["neighbours"] / max(1e-9, float(found["neighbours"].std()))
    parts = [_candidates(given.order[origin] > 0, alike[origin], int(origin), draw) for origin in origins]
    sizes = np.array([len(target) for target, _ in parts])
    origin, target = np.repeat(origins, sizes), np.concatenate([target for target, _ in parts])
    return Choices(
        origin,
        target,
        (given.order[origin, target] > 0).astype(np.float32),
        np.concatenate([standing for _, standing in parts]),
        np.cumsum(sizes) - sizes,
    )


def _candidates(
    official: NDArray[np.bool_], alike: Matrix, origin: int, draw: np.random.Generator
) -> tuple[NDArray[np.intp], Floats]:
    order = np.argsort(-alike, kind="stable")
    order = order[order != origin]
    others = order[~official[order]]
    rest = others[HARD:]
    some = draw.permutation(rest)[:DRAWN]
    target = np.concatenate((np.flatnonzero(official), others[:HARD], some))
    standing = np.zeros(len(target), dtype=np.float32)
    standing[len(target) - len(some) :] = np.log(max(1, len(rest)) / max(1, len(some)))
    return target, standing


def bent(column: Floats, chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Where the line of a reading breaks: where passerelles are found, and where the rest is."""
    spread = np.quantile(column[chosen], np.linspace(0.02, 0.98, BENDS)), np.quantile(column, (0.02, 0.3, 0.7, 0.98))
    least = 0.08 * (float(column[chosen].std()) + float(column.std()))
    values = [_short(float(column.min()))]
    for value in map(_short, np.sort(np.concatenate((*spread, [column.max()]))).tolist()):
        if value - values[-1] > max(least, 1e-6):
            values.append(value)
    return np.array(values if len(values) > 1 else [values[0], values[0] + 1])


def ramps(column: Floats, values: NDArray[np.float64]) -> Floats:
    """How far along each part of the line a reading is, 0 to 1."""
    return np.clip((column[:, None] - values[:-1]) / np.diff(values), 0, 1).astype(np.float32)


def _most_likely(design: Floats, choices: Choices) -> NDArray[np.float64]:
    """Newton's steps, each halved until the loss falls."""
    rises = np.zeros(design.shape[1])
    loss, share = _loss(rises, design, choices)
    for _ in range(STEPS):
        step = _newton(rises, design, choices, share)
        length, before = 1.0, loss
        loss, share = _loss(rises - step, design, choices)
        while loss > before and length > SHORTEST:
            length /= 2
            loss, share = _loss(rises - length * step, design, choices)
        rises = rises - length * step
        if before - loss < SETTLED * before:
            break
    return rises


def _loss(rises: NDArray[np.float64], design: Floats, choices: Choices) -> tuple[float, Floats]:
    """Minus the logarithm of the likelihood, with the ridge; and the share of its origin that each candidate gets."""
    sizes = np.diff(np.append(choices.starts, len(design)))
    score = design @ rises.astype(np.float32) + choices.standing
    top = np.maximum.reduceat(score, choices.starts)
    grown = np.exp(score - np.repeat(top, sizes))
    total = np.add.reduceat(grown, choices.starts)
    picks = np.add.reduceat(choices.chosen, choices.starts)
    said = picks @ (np.log(total) + top).astype(np.float64) - float(choices.chosen @ score.astype(np.float64))
    return float(said + RIDGE / 2 * rises @ rises), grown / np.repeat(total, sizes)


def _newton(rises: NDArray[np.float64], design: Floats, choices: Choices, share: Floats) -> NDArray[np.float64]:
    sizes = np.diff(np.append(choices.starts, len(design)))
    picks = np.add.reduceat(choices.chosen, choices.starts)
    weight = share * np.repeat(picks, sizes)
    slope = (design.T @ (weight - choices.chosen)).astype(np.float64) + RIDGE * rises
    rooted = design * np.sqrt(weight)[:, None]
    mean = np.add.reduceat(design * share[:, None], choices.starts, axis=0)
    curve = (rooted.T @ rooted).astype(np.float64) - (mean * picks[:, None]).T @ mean
    return np.linalg.solve(curve + RIDGE * np.eye(len(rises)), slope)


def _shape(values: NDArray[np.float64], rises: NDArray[np.float64]) -> Shape:
    points = np.concatenate(([0.0], np.cumsum(rises)))
    return Shape(tuple(values.tolist()), tuple(_short(point) for point in points.tolist()))


def _short(number: float) -> float:
    """As the table writes it: what is fitted is what is shipped."""
    return float(f"{number:.{DIGITS}g}")
