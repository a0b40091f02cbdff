"""The target: an enterprise of a programme's frozen list, free, claimed for some days, visited or withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from services.visits.visit_keys import enterprise_partition

TargetState = Literal["pending", "claimed", "visited", "withdrawn"]
"""pending → claimed → visited; released or lapsed → pending; withdrawn, with a reason."""
TARGET_STATES: Mapping[TargetState, str] = {
    "pending": "À prendre",
    "claimed": "Réservées",
    "visited": "Visitées",
    "withdrawn": "Retirées",
}


class Claim(BaseModel):
    """Who has reserved the enterprise, as they were named then, and until when."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="ignore")

    member_id: str
    member_name: str
    structure_id: str
    structure_name: str
    claimed_at: AwareDatetime
    until: AwareDatetime


class Target(BaseModel):
    """A target as it stands; what names and describes the enterprise is as the register had it at the commitment."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="ignore")

    programme_id: str
    enterprise_id: str
    territory_id: str
    structure_id: str
    """The structure whose programme it is."""
    version: int
    state: TargetState = "pending"
    name: str
    commune: str
    insee: str | None = None
    naf: str | None = None
    size_band: str = "NN"
    claim: Claim | None = None
    visit_id: str | None = None
    visited_on: date | None = None
    """The visit that fulfilled the target."""
    last_visited_on: date | None = None
    """The last visit of anybody, as far as Vigie knows."""
    reason: str | None = None
    """Why it was withdrawn."""

    def state_at(self, now: datetime) -> TargetState:
        """The state by the clock: a claim whose time is over is no claim, and nothing had to run for that."""
        lapsed = self.state == "claimed" and (self.claim is None or self.claim.until <= now)
        return "pending" if lapsed else self.state

    def claim_at(self, now: datetime) -> Claim | None:
        """The claim that holds now, if any."""
        return self.claim if self.state_at(now) == "claimed" else None


def target_key(territory_id: str, enterprise_id: str, programme_id: str) -> tuple[str, str]:
    """Where a target is kept: with its enterprise, so that one Query finds every programme that seeks it."""
    return enterprise_partition(territory_id, enterprise_id), f"{TARGETS}{programme_id}"


def target_sk(enterprise_id: str, holder_id: str | None) -> str:
    """Where a target stands in its programme's list: with its holder's, so that their claims are found at once."""
    return f"{claims_sk(holder_id)}{enterprise_id}" if holder_id else f"{TARGETS}{enterprise_id}"


def claims_sk(member_id: str) -> str:
    """What the places of a member's claims begin with."""
    return f"CLAIM#{member_id}#"


TARGETS = "TARGET#"
