"""Declared jobs become columns in one order, whatever theirs was; those that cannot be matched are told, with a reason."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from typing import Any, NamedTuple

from services.matching.jobs.job import OPEN_TO_MATCHES, Job, JobAtRisk, Opening
from services.matching.jobs.rules import is_stale
from services.matching.reference.communes import NOWHERE, Communes
from services.matching.runs.reference import Reference
from services.matching.scoring.columns import Openings, Sources
from services.matching.scoring.contracts import CODES, Contract
from services.matching.scoring.terms import days

METRES_A_KM = 1_000


class Unfit(StrEnum):
    """Why a declared job is not matched at all, in the order in which it is looked at."""

    ENDED = "ended"
    STALE = "stale"
    OCCUPATION = "occupation"
    TAKEN = "taken"


UNFIT: Mapping[Unfit, str] = {
    Unfit.ENDED: "Déclaration close",
    Unfit.STALE: "À reconfirmer",
    Unfit.OCCUPATION: "Métier absent du référentiel en place",
    Unfit.TAKEN: "Toutes les personnes ou tous les postes sont déjà dans un rapprochement suivi",
}


class SetAside(NamedTuple):
    """A declared job that is not matched."""

    side: str
    id: str
    reason: str
    """An `Unfit`."""


@dataclass(frozen=True, eq=False)
class Inputs:
    """Both sides of a territory on a day, ready to be scored."""

    on: date
    sources: Sources
    openings: Openings
    certificates: tuple[str, ...]
    """The names behind the bits of both sides."""
    at_risk: Mapping[str, JobAtRisk]
    to_fill: Mapping[str, Opening]
    unfit: tuple[SetAside, ...]
    digest: str
    """Of all rows, those set aside too: the same for the same rows in any order."""

    @cached_property
    def source_at(self) -> Mapping[str, int]:
        """The position of each job at risk among the sources."""
        return {name: place for place, name in enumerate(self.sources.ids.tolist())}

    @cached_property
    def opening_at(self) -> Mapping[str, int]:
        return {name: place for place, name in enumerate(self.openings.ids.tolist())}


def gather(
    jobs: Iterable[Job], reference: Reference, on: date, confirm_days: int, taken: Mapping[str, int] | None = None
) -> Inputs:
    """Jobs of both sides, in any order; `taken` is how many people of a job already are in a match that somebody follows.

    Raises Invalid where an id stands twice.
    """
    judge = _Judge(reference, on, confirm_days, taken or {})
    listed = sorted(jobs, key=lambda job: (job.side, job.id))
    reasons = {(job.side, job.id): judge.reason(job) for job in listed}
    kept = [job for job in listed if reasons[job.side, job.id] is None]
    unfit = tuple(SetAside(*name, reason) for name, reason in reasons.items() if reason is not None)
    return _inputs(kept, judge, unfit, _digest(listed, judge))


def _inputs(kept: Sequence[Job], judge: _Judge, unfit: tuple[SetAside, ...], digest: str) -> Inputs:
    at_risk = [job for job in kept if isinstance(job, JobAtRisk)]
    to_fill = [job for job in kept if isinstance(job, Opening)]
    names = _certificates(kept, judge.reference)
    row = _Rows(judge, names, _numbered(job.enterprise for job in kept), _numbered(job.territory_id for job in kept))
    return Inputs(
        on=judge.on,
        sources=Sources.from_rows(map(row.source, at_risk), row.listed),
        openings=Openings.from_rows(map(row.opening, to_fill), row.listed),
        certificates=row.listed,
        at_risk={job.id: job for job in at_risk},
        to_fill={job.id: job for job in to_fill},
        unfit=unfit,
        digest=digest,
    )


@dataclass(frozen=True)
class _Judge:
    """Says which jobs can be matched that day."""

    reference: Reference
    on: date
    confirm_days: int
    taken: Mapping[str, int]

    def left(self, job: Job) -> int:
        """People who are in no followed match."""
        return max(0, job.people - self.taken.get(job.id, 0))

    def reason(self, job: Job) -> Unfit | None:
        """Why the job is not matched, None where it is."""
        if job.state == "stale" or is_stale(job, self.on, self.confirm_days):
            return Unfit.STALE
        if job.state not in OPEN_TO_MATCHES:
            return Unfit.ENDED
        if self.reference.tables.occupations.find(job.rome) is None:
            return Unfit.OCCUPATION
        return None if self.left(job) else Unfit.TAKEN


@dataclass(frozen=True)
class _Rows:
    """Says each job as the columns do."""

    judge: _Judge
    names: Mapping[str, str]
    enterprises: Mapping[str, int]
    territories: Mapping[str, int]

    @property
    def listed(self) -> tuple[str, ...]:
        return tuple(sorted(set(self.names.values())))

    def source(self, job: JobAtRisk) -> dict[str, Any]:
        return {
            **self._common(job),
            "headcount": self.judge.left(job),
            "radius_m": job.radius_km * METRES_A_KM,
            "ends_on": days(job.horizon_on),
            "consented": True,  # its enterprise's referent declared the posts; people are asked before anybody meets
        }

    def opening(self, job: Opening) -> dict[str, Any]:
        """One that was wanted before today is wanted today."""
        return {
            **self._common(job),
            "places": self.judge.left(job),
            "starts_on": days(max(job.wanted_on, self.judge.on)),
            "urgent": job.urgent,
        }

    def _common(self, job: Job) -> dict[str, Any]:
        latitude, longitude = _place(self.judge.reference.communes, job.commune)
        return {
            "ids": job.id,
            "enterprise": self.enterprises[job.enterprise],
            "occupation": self.judge.reference.tables.occupations.find(job.rome),
            "latitude": latitude,
            "longitude": longitude,
            "contract": CODES.get(job.contract or "", Contract.UNKNOWN),
            "wage": job.wage_cents or 0,
            "certificates": {self.names[_folded(name)] for name in job.certificates},
            "territory": self.territories[job.territory_id],
        }


def _place(communes: Communes, code: str | None) -> tuple[int, int]:
    position = communes.find(code) if code else None
    if position is None:
        return NOWHERE, NOWHERE
    return int(communes.latitude[position]), int(communes.longitude[position])


def _certificates(jobs: Sequence[Job], reference: Reference) -> dict[str, str]:
    """Folded names → the spelling used: that of a declared passerelle, which gives the certificate, where it has one."""
    typed = sorted({name for job in jobs for name in job.certificates}, reverse=True)
    given = sorted({one.certification for one in reference.declared}, reverse=True)
    spelling = {_folded(name): name for name in (*typed, *given)}
    return {folded: spelling[folded] for folded in map(_folded, typed)}


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def _numbered(names: Iterable[str]) -> dict[str, int]:
    return {name: number for number, name in enumerate(sorted(set(names)))}


def _digest(jobs: Sequence[Job], judge: _Judge) -> str:
    """SHA-256 over one line a row, in the order of sides and ids."""
    return sha256(b"".join(_line(job, judge.reason, judge.left) for job in jobs)).hexdigest()


def _line(job: Job, reason: Callable[[Job], Unfit | None], left: Callable[[Job], int]) -> bytes:
    """What a run reads of a row, and nothing else: who declared it or how often it was corrected does not count."""
    said = job.model_dump(mode="json", include=_READ)
    said |= {"side": job.side, "left": left(job), "unfit": reason(job)}
    said["certificates"] = sorted(set(map(_folded, job.certificates)))
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode() + b"\n"


_READ = {
    "id",
    "territory_id",
    "enterprise",
    "rome",
    "commune",
    "contract",
    "wage_cents",
    "horizon_on",
    "wanted_on",
    "cause",
    "radius_km",
    "urgent",
}
