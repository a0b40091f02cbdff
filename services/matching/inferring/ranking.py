"""Infers passerelles: the métiers that each origin's official passerelles look like most, without these."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from services.matching.inferring.calibrating import said
from services.matching.inferring.echoes import Given, given_of
from services.matching.inferring.features import readings
from services.matching.inferring.likeness import likenesses
from services.matching.inferring.shapes import Weights
from services.matching.reference.release import Release

WHOLE = 1000
KEPT = 40
"""Ranks kept per origin, the best 2.5 % of the whole ROME: on held-out origins they find seven official passerelles in
ten; of the forty ranks beyond, one in thirty is official."""
Scores = NDArray[np.float64]


def infer(release: Release, weights: Weights) -> NDArray[np.int16]:
    """Percentile x 10 of each inferred passerelle [origin, target] among all targets of its origin, 1,000 the best.

    0 for what is not kept: the origin itself, its official passerelles, and ranks beyond KEPT. To be shown as "inférée",
    always; never added to an official or a declared passerelle.
    """
    given = given_of(release)
    return kept(weights.score(readings(likenesses(release), given)), given)


def kept(score: Scores, given: Given) -> NDArray[np.int16]:
    """The percentiles that `infer` keeps."""
    everybody = np.arange(len(score))
    rank = ranks(score, everybody)
    share = np.ceil(WHOLE * (1 - rank / max(1, len(score) - 1))).astype(np.int16)
    wanted = (rank < KEPT) & (given.order == 0) & (everybody[:, None] != everybody[None, :])
    return np.where(wanted, share, 0).astype(np.int16)


def ranks(rows: Scores, origins: NDArray[np.intp]) -> NDArray[np.int32]:
    """The rank of each target for these origins, from 0, the origin itself last; ties go by code."""
    order = np.argsort(-_alone(rows, origins), axis=1, kind="stable")
    rank = np.empty(rows.shape, dtype=np.int32)
    np.put_along_axis(rank, order, np.arange(rows.shape[1], dtype=np.int32)[None, :], axis=1)
    return rank


def log_shares(rows: Scores, origins: NDArray[np.intp]) -> Scores:
    """The logarithm of the share of its origin's choices that each target gets; the origin itself gets none."""
    alone = _alone(rows, origins)
    top = alone.max(axis=1, keepdims=True)
    return np.asarray(alone - top - np.log(np.exp(alone - top).sum(axis=1, keepdims=True)))


def probabilities(score: Scores, weights: Weights) -> Scores:
    """How likely each pair is to be an official passerelle, as calibrated on origins held out."""
    return said(log_shares(score, np.arange(len(score))), (weights.offset, weights.slope))


def _alone(rows: Scores, origins: NDArray[np.intp]) -> Scores:
    others = rows.copy()
    others[np.arange(len(origins)), origins] = -np.inf
    return others
