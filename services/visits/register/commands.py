"""What is sent to change the register: shapes and sizes."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints

from services.visits.given import Given, Number
from services.visits.wording import TEXT_LENGTH, Line, OptionalLine
from shared.typed import Whole, clean

Reason = Annotated[str, BeforeValidator(clean), StringConstraints(min_length=3, max_length=TEXT_LENGTH)]
EnterpriseKey = Annotated[str, Field(min_length=1, max_length=64)]


class AddEnterprise(Given):
    """Une entreprise à ajouter au registre du territoire."""

    name: Line = Field(description="Nom ou raison sociale.", examples=["Horlogerie du Lion"])
    siret: Number | None = Field(
        default=None,
        description="SIRET, espaces permises. `null` pour une entreprise qui n’en a pas : elle ne sera jamais "
        "confondue d’elle-même avec une autre.",
        examples=["732 829 320 00074"],
    )
    commune: Line = Field(description="Commune de l’établissement.", examples=["Montbéliard"])
    insee: Number | None = Field(default=None, description="Code INSEE de la commune.", examples=["25388"])
    postcode: Number | None = Field(default=None, description="Code postal.", examples=["25200"])
    address: OptionalLine = Field(default=None, description="Numéro et voie.", examples=["12 rue de la Mouche"])
    naf: Number | None = Field(default=None, description="Code NAF (révision 2).", examples=["26.52Z"])
    size_band: Number | None = Field(
        default=None, description="Tranche d’effectif de l’INSEE, `NN` si elle n’est pas connue.", examples=["12"]
    )


class ContactGiven(Given):
    """Une personne à joindre dans l’entreprise."""

    name: Line = Field(description="Prénom et nom.", examples=["Camille Exemple"])
    function: OptionalLine = Field(default=None, description="Fonction.", examples=["Gérante"])
    phone: Number | None = Field(default=None, description="Téléphone.", examples=["03 81 00 00 00"])
    email: OptionalLine = Field(default=None, description="Adresse électronique.", examples=["contact@example.fr"])
    last_contact_on: date = Field(
        description="Jour du dernier échange : la fiche de la personne est effacée trois ans après.",
        examples=["2026-11-20"],
    )


class CorrectContact(ContactGiven):
    """La fiche corrigée d’une personne, en entier."""

    expected_version: Whole = Field(ge=1, description="La version lue.")


class MergeEnterprises(Given):
    """Deux fiches du registre qui sont la même entreprise."""

    absorbed_id: EnterpriseKey = Field(description="La fiche, sans SIRET, qui mènera à l’autre.")
    survivor_id: EnterpriseKey = Field(description="La fiche qui reste.")
    reason: Reason = Field(description="Pourquoi c’est la même entreprise.", examples=["Le SIRET est arrivé."])


class UndoMerge(Given):
    """Une fusion à annuler."""

    reason: Reason = Field(description="Pourquoi ce n’est pas la même entreprise.")
