"""What may become of a declared job: pure, one function a move."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, TypeVar

from services.matching.jobs.job import ENDED, DeclaredJob, JobAtRisk, State
from shared.errors import Conflict

J = TypeVar("J", bound=DeclaredJob)


def confirmed(job: J, on: date) -> J:
    """Still so, on that day; one that is in a match stays there. Raises Conflict when it has ended."""
    _require_alive(job)
    state: State = "in_match" if job.state == "in_match" else "confirmed"
    return _next(job, state=state, confirmed_on=max(on, job.confirmed_on))


def corrected(job: J, on: date, **changes: Any) -> J:
    """Said better: who corrects, confirms. Raises Conflict when it has ended."""
    _require_alive(job)
    return _next(confirmed(job, on), version=job.version + 1, **changes)


def taken_up(job: J) -> J:
    """Both enterprises of a match have agreed; the same again changes nothing. Raises Conflict when it has ended."""
    _require_alive(job)
    return job if job.state == "in_match" else _next(job, state="in_match")


def let_go(job: J) -> J:
    """The last match of the job has come to nothing: it is sought for again. An ended one stays ended."""
    return _next(job, state="confirmed") if job.state == "in_match" else job


def solved(job: J, on: date) -> J:
    """The people are safe, or the posts are filled. Raises Conflict when it had ended otherwise."""
    _require_alive(job)
    return _next(job, state="resolved" if isinstance(job, JobAtRisk) else "filled", ended_on=on)


def lost(job: J, on: date, reason: str) -> J:
    """The posts have gone, or the recruitment is given up. Raises Conflict when it had ended otherwise."""
    _require_alive(job)
    return _next(job, state="lost", ended_on=on, reason=reason)


def is_stale(job: DeclaredJob, today: date, days: int) -> bool:
    """Whether nothing should be proposed for it any more, though nobody has marked it yet: unconfirmed for so many days."""
    return can_stale(job) and today - job.confirmed_on > timedelta(days=days)


def staled(job: J) -> J:
    """Marked as not confirmed in time; only what `is_stale`."""
    return _next(job, state="stale")


def can_stale(job: DeclaredJob) -> bool:
    """Whether its confirmation lapses: not in a match, which people follow, nor after its end."""
    return job.state in {"declared", "confirmed"}


def _require_alive(job: DeclaredJob) -> None:
    if job.state in ENDED:
        raise Conflict(
            f"Cette déclaration est close ({job.state_label.lower()}) : déclarez-la de nouveau.", code="close"
        )


def _next(job: J, **changes: Any) -> J:
    return job.model_copy(update={"version": job.version + 1, **changes})
