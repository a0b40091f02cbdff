"""Visits tell of jobs at risk and of openings; each becomes a declared job, once, however often it is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.matching.jobs import telling
from services.matching.jobs.enterprise import visited
from services.matching.jobs.job import Job, JobAtRisk, Opening
from services.matching.jobs.store import JobStore, job_put
from services.matching.teller import Teller
from shared.clock import Clock, day_in_paris
from shared.events import Recorded
from shared.events.visits import UrgentRecruitmentReported
from shared.events.visits_needs import JobsAtRiskReported, OpeningsReported
from shared.ids import NewId, new_id
from shared.tables import ConditionFailed

MACHINE = "declare_jobs"
"""The actor of what no person did here."""


@dataclass(frozen=True)
class Hearing:
    """Hears of a visit's jobs and declares them."""

    store: JobStore
    clock: Clock
    new_id: NewId = new_id

    def hear(self, told: Recorded[Any]) -> None:
        """Declares each job of a fact; those declared before are left as they have become since."""
        for job in jobs_told(told):
            teller = Teller(MACHINE, told.metadata.id, self.clock.now(), self.new_id)
            fact = teller.of(job.territory_id, job.id, job.version, telling.declared(job))
            try:
                self.store.write(job_put(job, None), fact)
            except ConditionFailed:
                continue  # told twice, or told again after a correction: people have acted on the first since


def jobs_told(told: Recorded[Any]) -> Iterator[Job]:
    """The jobs of one fact; each one's id is that of its need and its place in it, so that no twin is made."""
    match told.event:
        case JobsAtRiskReported():
            yield from _at_risk(told, told.event)
        case OpeningsReported():
            yield from _openings(told, told.event)
        case UrgentRecruitmentReported():
            yield _urgent(told, told.event)


def _at_risk(told: Recorded[Any], event: JobsAtRiskReported) -> Iterator[JobAtRisk]:
    for number, jobs in enumerate(event.jobs, 1):
        yield JobAtRisk(
            **_common(told, number),
            rome=jobs.rome_code,
            rome_label=jobs.rome_label,
            people=jobs.quantity,
            commune=event.commune,
            confidential=event.commune is None,
            horizon_on=jobs.horizon_on,
            cause="temporary" if jobs.cause == "temporary" else "definitive",
        )


def _openings(told: Recorded[Any], event: OpeningsReported) -> Iterator[Opening]:
    for number, opening in enumerate(event.openings, 1):
        yield Opening(
            **_common(told, number),
            rome=opening.rome_code,
            rome_label=opening.rome_label,
            people=opening.quantity,
            commune=event.commune,
            contract=opening.contract,
            wanted_on=opening.wanted_on,
        )


def _urgent(told: Recorded[Any], event: UrgentRecruitmentReported) -> Opening:
    return Opening(
        **_common(told, 1),
        rome=event.rome_code,
        rome_label=event.rome_label,
        people=event.quantity,
        commune=event.insee,
        commune_label=event.place,
        contract=event.contract,
        wanted_on=event.wanted_on,
        urgent=True,
    )


def _common(told: Recorded[Any], number: int) -> dict[str, Any]:
    said_on: date = day_in_paris(told.metadata.occurred_at)
    return {
        "id": f"{told.event.need_id}-{number:02}",
        "territory_id": told.metadata.territory_id,
        "version": 1,
        "origin": "visit",
        "structure_id": told.event.structure_id,
        "visit_id": told.event.visit_id,
        "enterprise": visited(told.event.visit_id),
        "declared_at": told.metadata.recorded_at,
        "confirmed_on": said_on,
    }
