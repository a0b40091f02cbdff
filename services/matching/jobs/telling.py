"""What the rest of Vigie is told of declared jobs: never at whose they are, nor where when that was told in confidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.matching.jobs.job import CAUSES, CONTRACTS, Job, JobAtRisk, Opening

if TYPE_CHECKING:
    from shared.events import Event


def declared(job: Job) -> Event:
    """That it was declared."""
    from shared.events.matching import JobAtRiskDeclared, OpeningDeclared  # noqa: PLC0415 - see above

    said = {
        "structure_id": job.structure_id,
        "origin": job.origin,
        "rome_code": job.rome,
        "rome_label": job.rome_label,
        "quantity": job.people,
        "commune": None if job.confidential else job.commune,
    }
    if isinstance(job, JobAtRisk):
        cause = {"cause": job.cause, "cause_label": CAUSES[job.cause]}
        return JobAtRiskDeclared(job_id=job.id, horizon_on=job.horizon_on, **cause, **said)
    contract = job.contract or "autre"
    return OpeningDeclared(
        opening_id=job.id,
        wanted_on=job.wanted_on,
        contract=contract,
        contract_label=CONTRACTS[contract],
        urgent=job.urgent,
        **said,
    )


def changed(job: Job) -> Event:
    """That it was corrected, or stands otherwise."""
    from shared.events.matching import JobChanged  # noqa: PLC0415 - see above

    return JobChanged(**_told(job))


def confirmed(job: Job) -> Event:
    """That it is still so."""
    from shared.events.matching import JobConfirmed  # noqa: PLC0415 - see above

    return JobConfirmed(**_told(job), confirmed_on=job.confirmed_on)


def stale(job: Job) -> Event:
    """That nobody has said so for 90 days."""
    from shared.events.matching import JobStale  # noqa: PLC0415 - see above

    return JobStale(**_told(job), confirmed_on=job.confirmed_on)


def _told(job: JobAtRisk | Opening) -> dict[str, str]:
    return {"job_id": job.id, "side": job.side, "state": job.state, "state_label": job.state_label}
