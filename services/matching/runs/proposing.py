"""Pairs that are kept, told in whole numbers: how many people, which points, by which passerelle, how far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.matching.scoring.distances import metres
from services.matching.scoring.passerelles import Kind
from services.matching.scoring.points import components, scores, unsaid
from services.matching.scoring.sides import Pairs, pairs_of
from services.matching.scoring.sides import Run as Prepared
from services.matching.scoring.weights import COMPONENTS

UNKNOWN_METRES = -1
KINDS: Mapping[int, str] = {kind.value: kind.name.lower() for kind in Kind}


class Proposal(NamedTuple):
    """People of a job at risk who could go to an opening."""

    job_id: str
    opening_id: str
    people: int
    score: int
    components: Mapping[str, int]
    """Whole points that add up to the score."""
    unsaid: tuple[str, ...]
    """Components that are neutral since nobody said what they need."""
    passerelle: str
    """`same`, `official`, `declared` or `inferred`."""
    hours: int
    """Of training: those of the passerelle, else in proportion of the skills missing."""
    metres: int
    """By road; -1 where a place is not known."""


def proposals(run: Prepared, source: NDArray[np.intp], opening: NDArray[np.intp], people: list[int]) -> list[Proposal]:
    """The pairs at these positions, in their order."""
    return list(_told(run, pairs_of(run, source, opening), people))


def _told(run: Prepared, pairs: Pairs, people: list[int]) -> Iterator[Proposal]:
    kinds = run.rules.terms.passerelles.kind.ravel()[pairs.cell].tolist()
    road = np.where(pairs.chord < 0, UNKNOWN_METRES, metres(np.maximum(pairs.chord, 0), run.rules.terms.detour))
    columns = zip(
        run.sources.columns.ids[pairs.source].tolist(),
        run.openings.columns.ids[pairs.opening].tolist(),
        people,
        scores(run, pairs).tolist(),
        components(run, pairs).tolist(),
        unsaid(run, pairs).tolist(),
        kinds,
        run.rules.hours[pairs.cell].tolist(),
        road.tolist(),
        strict=True,
    )
    for job, post, count, score, points, silent, kind, hours, far in columns:
        named = dict(zip(COMPONENTS, points, strict=True))
        neutral = tuple(name for name, quiet in zip(COMPONENTS, silent, strict=True) if quiet)
        yield Proposal(job, post, count, score, named, neutral, KINDS[kind], hours, far)
