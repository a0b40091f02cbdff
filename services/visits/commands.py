"""What a capteur, or their structure's own software, sends to report a visit: shapes and sizes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from services.visits.need import MOST_POSTS, Contract, Theme, Urgency
from services.visits.visit import Mode
from services.visits.wording import Line, OptionalLine, OptionalText

MOST_NEEDS = 10
LONGEST_NUMBER = 40
"""Characters of an official number as it may be typed, with its spaces."""

Number = Annotated[str, Field(min_length=1, max_length=LONGEST_NUMBER)]


def _within_calendar(instant: datetime) -> datetime:
    try:
        instant.astimezone(UTC)
    except OverflowError:
        raise ValueError("outside the calendar") from None
    return instant


DeviceTime = Annotated[AwareDatetime, AfterValidator(_within_calendar)]
"""What a device says, however wrong; but an instant that exists in UTC, or whoever hears of it could not read it."""


class Given(BaseModel):
    """What is sent: an attribute that is not known is refused rather than lost."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="forbid")


class EnterpriseGiven(Given):
    """L’établissement visité."""

    name: Line = Field(description="Nom ou raison sociale.", examples=["Horlogerie du Lion"])
    siret: Number | None = Field(
        description="SIRET, espaces permises. `null` pour une entreprise en cours de création.",
        examples=["732 829 320 00074"],
    )
    commune: Line = Field(description="Commune de l’établissement.", examples=["Montbéliard"])
    insee: Number | None = Field(default=None, description="Code INSEE de la commune.", examples=["25388"])
    naf: Number | None = Field(default=None, description="Code NAF de l’activité.", examples=["26.52Z"])


class RecruitmentGiven(Given):
    """Le poste recherché en urgence : le coordinateur est prévenu aussitôt."""

    post: Line = Field(description="Intitulé du poste, comme l’entreprise le dit.", examples=["Soudeur TIG"])
    quantity: int = Field(default=1, ge=1, le=MOST_POSTS, description="Nombre de postes.", examples=[2])
    contract: Contract = Field(description="Type de contrat.", examples=["cdi"])
    place: Line = Field(description="Commune du lieu de travail.", examples=["Héricourt"])
    rome_code: Number = Field(description="Code ROME du métier.", examples=["H2913"])
    wanted_on: date = Field(description="Date d’embauche souhaitée, à venir.", examples=["2026-12-01"])


class NeedGiven(Given):
    """Un besoin exprimé par l’entreprise."""

    theme: Theme = Field(description="Sujet du besoin.", examples=["recruitment"])
    urgency: Urgency = Field(
        default="ordinary",
        description="`urgent` avec le sujet `recruitment` déclenche l’alerte et demande `recruitment`.",
        examples=["urgent"],
    )
    description: OptionalText = Field(default=None, description="Le besoin en quelques phrases.")
    recruitment: RecruitmentGiven | None = None


class ReportVisit(Given):
    """Une visite faite, avec les besoins qui en sont sortis."""

    enterprise: EnterpriseGiven
    visited_on: date = Field(description="Jour de la visite, dans l’année écoulée.", examples=["2026-11-20"])
    mode: Mode = Field(default="on_site", description="Comment la rencontre a eu lieu.", examples=["on_site"])
    person_function: OptionalLine = Field(
        default=None, description="Fonction de la personne rencontrée, jamais son nom.", examples=["Gérante"]
    )
    occurred_at: DeviceTime | None = Field(
        default=None, description="Heure de l’appareil à la saisie : indicative, jamais utilisée pour un délai."
    )
    needs: tuple[NeedGiven, ...] = Field(default=(), max_length=MOST_NEEDS)
