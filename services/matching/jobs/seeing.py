"""What of a declared job each person may see: the one rule, for pages, API and files alike."""

from __future__ import annotations

from dataclasses import dataclass

from services.matching.jobs.job import DeclaredJob, Job
from shared.address_book import Role
from shared.identity import Caller

READERS: tuple[Role, ...] = ("capteur", "manager", "coordinator", "deputy")
"""Who sees the jobs of the territory at all; steering members see aggregates."""
DECIDERS: tuple[Role, ...] = ("coordinator", "deputy")
HIDDEN = "Entreprise non révélée"


@dataclass(frozen=True)
class Sight:
    """What one person may see of one job."""

    enterprise: bool
    """Whose jobs they are."""
    place: bool
    """In which commune."""


def sight_of(job: Job, caller: Caller, *, introduced: bool = False) -> Sight:
    """The referent's structure sees all; others learn whose jobs they are once both enterprises have agreed to meet.

    The coordination sees places, which it needs to judge of a proposal; never a name before both have agreed
    (the domain's "Who sees what": an enterprise sees no match before mutual consent).
    """
    if is_referent(job, caller) or introduced:
        return Sight(enterprise=True, place=True)
    return Sight(enterprise=False, place=not job.confidential or caller.has(*DECIDERS))


def is_referent(job: DeclaredJob, caller: Caller) -> bool:
    """Whether the job was declared by the caller's structure: who answers for the enterprise."""
    mine = caller.membership.structure_id == job.structure_id
    return mine and caller.territory_id == job.territory_id and caller.has(*READERS)
