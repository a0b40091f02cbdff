"""What people, or their structure's own software, ask of programmes and targets: shapes and sizes."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints

from services.visits.given import Given, Number
from services.visits.programmes.programme import LONGEST_PROGRAMME, MOST_TARGETS, MOST_VISITS
from services.visits.wording import Line
from shared.typed import Whole, clean

LONGEST_REASON = 300
MOST_COMMUNES = 40
MOST_NAF = 20
MOST_BANDS = 16

Reason = Annotated[str, BeforeValidator(clean), StringConstraints(min_length=1, max_length=LONGEST_REASON)]
Month = Annotated[str, StringConstraints(min_length=7, max_length=7)]
Version = Annotated[Whole, Field(ge=1, description="La version lue : refusée (409) si elle a changé depuis.")]
PerMonth = Annotated[Whole, Field(ge=1, le=MOST_VISITS, description="Visites par mois.", examples=[10])]


class PopulationGiven(Given):
    """La population visée : des critères sur le registre, cumulés entre eux, ou une liste de SIRET."""

    communes: Annotated[tuple[Number, ...], Field(max_length=MOST_COMMUNES)] = Field(
        default=(), description="Codes INSEE, l’un ou l’autre.", examples=[["90010", "25388"]]
    )
    naf: Annotated[tuple[Number, ...], Field(max_length=MOST_NAF)] = Field(
        default=(), description="Débuts de codes NAF, l’un ou l’autre : division ou code.", examples=[["29", "26.52Z"]]
    )
    size_bands: Annotated[tuple[Number, ...], Field(max_length=MOST_BANDS)] = Field(
        default=(), description="Tranches d’effectif de l’INSEE, l’une ou l’autre.", examples=[["11", "12"]]
    )
    sirets: Annotated[tuple[Number, ...], Field(max_length=MOST_TARGETS)] = Field(
        default=(), description="Une liste d’établissements, à la place des critères.", examples=[["73282932000074"]]
    )


class DraftProgramme(Given):
    """Un programme de visites, tant qu’il est en brouillon."""

    title: Line = Field(description="Intitulé du programme.", examples=["Sous-traitants de l’automobile"])
    structure_id: str | None = Field(
        default=None, max_length=60, description="La structure qui s’engage ; `null` pour la sienne.", examples=["cci"]
    )
    first_month: Month = Field(description="Premier mois, `AAAA-MM`.", examples=["2026-12"])
    months: Whole = Field(ge=1, le=LONGEST_PROGRAMME, description="Durée en mois.", examples=[12])
    per_month: PerMonth
    population: PopulationGiven


class RedraftProgramme(DraftProgramme):
    """Un brouillon corrigé."""

    expected_version: Version


class CommitProgramme(Given):
    """L’engagement : la liste des entreprises est constituée et figée."""

    expected_version: Version


class ReviseQuota(Given):
    """Un nouveau nombre de visites par mois : une nouvelle version, les précédentes restent."""

    expected_version: Version
    per_month: PerMonth
    from_month: Month = Field(description="À partir de ce mois, `AAAA-MM`.", examples=["2027-03"])
    decided_on: date = Field(description="Jour de la décision.", examples=["2027-02-15"])
    reason: Reason = Field(description="Motif de la révision.", examples=["Un capteur de plus dans l’équipe."])


class CloseProgramme(Given):
    """La clôture : plus rien n’est engagé après le mois en cours."""

    expected_version: Version
    reason: Reason = Field(description="Motif de la clôture.", examples=["Programme mené à son terme."])


class ClaimTarget(Given):
    """La réservation d’une entreprise, pour le délai que le territoire a choisi."""


class ReleaseTarget(Given):
    """L’abandon d’une réservation : l’entreprise est de nouveau à prendre."""


class WithdrawTarget(Given):
    """Le retrait d’une entreprise de la liste."""

    reason: Reason = Field(description="Motif du retrait.", examples=["Établissement fermé."])
