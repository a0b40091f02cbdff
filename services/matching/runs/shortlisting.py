"""A job has just been declared: the best rows of the other side for it, at once, without crowding any of them."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import fields
from typing import Any, TypeVar

import numpy as np

from services.matching.assigning.terms import Shortlist
from services.matching.edges import Edges
from services.matching.jobs.job import Side
from services.matching.runs.deciding import Ids
from services.matching.runs.gathering import Inputs
from services.matching.runs.preparing import rules_for
from services.matching.runs.proposing import Proposal, proposals
from services.matching.runs.reference import Reference
from services.matching.scoring.columns import Columns
from services.matching.scoring.scoring import score_one_opening, score_run
from services.matching.scoring.sides import Run as Prepared
from services.matching.scoring.sides import SourceSide, run_of
from shared.settings import MatchingSettings

C = TypeVar("C", bound=Columns)


def shortlist(
    side: Side,
    job_id: str,
    inputs: Inputs,
    reference: Reference,
    settings: MatchingSettings,
    *,
    crowd: Mapping[str, int] | None = None,
    vetoes: Set[Ids] = frozenset(),
) -> list[Proposal]:
    """The `settings.shortlist` best, best first, then by id; none for a job that cannot be matched that day.

    `crowd` is how many proposals each job already has: one with ten for each of its places (for a job at risk, as many as a
    list is long for each of its people) is left to others.
    """
    known = inputs.source_at if side == "at_risk" else inputs.opening_at
    if job_id not in known:
        return []
    ready, edges = _scored(side, known[job_id], inputs, reference, settings)
    room = _room(side, ready, settings, crowd or {})
    found = []
    for place in np.lexsort((edges.opening, edges.source, -edges.score)).tolist():
        source, opening = int(edges.source[place]), int(edges.opening[place])
        pair = Ids(str(ready.sources.columns.ids[source]), str(ready.openings.columns.ids[opening]))
        if pair not in vetoes and room[opening if side == "at_risk" else source]:
            found.append((source, opening))
        if len(found) == settings.shortlist:
            break
    return _proposed(ready, found)


def _scored(
    side: Side, place: int, inputs: Inputs, reference: Reference, settings: MatchingSettings
) -> tuple[Prepared, Edges]:
    """One row against the whole other side."""
    rules = rules_for(inputs, reference, settings)
    if side == "at_risk":
        ready = run_of(_only(inputs.sources, place), inputs.openings, rules)
        return ready, score_run(ready).edges
    sources, opening = SourceSide(inputs.sources, rules), _only(inputs.openings, place)
    return run_of(inputs.sources, opening, rules), score_one_opening(sources, opening, rules).edges


def _only(columns: C, place: int) -> C:
    row: dict[str, Any] = {field.name: getattr(columns, field.name)[[place]] for field in fields(columns)}
    return type(columns)(**row)


def _room(side: Side, ready: Prepared, settings: MatchingSettings, crowd: Mapping[str, int]) -> list[bool]:
    """Whether each row of the other side may be proposed once more."""
    if side == "at_risk":
        most = ready.openings.columns.places * Shortlist().per_place
        names = ready.openings.columns.ids.tolist()
    else:
        most = ready.sources.columns.headcount * settings.shortlist
        names = ready.sources.columns.ids.tolist()
    return [crowd.get(name, 0) < limit for name, limit in zip(names, most.tolist(), strict=True)]


def _proposed(ready: Prepared, found: list[tuple[int, int]]) -> list[Proposal]:
    source, opening = np.array(found, dtype=np.intp).reshape(-1, 2).T
    people = np.minimum(ready.sources.columns.headcount[source], ready.openings.columns.places[opening])
    return proposals(ready, source, opening, people.tolist())
