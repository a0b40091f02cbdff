"""A run as it is kept: proposals, prices, what is left over and why, and the proof; the same run gives the same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from services.matching.runs.gathering import SetAside
from services.matching.runs.proposing import Proposal
from shared.errors import Unreadable

FORMAT = "run-1"
"""Of the lines that `dump` writes; `load` reads no other."""


class Proof(NamedTuple):
    """The certificate: nothing is worth more than `dual`, and this is worth `primal`."""

    primal: int
    dual: int
    holds: bool
    breaches: Mapping[str, int]


class Row(NamedTuple):
    """A job of either side, as the run leaves it."""

    side: str
    id: str
    people: int
    """People of a job at risk, places of an opening."""
    placed: int
    price: int
    """What one person less, or one place more, would change in what the mode maximises."""
    refusals: Mapping[str, int]
    """Over all rows of the other side, by the first that forbids; empty where nobody is left, or too many are."""

    @property
    def left(self) -> int:
        return self.people - self.placed


@dataclass(frozen=True)
class Run:
    """One territory, matched."""

    on: date
    mode: str
    weights: Mapping[str, int]
    least_points: int
    inferred: bool
    decisions: str
    """Digest of what was settled before."""
    inputs: str
    """Digest of the rows."""
    reference: str
    edges: int
    refusals: Mapping[str, int]
    """Pairs refused, by the first constraint that applies: with the edges, all pairs."""
    objective: int
    placed: int
    bonus: int
    """Added to each score in values and prices, so that placements lead; 0 where quality does."""
    proof: Proof
    proposals: tuple[Proposal, ...]
    """In the order of the jobs at risk, then of the openings."""
    rows: tuple[Row, ...]
    """Jobs at risk, then openings, in the order of their ids."""
    unfit: tuple[SetAside, ...]

    def side(self, side: str) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.side == side)

    def people(self, side: str) -> int:
        """People at risk, or places to fill."""
        return sum(row.people for row in self.side(side))


def dump(run: Run) -> bytes:
    """JSON lines: what the run is, then its proposals, its rows, and those set aside; integers and texts only."""
    return b"".join(map(_line, _lines(run)))


def load(content: bytes) -> Run:
    """The inverse of `dump`; raises Unreadable for anything else."""
    try:
        head, *lines = map(json.loads, content.splitlines())
        if head.pop("line") != FORMAT:
            raise _unreadable()
        return Run(
            **{**head, "on": date.fromisoformat(head["on"]), "proof": Proof(**head["proof"])},
            proposals=tuple(_proposal(one) for one in _of("proposal", lines)),
            rows=tuple(Row(**one) for one in _of("row", lines)),
            unfit=tuple(SetAside(**one) for one in _of("unfit", lines)),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _unreadable() from error


def _lines(run: Run) -> Iterator[Mapping[str, Any]]:
    lists: Mapping[str, tuple[Any, ...]] = {"proposal": run.proposals, "row": run.rows, "unfit": run.unfit}
    head = {name: value for name, value in vars(run).items() if name not in {"proposals", "rows", "unfit"}}
    yield {"line": FORMAT, **head, "on": run.on.isoformat(), "proof": run.proof._asdict()}
    for kind, entries in lists.items():
        for entry in entries:
            yield {"line": kind, **entry._asdict()}


def _line(said: Mapping[str, Any]) -> bytes:
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _of(kind: str, lines: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for line in lines:
        if line["line"] == kind:
            yield {name: value for name, value in line.items() if name != "line"}


def _proposal(said: dict[str, Any]) -> Proposal:
    return Proposal(**{**said, "unsaid": tuple(said["unsaid"])})


def _unreadable() -> Unreadable:
    return Unreadable("Ce calcul est illisible ou d’un autre format : relancez-le.")
