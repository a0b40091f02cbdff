"""What people, or their structure's own software, declare of jobs: shapes and sizes."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from services.matching.jobs.job import DEFAULT_RADIUS_KM, LONGEST_RADIUS_KM, MOST_PEOPLE, Cause
from shared.typed import Whole, clean

LONGEST_LINE = 120
LONGEST_REASON = 300
MOST_CERTIFICATES = 20

Line = Annotated[str, BeforeValidator(clean), StringConstraints(min_length=1, max_length=LONGEST_LINE)]
Reason = Annotated[str, BeforeValidator(clean), StringConstraints(min_length=1, max_length=LONGEST_REASON)]
Rome = Annotated[str, StringConstraints(pattern=r"^[A-N]\d{4}$")]
Insee = Annotated[str, StringConstraints(pattern=r"^[0-9][0-9AB]\d{3}$")]
Version = Annotated[Whole, Field(ge=1, description="La version lue : refusée (409) si elle a changé depuis.")]


class Given(BaseModel):
    """What is sent: an attribute that is not known is refused rather than lost."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="forbid")


class JobGiven(Given):
    """Ce que disent les deux côtés."""

    enterprise_name: Line = Field(
        description="L’entreprise, connue de votre structure seule jusqu’à l’accord des deux."
    )
    siret: str | None = Field(default=None, max_length=20, description="Son SIRET, s’il est connu.")
    rome: Rome = Field(description="Code ROME du métier.", examples=["H2909"])
    people: Whole = Field(ge=1, le=MOST_PEOPLE, description="Nombre de postes.", examples=[4])
    commune: Insee | None = Field(default=None, description="Code INSEE de la commune.", examples=["25388"])
    contract: Line | None = Field(default=None, description="`cdi`, `cdd`, `interim`…", examples=["cdi"])
    wage_cents: Whole | None = Field(
        default=None, ge=0, le=10_000_000, description="Salaire brut mensuel, en centimes."
    )
    certificates: Annotated[tuple[Line, ...], Field(max_length=MOST_CERTIFICATES)] = Field(
        default=(), description="Titres et habilitations.", examples=[["CACES R489-3"]]
    )


class DeclareJobAtRisk(JobGiven):
    """Des emplois fragilisés."""

    horizon_on: date = Field(
        description="Échéance : le jour où les postes peuvent disparaître.", examples=["2027-03-31"]
    )
    cause: Cause = Field(description="`temporary` ou `definitive`.")
    confidential: bool = Field(
        default=False, description="La commune n’est dite qu’à votre structure et à la coordination."
    )
    radius_km: Whole = Field(
        default=DEFAULT_RADIUS_KM, ge=0, le=LONGEST_RADIUS_KM, description="Distance acceptée, en km."
    )


class DeclareOpening(JobGiven):
    """Des emplois à pourvoir."""

    wanted_on: date = Field(description="Date d’embauche souhaitée.", examples=["2027-01-15"])
    urgent: bool = Field(default=False, description="À pourvoir sans attendre.")


class ConfirmJob(Given):
    """C’est toujours d’actualité."""

    expected_version: Version


class SolveJob(Given):
    """C’est résolu, ou pourvu."""

    expected_version: Version


class LoseJob(Given):
    """Les postes ont disparu, ou le recrutement est abandonné."""

    expected_version: Version
    reason: Reason = Field(description="Motif, pour votre structure seule.", examples=["Site fermé."])
