"""Makes a probability of the share that a target gets of its origin, and checks it against what was held out."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

EDGES = (0.0, 0.005, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0)
STEPS = 50
SETTLED = 1e-8
Numbers = NDArray[np.float64]


class Reliability(NamedTuple):
    """Pairs said to be between two probabilities: how many, the mean said, the share that is official."""

    least: float
    most: float
    pairs: int
    said: float
    found: float


def calibrated(log_share: Numbers, official: NDArray[np.bool_]) -> tuple[float, float]:
    """Offset and slope of the logit on the logarithm of the share, by maximum likelihood."""
    design = np.stack((np.ones_like(log_share), log_share), axis=1)
    line = np.array([0.0, 1.0])
    for _ in range(STEPS):
        said = _logistic(design @ line)
        curve = (design * (said * (1 - said))[:, None]).T @ design + 1e-9 * np.eye(2)
        step = np.linalg.solve(curve, design.T @ (said - official))
        line = line - step
        if np.abs(step).max() < SETTLED:
            break
    return float(f"{line[0]:.4g}"), float(f"{line[1]:.4g}")


def said(log_share: Numbers, line: tuple[float, float]) -> Numbers:
    """The probability of each pair."""
    return _logistic(line[0] + line[1] * log_share)


def reliability(probability: Numbers, official: NDArray[np.bool_]) -> list[Reliability]:
    """What was said against what was found, by band of probability; a band without pairs is left out."""
    band = np.clip(np.searchsorted(EDGES, probability, side="right") - 1, 0, len(EDGES) - 2)
    return [
        Reliability(
            EDGES[one],
            EDGES[one + 1],
            int((band == one).sum()),
            float(probability[band == one].mean()),
            float(official[band == one].mean()),
        )
        for one in range(len(EDGES) - 1)
        if (band == one).any()
    ]


def _logistic(logit: Numbers) -> Numbers:
    return np.asarray(1 / (1 + np.exp(-np.clip(logit, -500, 500))), dtype=np.float64)
