"""The words of an alert's life: states, who acts, facts that are noted, what is announced, the audit trail."""

from __future__ import annotations

import hashlib
import json
from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

Channel = Literal["mail", "phone", "portal", "other", "unknown"]
"""How it reached France Travail; `unknown` only when the transmission is inferred."""


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, defer_build=True, extra="forbid")


class State(StrEnum):
    """Where an alert stands, in the order of its rank."""

    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    TRANSMITTED = "transmitted"
    OFFER_REGISTERED = "offer_registered"
    BROADCAST = "broadcast"
    FILLED = "filled"
    CLOSED_NO_OUTCOME = "closed_no_outcome"
    REJECTED = "rejected"
    CANCELLED = "cancelled"

    @property
    def rank(self) -> int:
        """0 to 4 on the way, 9 at the end; only a reopening or a correction lowers it."""
        return _RANKS.get(self, 9)

    @property
    def is_terminal(self) -> bool:
        """Nothing is expected any more."""
        return self not in _RANKS

    @property
    def label(self) -> str:
        """The French name that people read."""
        return _STATE_LABELS[self]


_RANKS = {
    State.RAISED: 0,
    State.ACKNOWLEDGED: 1,
    State.TRANSMITTED: 2,
    State.OFFER_REGISTERED: 3,
    State.BROADCAST: 4,
}

_STATE_LABELS = {
    State.RAISED: "Reçue",
    State.ACKNOWLEDGED: "Prise en charge",
    State.TRANSMITTED: "Transmise",
    State.OFFER_REGISTERED: "Offre enregistrée",
    State.BROADCAST: "Diffusée",
    State.FILLED: "Pourvue",
    State.CLOSED_NO_OUTCOME: "Close sans suite",
    State.REJECTED: "Écartée",
    State.CANCELLED: "Annulée",
}


class Role(StrEnum):
    """In whose name a person acts or is told."""

    CAPTEUR = "capteur"
    MANAGER = "manager"
    COORDINATOR = "coordinator"
    DEPUTY = "deputy"
    STEERING = "steering"
    AGENCY = "agency"
    DIFFUSION = "diffusion"


class Actor(_Value):
    """Who does it: a signed-in person with a role, the agency by its signed link, or a machine."""

    kind: Literal["human", "agency", "machine"]
    id: str
    role: Role | None = None

    @property
    def capacity(self) -> str:
        """The word that permissions are written in: the role of a person, else the kind."""
        return str(self.role or "") if self.kind == "human" else self.kind


class Reason(StrEnum):
    """Why, from a closed list: the audit holds no free text."""

    ENTERPRISE_WITHDREW = "enterprise_withdrew"
    DUPLICATE = "duplicate"
    ENTRY_ERROR = "entry_error"
    NOT_URGENT = "not_urgent"
    OUT_OF_SCOPE = "out_of_scope"
    NO_CANDIDATE = "no_candidate"
    FILLED_ELSEWHERE = "filled_elsewhere"
    CLOSED_BY_MISTAKE = "closed_by_mistake"
    STILL_NEEDED = "still_needed"
    TIME_CONFIRMED = "time_confirmed"
    AGENCY_CORRECTED = "agency_corrected"
    SECOND_OFFER = "second_offer"
    AGENCY_UNREACHABLE = "agency_unreachable"

    @property
    def label(self) -> str:
        """The French words that people choose from."""
        return _REASON_LABELS[self]


_REASON_LABELS = {
    Reason.ENTERPRISE_WITHDREW: "L’entreprise a retiré son besoin",
    Reason.DUPLICATE: "Doublon d’une autre alerte",
    Reason.ENTRY_ERROR: "Erreur de saisie",
    Reason.NOT_URGENT: "Le besoin n’est pas urgent",
    Reason.OUT_OF_SCOPE: "Hors du champ de la plateforme",
    Reason.NO_CANDIDATE: "Aucun candidat",
    Reason.FILLED_ELSEWHERE: "Pourvue par une autre voie",
    Reason.CLOSED_BY_MISTAKE: "Close par erreur",
    Reason.STILL_NEEDED: "Le besoin demeure",
    Reason.TIME_CONFIRMED: "Heure de transmission confirmée",
    Reason.AGENCY_CORRECTED: "Rectifié par France Travail",
    Reason.SECOND_OFFER: "Seconde offre pour le même besoin",
    Reason.AGENCY_UNREACHABLE: "France Travail injoignable",
}


class Fact(_Value):
    """Something that happened and is not a state; `detail` holds codes and ids, never a name or a number to call."""

    kind: str
    at: AwareDatetime
    by: str
    detail: str = ""


Announced = Literal[
    "raised",
    "acknowledged",
    "transmitted",
    "offer_registered",
    "broadcast",
    "deadline_breached",
    "closed",
    "reopened",
]


class Announcement(_Value):
    """What the rest of the platform is told; the store turns it into the published event, with the new alert."""

    kind: Announced
    inferred: bool = False


class AuditEntry(_Value):
    """One effective command: who, in which role, what it changed. Each entry holds the hash of the one before."""

    territory_id: str
    alert_id: str
    version: int
    at: AwareDatetime
    actor_kind: str
    actor_id: str
    role: str | None
    command: str
    rank_before: int | None
    rank_after: int
    reason: Reason | None
    previous_hash: str

    @property
    def hash(self) -> str:
        """SHA-256 of the entry's canonical JSON: an entry changed afterwards breaks the chain."""
        content = json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(content.encode()).hexdigest()


def is_unbroken(entries: list[AuditEntry]) -> bool:
    """Whether these entries, oldest first, are the whole untouched trail of one alert."""
    expected = [""] + [entry.hash for entry in entries[:-1]]
    versions = [entry.version for entry in entries]
    return [entry.previous_hash for entry in entries] == expected[: len(entries)] and versions == list(
        range(1, len(entries) + 1)
    )
