"""The head of a run: what asked for it, with what, what came out and its proof; its body is an object of its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.matching.runs.deciding import Decisions
from services.matching.runs.run import Run
from services.matching.runs.scenario import Said, Scenario
from shared.ids import derived_id

if TYPE_CHECKING:
    from shared.events import Event

RunKind = Literal["nightly", "committee", "scenario"]
KINDS: Mapping[RunKind, str] = {"nightly": "De la nuit", "committee": "Du comité", "scenario": "Scénario"}
_DIGITS = 8


class Order(Said):
    """One run asked for: the message of the queue, the same when it comes twice."""

    territory_id: str
    kind: RunKind
    asked_at: AwareDatetime
    asked_by: str
    """A member's id, or the machine's name."""
    key: str
    """Of the request; for the nightly run, of the schedule."""
    decisions: Decisions = Field(default_factory=Decisions)
    scenario: Scenario | None = None

    @property
    def run_id(self) -> str:
        """Stands in the order of time, and is the same for the same order."""
        told = derived_id("run", self.territory_id, self.kind, self.asked_by, self.key)[:_DIGITS]
        return f"{self.asked_at:%Y%m%dT%H%M%SZ}-{self.kind}-{told}"


class Compared(Said):
    """What the same day gives without the scenario, and what the scenario changes, in a sentence."""

    placed_before: int
    objective_before: int
    summary: str


class RunHead(BaseModel):
    """What is listed of a run, and proves it."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="ignore")

    id: str
    territory_id: str
    kind: RunKind
    name: str | None = None
    """Of a scenario."""
    asked_by: str
    on: date
    mode: str
    weights: Mapping[str, int]
    least_points: int
    inferred: bool
    frozen: int
    """How many pairs the committee had decided."""
    vetoes: int
    decisions: str
    inputs: str
    reference: str
    jobs_at_risk: int
    people: int
    openings: int
    places: int
    unfit: int
    edges: int
    refusals: Mapping[str, int]
    proposals: int
    placed: int
    objective: int
    primal: int
    dual: int
    certified: bool
    body: str
    """SHA-256 of the body's bytes."""
    compared: Compared | None = None
    started_at: AwareDatetime
    ended_at: AwareDatetime

    @property
    def kind_label(self) -> str:
        return KINDS[self.kind]


def head_of(
    order: Order, done: Run, body: bytes, span: tuple[datetime, datetime], compared: Compared | None = None
) -> RunHead:
    """The head of a run that is done; `span` is when it started and ended."""
    return RunHead(
        id=order.run_id,
        territory_id=order.territory_id,
        kind=order.kind,
        name=order.scenario.name if order.scenario else None,
        asked_by=order.asked_by,
        frozen=len(order.decisions.frozen),
        vetoes=len(order.decisions.vetoes),
        body=sha256(body).hexdigest(),
        compared=compared,
        started_at=span[0],
        ended_at=span[1],
        **_figures(done),
    )


_SAME = (
    "on",
    "mode",
    "weights",
    "least_points",
    "inferred",
    "decisions",
    "inputs",
    "reference",
    "edges",
    "refusals",
    "placed",
)


def _figures(done: Run) -> dict[str, object]:
    return {name: getattr(done, name) for name in _SAME} | {
        "jobs_at_risk": len(done.side("at_risk")),
        "people": done.people("at_risk"),
        "openings": len(done.side("opening")),
        "places": done.people("opening"),
        "unfit": len(done.unfit),
        "proposals": len(done.proposals),
        "objective": done.objective,
        "primal": done.proof.primal,
        "dual": done.proof.dual,
        "certified": done.proof.holds,
    }


def completed(head: RunHead) -> Event:
    """The fact that a territory was matched."""
    from shared.events.matching import MatchRunCompleted  # noqa: PLC0415 - a page that only shows tells nothing

    return MatchRunCompleted(
        run_id=head.id,
        kind=head.kind,
        mode=head.mode,
        jobs_at_risk=head.jobs_at_risk,
        people=head.people,
        openings=head.openings,
        places=head.places,
        edges=head.edges,
        placed=head.placed,
        objective=head.objective,
        certified=head.certified,
        inputs=head.inputs,
        reference=head.reference,
    )
