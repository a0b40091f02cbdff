"""A declared job, at risk or to be filled: one métier at one place, for some people, until a day or from one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

Side = Literal["at_risk", "opening"]
State = Literal["declared", "confirmed", "in_match", "resolved", "lost", "filled", "stale"]
"""declared → confirmed → in_match → resolved | filled | lost; stale after 90 days without word."""
Cause = Literal["temporary", "definitive"]
Origin = Literal["visit", "page", "api", "file"]

AT_RISK_STATES: Mapping[State, str] = {
    "declared": "Déclaré",
    "confirmed": "Confirmé",
    "in_match": "En rapprochement",
    "resolved": "Résolu",
    "lost": "Perdu",
    "stale": "À reconfirmer",
}
OPENING_STATES: Mapping[State, str] = {
    "declared": "Déclaré",
    "confirmed": "Confirmé",
    "in_match": "En rapprochement",
    "filled": "Pourvu",
    "lost": "Retiré",
    "stale": "À reconfirmer",
}
ENDED: frozenset[State] = frozenset({"resolved", "lost", "filled"})
OPEN_TO_MATCHES: frozenset[State] = frozenset({"declared", "confirmed", "in_match"})
"""What a run proposes for; a job in a match may have places left."""
CAUSES: Mapping[Cause, str] = {"temporary": "Baisse temporaire", "definitive": "Suppression définitive"}
CONTRACTS: Mapping[str, str] = {
    "cdi": "CDI",
    "cdd": "CDD",
    "interim": "Intérim",
    "apprentissage": "Apprentissage",
    "professionnalisation": "Professionnalisation",
    "saisonnier": "Saisonnier",
    "autre": "Autre",
}
MOST_PEOPLE = 999
LONGEST_RADIUS_KM = 200
DEFAULT_RADIUS_KM = 30

People = Annotated[int, Field(ge=1, le=MOST_PEOPLE)]


class DeclaredJob(BaseModel):
    """What both sides have. `enterprise` tells sameness alone; who it is stands sealed, for the referent."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="ignore")

    id: str
    territory_id: str
    version: int
    state: State = "declared"
    origin: Origin
    structure_id: str
    """The structure of the referent, to whom alone the enterprise is known."""
    member_id: str | None = None
    """Who declared it; none when a visit did."""
    visit_id: str | None = None
    enterprise: str
    """The same text for the same enterprise, which it does not tell: a digest, or the visit that both were heard at."""
    sealed_enterprise: str | None = None
    """Its name, and its SIRET where there is one, as the vault sealed them; none when it is read from the visit."""
    rome: str
    rome_label: str
    people: People
    commune: str | None = None
    """Its INSEE code; none when nobody said, so that no distance can be measured."""
    commune_label: str | None = None
    contract: str | None = None
    wage_cents: int | None = None
    """Gross, a month."""
    certificates: tuple[str, ...] = ()
    """Held by the people, or asked of them."""
    declared_at: AwareDatetime
    confirmed_on: date
    """When somebody last said that it is so."""
    ended_on: date | None = None
    reason: str | None = None
    """Why it was lost or withdrawn, in somebody's words: for the structure, never told."""

    side: ClassVar[Side]

    @property
    def state_label(self) -> str:
        return (AT_RISK_STATES if self.side == "at_risk" else OPENING_STATES)[self.state]


class JobAtRisk(DeclaredJob):
    """Posts that may disappear."""

    side: ClassVar[Side] = "at_risk"

    horizon_on: date
    cause: Cause
    confidential: bool = False
    """Its commune is told to nobody but its referent: with a métier, it names an enterprise."""
    radius_km: int = Field(default=DEFAULT_RADIUS_KM, ge=0, le=LONGEST_RADIUS_KM)


class Opening(DeclaredJob):
    """Posts to be filled."""

    side: ClassVar[Side] = "opening"

    wanted_on: date
    urgent: bool = False
    confidential: bool = False


Job = JobAtRisk | Opening
