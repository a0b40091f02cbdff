"""The referent's structure, or the coordination, says how a declared job stands: still so, solved, lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.matching.jobs import rules, telling
from services.matching.jobs.commands import ConfirmJob, LoseJob, SolveJob
from services.matching.jobs.desk import Desk
from services.matching.jobs.job import DeclaredJob, Job, Side
from services.matching.jobs.seeing import DECIDERS, READERS, is_referent
from services.matching.jobs.store import job_put
from services.matching.teller import Teller
from shared.clock import day_in_paris
from shared.errors import Conflict, Forbidden
from shared.idempotency import Request
from shared.identity import Caller, require
from shared.tables import ConditionFailed, Contended

if TYPE_CHECKING:
    from shared.events import Event

MOVED = "Cette déclaration a changé entre-temps : rechargez la page et recommencez."


@dataclass(frozen=True)
class Asked:
    """Who asks something of which job."""

    side: Side
    job_id: str
    request: Request
    caller: Caller


def act(command: ConfirmJob | SolveJob | LoseJob, asked: Asked, desk: Desk) -> None:
    """One command on one job, once. Raises NotFound, Forbidden, Conflict (a version that has moved, a job that has ended)."""
    job = open_decision(asked.side, asked.job_id, asked.caller, desk)
    if desk.store.answer_to(asked.request) is not None:
        return
    if job.version != command.expected_version:
        raise Conflict(MOVED, code="version")
    now = desk.clock.now()
    changed = _moved(command, job, desk)
    teller = Teller(asked.caller.member_id, asked.request.key, now, desk.new_id)
    told = teller.of(job.territory_id, job.id, changed.version, _fact(command, changed))
    try:
        desk.store.write(asked.request.claim({}, now), job_put(changed, job.version), told)
    except (ConditionFailed, Contended):
        if desk.store.answer_to(asked.request) is None:
            raise


def open_decision(side: Side, job_id: str, caller: Caller, desk: Desk) -> Job:
    """A job that the caller may speak for; raises NotFound, or Forbidden to who only reads it."""
    require(caller, *READERS)
    job = desk.store.job(caller.territory_id, side, job_id)
    if not speaks_for(job, caller):
        raise Forbidden("Seules la structure qui a déclaré et la coordination se prononcent sur une déclaration.")
    return job


def speaks_for(job: DeclaredJob, caller: Caller) -> bool:
    """Whether the caller says how the job stands."""
    return is_referent(job, caller) or caller.has(*DECIDERS)


def _moved(command: ConfirmJob | SolveJob | LoseJob, job: Job, desk: Desk) -> Job:
    today = day_in_paris(desk.clock.now())
    match command:
        case ConfirmJob():
            return rules.confirmed(job, today)
        case SolveJob():
            return rules.solved(job, today)
        case LoseJob():
            return rules.lost(job, today, command.reason)


def _fact(command: ConfirmJob | SolveJob | LoseJob, job: Job) -> Event:
    return telling.confirmed(job) if isinstance(command, ConfirmJob) else telling.changed(job)
