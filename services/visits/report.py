"""The report: what was heard at a visit; a correction is another revision, and none is ever overwritten."""

from __future__ import annotations

from datetime import date

from pydantic import AwareDatetime, BaseModel, ConfigDict

from services.visits.lifecycle import Act, VisitState
from services.visits.motives import Motive
from services.visits.need import Need
from services.visits.questionnaire.answers import AnswerGiven
from services.visits.visit import Mode


class Report(BaseModel):
    """One revision, complete: who wrote it, when by the server's clock, and from the second on, why."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="ignore")

    revision: int
    author: str
    """The member's id."""
    reason: str | None = None
    recorded_at: AwareDatetime
    occurred_at: AwareDatetime | None = None
    """The device's clock, not trusted."""
    enterprise_id: str
    enterprise_name: str
    visited_on: date
    mode: Mode
    capteurs: tuple[str, ...] = ()
    persons_met: tuple[str, ...] = ()
    """Their functions, never their names."""
    questionnaire_version: int | None = None
    """Null when no questionnaire was answered."""
    answers: tuple[AnswerGiven, ...] = ()
    required_count: int = 0
    """Questions that had to be answered in that version."""
    consent_to_share: bool = False
    private_text: str | None = None
    shared_text: str | None = None
    needs_before: tuple[Need, ...] = ()
    """The needs that this revision changed or took away, as they stood."""


class Move(BaseModel):
    """What was done to a visit apart from its report, by whom and why: its history, one line a change."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="ignore")

    version: int
    """Of the visit, once it was done."""
    act: Act
    state: VisitState
    member_id: str
    recorded_at: AwareDatetime
    motive: Motive | None = None
    reason: str | None = None
    """Typed freely: for those who follow the visit."""
    planned_on: date | None = None
    planned_at: str | None = None
