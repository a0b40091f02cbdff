"""Somebody declares jobs at risk or openings, by a page, a file or the API: known to their structure alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.matching.jobs import telling
from services.matching.jobs.commands import DeclareJobAtRisk, DeclareOpening, JobGiven
from services.matching.jobs.desk import Desk
from services.matching.jobs.enterprise import Identity, sameness, seal
from services.matching.jobs.job import CONTRACTS, Job, JobAtRisk, Opening, Origin
from services.matching.jobs.seeing import READERS
from services.matching.jobs.store import job_put
from services.matching.teller import Teller
from shared.clock import day_in_paris
from shared.errors import Invalid
from shared.idempotency import Request
from shared.identity import Caller, require
from shared.tables import ConditionFailed, Contended

SIRET_DIGITS = 14


def declare(
    given: DeclareJobAtRisk | DeclareOpening, request: Request, caller: Caller, origin: Origin, desk: Desk
) -> str:
    """The id of the job, the same when the same request comes again. Raises Invalid, Forbidden, Unavailable."""
    require(caller, *READERS)
    earlier = desk.store.answer_to(request)
    if earlier is not None:
        return str(earlier["id"])
    now = desk.clock.now()
    job = declared_job(given, caller, origin, desk, now)
    told = Teller(caller.member_id, request.key, now, desk.new_id).of(
        job.territory_id, job.id, job.version, telling.declared(job)
    )
    try:
        desk.store.write(request.claim({"id": job.id}, now), job_put(job, None), told)
    except (ConditionFailed, Contended):
        earlier = desk.store.answer_to(request)
        if earlier is None:
            raise
        return str(earlier["id"])
    return job.id


def declared_job(
    given: DeclareJobAtRisk | DeclareOpening, caller: Caller, origin: Origin, desk: Desk, now: datetime
) -> Job:
    """The job as it will be kept. Raises Invalid for what no reference knows, Unavailable when the vault is shut."""
    common = _common(given, caller, desk, now) | {"origin": origin}
    if isinstance(given, DeclareOpening):
        return Opening(**common, wanted_on=given.wanted_on, urgent=given.urgent)
    return JobAtRisk(
        **common,
        horizon_on=given.horizon_on,
        cause=given.cause,
        confidential=given.confidential,
        radius_km=given.radius_km,
    )


def _common(given: JobGiven, caller: Caller, desk: Desk, now: datetime) -> dict[str, Any]:
    identity = Identity(name=given.enterprise_name, siret=_siret(given.siret))
    territory_id = caller.territory_id
    return {
        "id": desk.new_id(now),
        "territory_id": territory_id,
        "version": 1,
        "structure_id": caller.membership.structure_id,
        "member_id": caller.member_id,
        "enterprise": sameness(territory_id, identity),
        "sealed_enterprise": seal(identity, territory_id, desk.vault),
        "rome": given.rome,
        "rome_label": desk.titles.title(given.rome),
        "people": given.people,
        "commune": given.commune,
        "contract": _contract(given.contract),
        "wage_cents": given.wage_cents,
        "certificates": given.certificates,
        "declared_at": now,
        "confirmed_on": day_in_paris(now),
    }


def _siret(typed: str | None) -> str | None:
    digits = "".join(typed.split()) if typed else ""
    if not digits:
        return None
    if len(digits) != SIRET_DIGITS or not digits.isdecimal():
        raise Invalid("Un SIRET a 14 chiffres.", fields={"siret": "Un SIRET a 14 chiffres."})
    return digits


def _contract(code: str | None) -> str | None:
    if code is not None and code not in CONTRACTS:
        message = f"Contrat inconnu. Choix possibles : {', '.join(CONTRACTS)}."
        raise Invalid(message, fields={"contract": message})
    return code
