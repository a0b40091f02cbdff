"""Runs a territory: scores every pair, assigns exactly, proves it, and says what is left over and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

import numpy as np
from numpy.typing import NDArray

from services.matching.assigning.assignment import Assignment, assign
from services.matching.assigning.certificate import certify
from services.matching.assigning.pairs import total
from services.matching.assigning.terms import Mode
from services.matching.edges import Edges
from services.matching.runs.deciding import NONE, Decisions, frozen_of, vetoes_of
from services.matching.runs.gathering import Inputs
from services.matching.runs.preparing import prepared
from services.matching.runs.proposing import Proposal, proposals
from services.matching.runs.reference import Reference
from services.matching.runs.run import Proof, Row, Run
from services.matching.runs.unmatched import Rows, opening_refusals, source_refusals, worth_telling
from services.matching.scoring.columns import Columns
from services.matching.scoring.scoring import score_run
from services.matching.scoring.sides import Run as Prepared
from shared.settings import MatchingSettings

Numbers = NDArray[np.int64]


def run(inputs: Inputs, reference: Reference, settings: MatchingSettings, decisions: Decisions = NONE) -> Run:
    """The best that the territory can do that day under its settings, the committee's decisions served first.

    Raises `Contradiction` for decisions that cannot all hold, `TooLarge` when sums could leave 64 bits.
    """
    ready = prepared(inputs, reference, settings)
    scored = score_run(ready)
    assignment, proof = _assigned(inputs, scored.edges, settings, decisions)
    return Run(
        on=inputs.on,
        mode=settings.mode,
        weights=asdict(ready.rules.weights),
        least_points=settings.least_points,
        inferred=settings.inferred,
        decisions=decisions.digest,
        inputs=inputs.digest,
        reference=reference.version,
        edges=len(scored.edges),
        refusals={name.value: count for name, count in scored.refusals.items()},
        objective=assignment.objective,
        placed=assignment.placed,
        bonus=assignment.bonus,
        proof=proof,
        proposals=_kept(ready, scored.edges, assignment),
        rows=_rows(ready, scored.edges, assignment),
        unfit=inputs.unfit,
    )


def _assigned(
    inputs: Inputs, edges: Edges, settings: MatchingSettings, decisions: Decisions
) -> tuple[Assignment, Proof]:
    """The assignment, and its proof, counted apart from the solver."""
    supply, demand = inputs.sources.headcount, inputs.openings.places
    frozen, vetoes = frozen_of(decisions, inputs), vetoes_of(decisions, inputs)
    assignment = assign(edges, supply, demand, Mode(settings.mode), frozen=frozen, vetoes=vetoes)
    proved = certify(edges, supply, demand, assignment)
    return assignment, Proof(proved.primal, proved.dual, proved.holds, proved.breaches)


def _kept(ready: Prepared, edges: Edges, assignment: Assignment) -> tuple[Proposal, ...]:
    kept = np.flatnonzero(assignment.flow)
    source, opening = (column[kept].astype(np.intp) for column in (edges.source, edges.opening))
    return tuple(proposals(ready, source, opening, assignment.flow[kept].tolist()))


def _rows(ready: Prepared, edges: Edges, assignment: Assignment) -> tuple[Row, ...]:
    flow = assignment.flow.astype(np.int64)
    here, there = ready.sources.columns, ready.openings.columns
    gone = total(edges.source, flow, len(here)), total(edges.opening, flow, len(there))
    sources = _side("at_risk", here, (here.headcount, gone[0], assignment.source_price))
    openings = _side("opening", there, (there.places, gone[1], assignment.opening_price))
    return (
        *_told(sources, len(there), lambda rows: source_refusals(ready, rows)),
        *_told(openings, len(here), lambda rows: opening_refusals(ready, rows)),
    )


def _side(side: str, columns: Columns, numbers: tuple[NDArray[np.int32], Numbers, Numbers]) -> list[Row]:
    people, placed, price = (column.tolist() for column in numbers)
    names = columns.ids.tolist()
    return [Row(side, *one, refusals={}) for one in zip(names, people, placed, price, strict=True)]


def _told(rows: list[Row], facing: int, refusals: Callable[[Rows], list[dict[str, int]]]) -> list[Row]:
    """The same rows; those left over say why."""
    chosen = worth_telling(np.array([row.left for row in rows], dtype=np.int64), facing)
    for place, counts in zip(chosen.tolist(), refusals(chosen), strict=True):
        rows[place] = rows[place]._replace(refusals=counts)
    return rows
