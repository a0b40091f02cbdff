"""Trains the weights on a release's own table: the shapes on all of it, the probability on what each part hides."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from services.matching.inferring.echoes import given_of
from services.matching.inferring.features import readings
from services.matching.inferring.fitting import fit
from services.matching.inferring.judging import Watch, held_out, hidden_parts, line_of
from services.matching.inferring.likeness import likenesses
from services.matching.inferring.shapes import Weights
from services.matching.reference.release import Release
from shared.errors import Invalid

PARTS = 3
"""For the probability alone."""
LEAST = 6
"""Origins with passerelles that it takes to learn anything."""


def train(release: Release, watch: Watch = iter) -> Weights:
    """The weights of this release; raises Invalid when its table has too few origins.

    The same release gives the same weights, to the byte with as many threads of linear algebra (OPENBLAS_NUM_THREADS);
    with more or fewer, sums go in another order and a fourth digit may differ.
    """
    given = given_of(release)
    if given.seen.sum() < LEAST:
        raise Invalid(f"La table des mobilités n’a que {given.seen.sum()} métiers d’origine : il en faut {LEAST}.")
    like = likenesses(release)
    families = np.array([occupation.family for occupation in release.occupations])
    domains = np.array([occupation.code[:3] for occupation in release.occupations])
    hidings = hidden_parts(given, families, PARTS, seed=0)
    steps = iter(watch(_sizes(len(hidings))))
    parts = [held_out(like, given, domains, hidden) for hidden, _ in zip(hidings, steps, strict=False)]
    shapes = fit(readings(like, given), given, np.flatnonzero(given.seen))
    next(steps, None)
    return Weights(shapes, *line_of(parts), trained_on=release.name)


def _sizes(parts: int) -> Sequence[int]:
    return [1] * (parts + 1)
