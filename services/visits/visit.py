"""The visit: a capteur goes to see an enterprise and reports it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from services.visits.establishment import Establishment
from shared.address_book import Role
from shared.errors import Invalid
from shared.identity import Caller

VisitState = Literal["planned", "done", "reported", "referred", "no_follow_up", "rescheduled", "declined", "cancelled"]
"""planned → done → reported → referred (to the committee) | no_follow_up; or rescheduled, declined, cancelled.

What is reported without having been planned begins its life at `reported`.
"""

Mode = Literal["on_site", "video", "phone"]
MODES: Mapping[Mode, str] = {"on_site": "Sur place", "video": "En visioconférence", "phone": "Par téléphone"}

OLDEST = timedelta(days=366)
"""A visit is reported within the year: older than that, the date is a slip of the finger."""


class Visit(BaseModel):
    """A visit as it stands. `version` counts its changes, `recorded_at` is the server's clock."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="ignore")

    id: str
    territory_id: str
    version: int
    state: VisitState
    structure_id: str
    structure_name: str
    member_id: str
    establishment: Establishment
    visited_on: date
    mode: Mode
    person_function: str | None = None
    """The function of the person met, never their name."""
    needs_count: int
    """How many needs came out of it."""
    alerts_count: int
    """How many of these have alerted the coordinator."""
    occurred_at: AwareDatetime | None = None
    """The device's clock, not trusted."""
    recorded_at: AwareDatetime


REPORTERS: tuple[Role, ...] = ("capteur", "manager", "coordinator", "deputy")
"""Who meets enterprises and may say so."""


def check_visited_on(day: date, today: date) -> None:
    """Raises Invalid for a visit that is to come, or was over a year ago."""
    if day > today:
        raise Invalid("La date de la visite est dans le futur : une visite se saisit quand elle a eu lieu.")
    if day < today - OLDEST:
        raise Invalid("La visite date de plus d’un an : vérifiez l’année.")


def sees(caller: Caller, territory_id: str, structure_id: str) -> bool:
    """Who reads a visit: its structure's capteurs and managers; the coordinator and the deputy read them all."""
    if caller.territory_id != territory_id:
        return False
    if sees_territory(caller):
        return True
    return caller.has("capteur", "manager") and caller.membership.structure_id == structure_id


def sees_territory(caller: Caller) -> bool:
    """Whether the visits of every structure are open to the caller."""
    return caller.has("coordinator", "deputy")
