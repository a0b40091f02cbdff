"""What the matching service tells: métiers, numbers, dates and points; never at whose jobs are at risk, never a person."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, Field

from shared.events import Event


class JobAtRiskDeclared(Event, version=1):
    """Jobs of one métier may disappear, whoever said it. Heard by what looks for openings at once."""

    job_id: str
    structure_id: str
    origin: str
    """`visit`, `page`, `api` or `file`."""
    rome_code: str
    rome_label: str
    quantity: int = Field(ge=1, le=999)
    horizon_on: date
    cause: str
    """`temporary` or `definitive`."""
    cause_label: str
    commune: str | None
    """Null when it was told in confidence: in a small commune, a métier names an enterprise."""


class OpeningDeclared(Event, version=1):
    """Posts of one métier are to be filled. Heard by what looks for jobs at risk at once."""

    opening_id: str
    structure_id: str
    origin: str
    rome_code: str
    rome_label: str
    quantity: int = Field(ge=1, le=999)
    wanted_on: date
    contract: str
    contract_label: str
    commune: str | None
    urgent: bool


class JobTold(BaseModel):
    """Which declared job, on which side, and how it stands now."""

    job_id: str
    side: str
    """`at_risk` or `opening`."""
    state: str
    state_label: str


class JobChanged(JobTold, Event, version=1):
    """A declared job was corrected, or stands otherwise: in a match, resolved, lost, filled, or open again."""


class JobConfirmed(JobTold, Event, version=1):
    """Somebody who knows has said that it is still so: its 90 days begin again."""

    confirmed_on: date


class JobStale(JobTold, Event, version=1):
    """Nobody has said for 90 days that it is still so: nothing is proposed for it until somebody does."""

    confirmed_on: date
    """The last time."""


class MatchTold(BaseModel):
    """Which match, between which jobs, by which way."""

    match_id: str
    job_id: str
    opening_id: str
    mode: str
    """`reconversion`, `loan`, `passerelle`, `hire` or `immersion`."""
    mode_label: str
    origin_rome: str
    target_rome: str
    state: str
    state_label: str


class MatchSuggested(MatchTold, Event, version=1):
    """A job at risk and an opening were found to fit; no person has said anything of it yet."""

    score: int = Field(ge=0, le=1000)
    passerelle: str
    """`same`, `official`, `declared` or `inferred`."""
    run_id: str


class MatchShortlisted(MatchTold, Event, version=1):
    """Somebody has picked the proposal: both sides are to be asked."""


class MatchAgreed(MatchTold, Event, version=1):
    """One side has agreed to be put in touch. Neither knows yet who the other is."""

    side: str


class MatchIntroduced(MatchTold, Event, version=1):
    """Both sides have agreed: each now knows who the other is. This is a putting in touch, in the indicators."""


class MatchSetUp(MatchTold, Event, version=1):
    """Its checklist is being gone through."""


class MatchConcluded(MatchTold, Event, version=1):
    """It is done: people have moved, or are lent."""

    people: int = Field(ge=1, le=999)


class MatchReviewed(MatchTold, Event, version=1):
    """Somebody has looked at what became of it, months later."""

    outcome: str
    outcome_label: str
    people_still: int = Field(ge=0, le=999)


class MatchEnded(MatchTold, Event, version=1):
    """It came to nothing: declined by a side, expired, or broken off after both had met."""

    reason: str
    reason_label: str


class MatchRunCompleted(Event, version=1):
    """A whole territory was matched; the figures are those of its certificate."""

    run_id: str
    kind: str
    """`nightly` or `committee`; a scenario is nobody else's business and is not told."""
    mode: str
    jobs_at_risk: int
    people: int
    openings: int
    places: int
    edges: int
    placed: int
    objective: int
    certified: bool
    inputs: str
    """Digest of what went in."""
    reference: str
    """Version of the reference tables."""
