"""The need: what an enterprise said that it lacks, as the capteur heard it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.visits.need_state import STATES, NeedState
from services.visits.need_subjects import Theme
from shared.errors import Invalid
from shared.ids import derived_id

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

Cause = Literal["temporary", "definitive"]
CAUSES: Mapping[Cause, str] = {
    "temporary": "Baisse passagère : l’emploi doit revenir",
    "definitive": "Disparition définitive de l’emploi",
}

MOST_POSTS = 999
MOST_PARTS = 10
"""Jobs at risk, or openings, of one need: each is a métier with its number of posts."""
FURTHEST = timedelta(days=2 * 366)
"""An urgent post wanted later than that is a slip of the finger."""
FURTHEST_HORIZON = timedelta(days=5 * 366)
"""Nobody sees a job disappear from further away."""

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


class JobAtRisk(BaseModel):
    """Posts that may disappear by `horizon_on`, of one métier. A confidential one is told without its commune."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="forbid")

    rome_code: str
    rome_label: str
    quantity: Quantity
    horizon_on: date
    cause: Cause
    cause_label: str
    confidential: bool = False


class Opening(BaseModel):
    """Posts to be filled that are no urgency, of one métier."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="forbid")

    rome_code: str
    rome_label: str
    quantity: Quantity
    contract: Contract
    contract_label: str
    wanted_on: date


class Need(BaseModel):
    """A need as it was reported. `state` is what its actions make of it, kept here for the lists (`need_state`)."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="ignore")

    id: str
    territory_id: str
    visit_id: str
    theme: Theme
    theme_label: str
    subject: str | None = None
    subject_label: str | None = None
    urgency: Urgency
    description: str | None = None
    recruitment: Recruitment | None = None
    jobs_at_risk: tuple[JobAtRisk, ...] = ()
    openings: tuple[Opening, ...] = ()
    structure_id: str = ""
    structure_name: str = ""
    enterprise_name: str = ""
    commune: str = ""
    """Who met whom and where, copied: a list of needs reads no visit."""
    state: NeedState = "reported"
    actions: int = 0
    """How many actions the state was computed from."""
    recorded_at: AwareDatetime

    @property
    def alert_id(self) -> str | None:
        """The alert that an urgent recruitment need raises: derived, so that its page can be linked at once."""
        return alert_id(self.territory_id, self.visit_id, self.id) if self.recruitment else None

    @property
    def state_label(self) -> str:
        """« En cours »."""
        return STATES[self.state]

    @property
    def title(self) -> str:
        """What it is about, in as few words as possible."""
        return self.subject_label or self.theme_label


def alert_id(territory_id: str, visit_id: str, need_id: str) -> str:
    """The id that the alert of a need has, whoever computes it."""
    return derived_id(territory_id, visit_id, need_id)


def check_wanted_on(day: date, today: date) -> None:
    """Raises Invalid for a date that is over, or so far away that it is no urgency."""
    if day < today:
        raise Invalid("La date souhaitée est déjà passée.")
    if day > today + FURTHEST:
        raise Invalid("La date souhaitée est dans plus de deux ans : vérifiez l’année.")


def check_horizon(day: date, today: date) -> None:
    """Raises Invalid for a threat that is over, or further away than anybody sees."""
    if day < today:
        raise Invalid("L’échéance est déjà passée : si les emplois ont disparu, dites-le dans la description.")
    if day > today + FURTHEST_HORIZON:
        raise Invalid("L’échéance est dans plus de cinq ans : vérifiez l’année.")


def calls_for_recruitment(theme: Theme, urgency: Urgency) -> bool:
    """Whether a need must say which post: an urgent recruitment, and nothing else, raises an alert."""
    return theme == "recruitment" and urgency == "urgent"
