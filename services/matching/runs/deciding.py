"""What the committee has settled before a run, by the ids of jobs: pairs that are placed, and pairs that are set aside."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from services.matching.assigning.decisions import Contradiction
from services.matching.assigning.pairs import Pair
from services.matching.assigning.terms import Frozen
from services.matching.runs.gathering import Inputs


class Decided(NamedTuple):
    """People of a job at risk who are placed in an opening, whatever else would be better."""

    job_id: str
    opening_id: str
    people: int = 1


class Ids(NamedTuple):
    """A job at risk and an opening."""

    job_id: str
    opening_id: str


@dataclass(frozen=True)
class Decisions:
    """Frozen pairs and vetoes, in any order."""

    frozen: tuple[Decided, ...] = ()
    vetoes: frozenset[Ids] = frozenset()

    @property
    def digest(self) -> str:
        """The same for the same decisions in any order."""
        said = [sorted(self.frozen), sorted(self.vetoes)]
        return sha256(json.dumps(said, separators=(",", ":")).encode()).hexdigest()

    def among(self, inputs: Inputs) -> Decisions:
        """Those about jobs that can be matched: what a scenario takes away is no longer decided."""
        kept = tuple(
            one for one in self.frozen if one.job_id in inputs.source_at and one.opening_id in inputs.opening_at
        )
        return Decisions(kept, self.vetoes)


NONE = Decisions()


def frozen_of(decisions: Decisions, inputs: Inputs) -> list[Frozen]:
    """By positions; raises `Contradiction` for a job that is not matched that day."""
    return [_frozen(one, inputs) for one in sorted(decisions.frozen)]


def vetoes_of(decisions: Decisions, inputs: Inputs) -> list[Pair]:
    """By positions; a veto on a job that is not matched changes nothing."""
    return [
        Pair(inputs.source_at[one.job_id], inputs.opening_at[one.opening_id])
        for one in sorted(decisions.vetoes)
        if one.job_id in inputs.source_at and one.opening_id in inputs.opening_at
    ]


def _frozen(one: Decided, inputs: Inputs) -> Frozen:
    source, opening = inputs.source_at.get(one.job_id), inputs.opening_at.get(one.opening_id)
    if source is None or opening is None:
        missing = "le groupe n’est pas" if source is None else "l’offre n’est pas"
        reason = f"{missing} parmi les emplois rapprochés ce jour."
        label = f"{one.job_id} → {one.opening_id}"
        raise Contradiction(f"{label} : {reason}", fields={label: reason})
    label = f"{inputs.at_risk[one.job_id].rome_label} → {inputs.to_fill[one.opening_id].rome_label}"
    return Frozen(source, opening, one.people, label)
