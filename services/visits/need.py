"""The need: what an enterprise said that it lacks, as the capteur heard it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shared.errors import Invalid
from shared.ids import derived_id

Theme = Literal["recruitment", "skills", "jobs_at_risk", "workforce", "investment", "other"]
THEMES: Mapping[Theme, str] = {
    "recruitment": "Recrutement",
    "skills": "Compétences et formation",
    "jobs_at_risk": "Emplois fragilisés",
    "workforce": "Gestion des ressources humaines et des âges",
    "investment": "Projet ou investissement",
    "other": "Autre besoin",
}

Urgency = Literal["urgent", "ordinary"]

Contract = Literal["cdi", "cdd", "interim", "apprentissage", "professionnalisation", "saisonnier", "autre"]
CONTRACTS: Mapping[Contract, str] = {
    "cdi": "CDI",
    "cdd": "CDD",
    "interim": "Intérim",
    "apprentissage": "Contrat d’apprentissage",
    "professionnalisation": "Contrat de professionnalisation",
    "saisonnier": "Contrat saisonnier",
    "autre": "Autre contrat",
}

MOST_POSTS = 999
FURTHEST = timedelta(days=2 * 366)
"""An urgent post wanted later than that is a slip of the finger."""

Quantity = Annotated[int, Field(ge=1, le=MOST_POSTS)]


class Recruitment(BaseModel):
    """The post that is urgently sought. Labels are copied: they tell what was read that day."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="forbid")

    post: str
    quantity: Quantity
    contract: Contract
    contract_label: str
    place: str
    """The commune where the work is."""
    rome_code: str
    rome_label: str
    wanted_on: date


class Need(BaseModel):
    """A need as it was reported; its state will follow from its actions and is not stored."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="ignore")

    id: str
    territory_id: str
    visit_id: str
    theme: Theme
    theme_label: str
    urgency: Urgency
    description: str | None = None
    recruitment: Recruitment | None = None
    recorded_at: AwareDatetime

    @property
    def alert_id(self) -> str | None:
        """The alert that an urgent recruitment need raises: derived, so that its page can be linked at once."""
        return alert_id(self.territory_id, self.visit_id, self.id) if self.recruitment else None


def alert_id(territory_id: str, visit_id: str, need_id: str) -> str:
    """The id that the alert of a need has, whoever computes it."""
    return derived_id(territory_id, visit_id, need_id)


def check_wanted_on(day: date, today: date) -> None:
    """Raises Invalid for a date that is over, or so far away that it is no urgency."""
    if day < today:
        raise Invalid("La date souhaitée est déjà passée.")
    if day > today + FURTHEST:
        raise Invalid("La date souhaitée est dans plus de deux ans : vérifiez l’année.")


def calls_for_recruitment(theme: Theme, urgency: Urgency) -> bool:
    """Whether a need must say which post: an urgent recruitment, and nothing else, raises an alert."""
    return theme == "recruitment" and urgency == "urgent"
