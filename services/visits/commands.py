"""What a capteur, or their structure's own software, sends about a visit: shapes and sizes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, Field

from services.visits.given import Given, Number
from services.visits.motives import CancelMotive, DeclineMotive, RescheduleMotive
from services.visits.need_given import NeedGiven
from services.visits.questionnaire.definition import Name
from services.visits.visit import Mode
from services.visits.wording import Line, OptionalProse
from shared.typed import Whole

MOST_NEEDS = 10
MOST_CAPTEURS = 6
MOST_PERSONS = 6
MOST_ANSWERS = 100
LONGEST_ID = 64

MemberId = Annotated[str, Field(min_length=1, max_length=LONGEST_ID)]
EnterpriseId = Annotated[
    str,
    Field(
        min_length=1,
        max_length=LONGEST_ID,
        description="Identifiant de l’entreprise dans le registre : son SIRET, ou celui que Vigie lui a donné.",
        examples=["73282932000074"],
    ),
]
TimeOfDay = Annotated[
    str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="Heure à Paris.", examples=["14:30"])
]


def _within_calendar(instant: datetime) -> datetime:
    try:
        instant.astimezone(UTC)
    except OverflowError:
        raise ValueError("outside the calendar") from None
    return instant


DeviceTime = Annotated[AwareDatetime, AfterValidator(_within_calendar)]
"""What a device says, however wrong; but an instant that exists in UTC, or whoever hears of it could not read it."""


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


class ReportGiven(Given):
    """Ce qu’un compte rendu dit, hors les besoins."""

    enterprise: EnterpriseGiven | None = Field(
        default=None, description="L’établissement visité ; ou bien `enterprise_id`, ou celui de la visite planifiée."
    )
    enterprise_id: EnterpriseId | None = None
    visited_on: date = Field(description="Jour de la visite, dans l’année écoulée.", examples=["2026-11-20"])
    mode: Mode = Field(default="on_site", description="Comment la rencontre a eu lieu.", examples=["on_site"])
    capteurs: tuple[MemberId, ...] = Field(
        default=(),
        max_length=MOST_CAPTEURS,
        description="Identifiants des membres de la structure qui y étaient ; par défaut, ceux qui étaient prévus, ou soi.",
    )
    persons_met: tuple[Line, ...] = Field(
        default=(),
        max_length=MOST_PERSONS,
        description="Fonctions des personnes rencontrées, jamais leurs noms.",
        examples=[["Gérante", "Responsable de production"]],
    )
    questionnaire_version: Whole | None = Field(
        default=None,
        ge=0,
        description="Version du questionnaire posé ; celle en vigueur si des réponses sont données sans version.",
    )
    answers: dict[Name, Any] = Field(
        default_factory=dict,
        max_length=MOST_ANSWERS,
        description="Réponses par identifiant de question : texte, nombre, `true`/`false`, code ou liste de codes.",
        examples=[{"activity_trend": "up"}],
    )
    consent_to_share: bool = Field(
        default=False,
        description="L’entreprise accepte que les autres structures lisent ce qui est partagé de cette visite.",
    )
    private_text: OptionalProse = Field(default=None, description="Lu par la seule structure, jamais transmis.")
    shared_text: OptionalProse = Field(default=None, description="Lu aussi par la coordination, pour le comité.")
    occurred_at: DeviceTime | None = Field(
        default=None, description="Heure de l’appareil à la saisie : indicative, jamais utilisée pour un délai."
    )


class ReportVisit(ReportGiven):
    """Une visite faite : son compte rendu et les besoins qui en sont sortis."""

    visit_id: str | None = Field(
        default=None,
        max_length=LONGEST_ID,
        description="La visite planifiée dont c’est le compte rendu ; absente, la visite n’était pas planifiée.",
    )
    needs: tuple[NeedGiven, ...] = Field(default=(), max_length=MOST_NEEDS)


class PlanVisit(Given):
    """Une visite à venir."""

    enterprise: EnterpriseGiven | None = Field(
        default=None, description="L’établissement à visiter ; ou bien `enterprise_id`."
    )
    enterprise_id: EnterpriseId | None = None
    planned_on: date = Field(description="Jour prévu, à partir d’aujourd’hui.", examples=["2026-12-08"])
    planned_at: TimeOfDay | None = None
    capteurs: tuple[MemberId, ...] = Field(
        default=(),
        max_length=MOST_CAPTEURS,
        description="Identifiants des membres de la structure qui iront ; par défaut, soi.",
    )
    programme_id: str | None = Field(
        default=None, max_length=LONGEST_ID, description="Le programme de visites dont elle fait partie."
    )
    structure_id: str | None = Field(
        default=None,
        max_length=LONGEST_ID,
        description="La structure qui fera la visite : la sienne, sauf pour la coordination.",
    )


class OnVisit(Given):
    """Ce que toute commande sur une visite dit : la version que son auteur avait sous les yeux."""

    expected_version: Whole = Field(ge=1, description="`version` de la visite telle qu’elle a été lue.", examples=[1])


class RescheduleVisit(OnVisit):
    """Une visite reportée, à une autre date ou sans date encore."""

    planned_on: date | None = Field(
        default=None, description="Nouveau jour ; `null` quand il reste à fixer.", examples=["2026-12-15"]
    )
    planned_at: TimeOfDay | None = None
    motive: RescheduleMotive = Field(default="other", description="Motif, pour le compter.")
    reason: Line = Field(description="La raison en quelques mots.", examples=["Le gérant est en déplacement."])


class DeclineVisit(OnVisit):
    """L’entreprise refuse la visite."""

    motive: DeclineMotive = Field(default="other", description="Motif, pour le compter.")
    reason: Line = Field(description="La raison en quelques mots.", examples=["Pas avant la clôture des comptes."])


class CancelVisit(OnVisit):
    """La visite n’aura pas lieu, du fait de la structure."""

    motive: CancelMotive = Field(default="other", description="Motif, pour le compter.")
    reason: Line = Field(description="La raison en quelques mots.", examples=["Entreprise partie de la commune."])


class MarkDone(OnVisit):
    """La visite a eu lieu ; son compte rendu viendra."""

    visited_on: date = Field(description="Jour de la visite.", examples=["2026-11-26"])


class ConcludeVisit(OnVisit):
    """Ce qui suit le compte rendu : le comité, ou rien."""

    reason: Line = Field(description="Pourquoi, en quelques mots.", examples=["Trois postes menacés à l’automne."])


class CorrectedNeed(NeedGiven):
    """Un besoin du compte rendu corrigé."""

    id: str | None = Field(
        default=None, max_length=LONGEST_ID, description="Celui du besoin corrigé ; absent pour un besoin oublié."
    )


class CorrectedReport(ReportGiven):
    """Le compte rendu tel qu’il aurait dû être, en entier : il remplace le précédent, qui reste lisible."""

    needs: tuple[CorrectedNeed, ...] = Field(default=(), max_length=MOST_NEEDS)


class CorrectVisit(OnVisit):
    """Une correction du compte rendu : une révision de plus, rien n’est effacé."""

    reason: Line = Field(description="Ce qui était faux, en quelques mots.", examples=["Erreur sur la date."])
    report: CorrectedReport
