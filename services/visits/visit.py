"""The visit: a capteur plans to see an enterprise, goes there and reports it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from services.visits.establishment import Establishment
from services.visits.lifecycle import WITH_REPORT, VisitState
from services.visits.motives import MOTIVES, Motive
from shared.errors import Invalid

Mode = Literal["on_site", "video", "phone"]
MODES: Mapping[Mode, str] = {"on_site": "Sur place", "video": "En visioconférence", "phone": "Par téléphone"}

OLDEST = timedelta(days=366)
"""A visit is reported within the year: older than that, the date is a slip of the finger."""
FURTHEST = timedelta(days=2 * 366)
"""A visit planned later than that is one too."""


class Visit(BaseModel):
    """A visit as it stands, without the texts and answers of its report.

    `version` counts its changes, `recorded_at` is the server's clock at the last of them.
    """

    model_config = ConfigDict(frozen=True, defer_build=True, extra="ignore")

    id: str
    territory_id: str
    version: int
    state: VisitState
    structure_id: str
    structure_name: str
    member_id: str
    """Who planned it, then who reported it."""
    capteurs: tuple[str, ...] = ()
    """The ids of the members who go."""
    enterprise_id: str
    establishment: Establishment
    day: date
    """By which it is listed: the day planned, then the day visited; what is put off without a date keeps its day."""
    planned: bool = False
    """Whether it was planned before it took place."""
    planned_on: date | None = None
    """Null also while a visit that was put off has no new day."""
    planned_at: str | None = None
    """`14:30`, on the Paris clock."""
    programme_id: str | None = None
    visited_on: date | None = None
    mode: Mode = "on_site"
    consent_to_share: bool = False
    """Whether the enterprise accepts that other structures read what is shared of its visit."""
    questionnaire_version: int | None = None
    revision: int = 0
    """Of its report; 0 until there is one."""
    needs_count: int = 0
    """How many needs came out of it."""
    alerts_count: int = 0
    """How many of these have alerted the coordinator."""
    motive: Motive | None = None
    """Why it was put off, declined or cancelled, at the last time."""
    recorded_at: AwareDatetime

    @property
    def has_report(self) -> bool:
        """Whether its report was written."""
        return self.state in WITH_REPORT

    @property
    def motive_label(self) -> str | None:
        """Why it was put off, declined or cancelled, in French."""
        return MOTIVES[self.motive] if self.motive else None


def check_visited_on(day: date, today: date) -> None:
    """Raises Invalid for a visit that is to come, or was over a year ago."""
    if day > today:
        raise Invalid("La date de la visite est dans le futur : une visite se saisit quand elle a eu lieu.")
    if day < today - OLDEST:
        raise Invalid("La visite date de plus d’un an : vérifiez l’année.")


def check_planned_on(day: date, today: date) -> None:
    """Raises Invalid for a day that is over, or in more than two years."""
    if day < today:
        raise Invalid("Cette date est déjà passée : une visite qui a eu lieu se saisit.")
    if day > today + FURTHEST:
        raise Invalid("Cette date est dans plus de deux ans : vérifiez l’année.")
