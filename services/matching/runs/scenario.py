"""A scenario: named changes to what is declared, matched apart, and compared with the run of today."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError

from services.matching.jobs.job import Job, JobAtRisk, Opening, Side
from services.matching.runs.deciding import NONE, Decisions
from services.matching.runs.gathering import gather
from services.matching.runs.reference import Reference
from services.matching.runs.run import Run
from services.matching.runs.running import run
from shared.errors import Invalid
from shared.settings import MatchingSettings
from shared.web.formats import listing, number, plural

CHANGEABLE = frozenset(
    {"rome", "people", "horizon_on", "wanted_on", "cause", "commune", "contract", "wage_cents", "radius_km"}
    | {"certificates", "urgent", "rome_label"}
)
"""What a scenario may say otherwise of a job: never whose it is."""


class Said(BaseModel):
    """Kept as it was asked."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="forbid")


class Taken(Said):
    """A job that is no longer there."""

    side: Side
    job_id: str


class Altered(Taken):
    """A job of which something is said otherwise."""

    changes: Mapping[str, Any]


class Scenario(Said):
    """What if."""

    name: str
    """As people call it: « le site ferme en juin »."""
    at_risk: tuple[JobAtRisk, ...] = ()
    """Jobs that would be at risk besides."""
    to_fill: tuple[Opening, ...] = ()
    removed: tuple[Taken, ...] = ()
    altered: tuple[Altered, ...] = ()


def closing(name: str, enterprise: str, on: date, jobs: Iterable[Job]) -> Scenario:
    """A site closes on that day: its jobs at risk go then, for good, and it recruits nobody."""
    own = [job for job in jobs if job.enterprise == enterprise]
    changes = {"horizon_on": on, "cause": "definitive"}
    return Scenario(
        name=name,
        removed=tuple(Taken(side="opening", job_id=job.id) for job in own if isinstance(job, Opening)),
        altered=tuple(
            Altered(side="at_risk", job_id=job.id, changes=changes) for job in own if isinstance(job, JobAtRisk)
        ),
    )


def applied(scenario: Scenario, jobs: Iterable[Job]) -> list[Job]:
    """The jobs as the scenario has them. Raises Invalid for a job that is not there, or a change that makes no sense."""
    kept = {(job.side, job.id): job for job in jobs}
    for gone in (*scenario.removed, *scenario.altered):
        if (gone.side, gone.job_id) not in kept:
            raise Invalid("Ce scénario porte sur une déclaration qui n’existe pas.", code="scenario")
    for change in scenario.altered:
        kept[change.side, change.job_id] = _altered(kept[change.side, change.job_id], change.changes)
    for gone in scenario.removed:
        del kept[gone.side, gone.job_id]
    return [*kept.values(), *scenario.at_risk, *scenario.to_fill]


def _altered(job: Job, changes: Mapping[str, Any]) -> Job:
    if not CHANGEABLE.intersection(type(job).model_fields).issuperset(changes):
        raise Invalid("Ce scénario change ce qui ne peut pas l’être.", code="scenario")
    try:
        return type(job).model_validate({**job.model_dump(), **changes})
    except ValidationError as error:
        raise Invalid("Ce scénario donne une valeur qui n’est pas admise.", code="scenario") from error


def play(
    scenario: Scenario,
    jobs: Iterable[Job],
    reference: Reference,
    on: date,
    settings: MatchingSettings,
    *,
    decisions: Decisions = NONE,
    taken: Mapping[str, int] | None = None,
) -> Run:
    """The run of that day if the scenario were so; decisions on jobs that it takes away fall. Raises as `run` does."""
    inputs = gather(applied(scenario, jobs), reference, on, settings.confirm_days, taken)
    return run(inputs, reference, settings, decisions.among(inputs))


class Moved(NamedTuple):
    """A job of either side of which a number changes."""

    side: str
    id: str
    before: int
    after: int


@dataclass(frozen=True)
class Comparison:
    """What a scenario changes. A job that it adds had nothing before; one that it takes away loses nothing."""

    placed_before: int
    placed: int
    objective_before: int
    objective: int
    gains: tuple[Moved, ...]
    """People placed, or places filled: more than before."""
    losses: tuple[Moved, ...]
    unmatched: tuple[Moved, ...]
    """Jobs at risk with more people left without a place than before."""
    elsewhere: tuple[str, ...]
    """Jobs at risk with as many people placed, in other openings."""
    summary: str


def compared(name: str, base: Run, other: Run) -> Comparison:
    """The run of a scenario with that of today."""
    there = {row[:2] for row in other.rows}
    moved = [one for one in _moved(base, other, "placed") if one.before != one.after and one[:2] in there]
    left = [one for one in _moved(base, other, "left") if one.side == "at_risk" and one.after > one.before]
    comparison = Comparison(
        placed_before=base.placed,
        placed=other.placed,
        objective_before=base.objective,
        objective=other.objective,
        gains=tuple(one for one in moved if one.after > one.before),
        losses=tuple(one for one in moved if one.after < one.before),
        unmatched=tuple(left),
        elsewhere=tuple(_elsewhere(base, other, {one.id for one in moved if one.side == "at_risk"})),
        summary="",
    )
    return Comparison(**{**vars(comparison), "summary": _summary(name, comparison)})


def _moved(base: Run, other: Run, attribute: str) -> Iterator[Moved]:
    before = {row[:2]: getattr(row, attribute) for row in base.rows}
    after = {row[:2]: getattr(row, attribute) for row in other.rows}
    for side, job in sorted({*before, *after}):
        yield Moved(side, job, before.get((side, job), 0), after.get((side, job), 0))


def _elsewhere(base: Run, other: Run, moved: set[str]) -> Iterator[str]:
    before, after = _places(base), _places(other)
    yield from (job for job in sorted({*before} & {*after} - moved) if before[job] != after[job])


def _places(of: Run) -> dict[str, list[tuple[str, int]]]:
    """By job at risk, where how many of its people go."""
    places: dict[str, list[tuple[str, int]]] = {}
    for one in of.proposals:
        places.setdefault(one.job_id, []).append((one.opening_id, one.people))
    return places


def _summary(name: str, told: Comparison) -> str:
    """One sentence for a committee."""
    placed = plural(told.placed, "personne placée", "personnes placées")
    effects = list(_effects(told))
    if not effects and told.objective == told.objective_before:
        return f"« {name} » ne change rien : {placed}."
    return (
        f"« {name} » : {placed} au lieu de {number(told.placed_before)}, {number(told.objective)} points au lieu de "
        f"{number(told.objective_before)} ; {listing(effects) or 'personne ne change de place'}."
    )


def _effects(told: Comparison) -> Iterator[str]:
    """What happens to jobs at risk, as far as something does."""
    losing, gaining = (sum(one.side == "at_risk" for one in moved) for moved in (told.losses, told.gains))
    people = sum(one.after - one.before for one in told.unmatched)
    counted = (
        (losing, "groupe perd des places", "groupes perdent des places"),
        (gaining, "groupe gagne des places", "groupes gagnent des places"),
        (len(told.elsewhere), "groupe est proposé ailleurs", "groupes sont proposés ailleurs"),
        (people, "personne de plus reste sans proposition", "personnes de plus restent sans proposition"),
    )
    yield from (plural(count, one, several) for count, one, several in counted if count)
