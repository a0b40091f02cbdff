"""What a partner's system may say: three facts about the offer of an alert."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.alerts.rules.facts import State
from services.alerts.site.orders import LONGEST_CONTACT, LONGEST_REFERENCE, LONGEST_URL
from services.alerts.typed import Line
from shared.errors import Invalid
from shared.web.problems import from_validation

AlertId = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9-]{1,64}$",
        description="L’identifiant de l’alerte, tel qu’il figure dans la transmission.",
        examples=["0b5f6a1e-8f5c-5c1e-9d0e-2f3a4b5c6d7e"],
    ),
]
Reference = Annotated[
    Line,
    Field(min_length=1, max_length=LONGEST_REFERENCE, description="La référence de l’offre.", examples=["048KLTP"]),
]


class _Said(BaseModel):
    """What comes from elsewhere: a text is never made of a number, an attribute that came later is ignored."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore", defer_build=True)


class RegisteredData(_Said):
    """L’offre, telle qu’elle est enregistrée."""

    alert_id: AlertId
    reference: Reference
    contact: Annotated[Line, Field(min_length=1, max_length=LONGEST_CONTACT, description="Qui joindre, sur une ligne.")]
    url: Annotated[
        str | None,
        Field(default=None, max_length=LONGEST_URL, pattern=r"^https://[^\s]+$", description="Son adresse, en https."),
    ]


class FilledData(_Said):
    """L’alerte dont le poste est pourvu."""

    alert_id: AlertId


class WithdrawnData(_Said):
    """L’offre qui ne vaut plus."""

    alert_id: AlertId
    reference: Reference


class OfferRegistered(_Said):
    """France Travail a enregistré l’offre : elle part aussitôt à tous les partenaires du territoire."""

    type: Literal["offer.registered.v1"]
    data: RegisteredData


class OfferFilled(_Said):
    """Le poste est pourvu : l’alerte est close, ceux qui ont reçu l’offre en sont informés."""

    type: Literal["offer.filled.v1"]
    data: FilledData


class OfferWithdrawn(_Said):
    """L’offre ne vaut plus : ceux qui l’ont reçue en sont informés, l’alerte attend une autre référence."""

    type: Literal["offer.withdrawn.v1"]
    data: WithdrawnData


Message = OfferRegistered | OfferFilled | OfferWithdrawn


class Heard(BaseModel):
    """Ce que le message a fait ; la même réponse à chaque nouvel envoi du même identifiant."""

    model_config = ConfigDict(defer_build=True)

    alert_id: str
    version: int = Field(description="Celle de l’alerte, après ce message.")
    state: State = Field(description="L’état de l’alerte, après ce message.")
    changed: bool = Field(description="`false` quand c’était déjà fait.")


KINDS: Mapping[str, type[Message]] = {
    "offer.registered.v1": OfferRegistered,
    "offer.filled.v1": OfferFilled,
    "offer.withdrawn.v1": OfferWithdrawn,
}


def read(body: bytes) -> Message:
    """The message in a body whose sender is known; raises Invalid with what is wrong, beside each field."""
    try:
        value = json.loads(body.decode())
    except (ValueError, RecursionError):
        raise Invalid("Le corps n’est pas un JSON lisible, en UTF-8.", code="json") from None
    kind = _kind(value)
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        raise from_validation(dict(problem) for problem in error.errors()) from None


def _kind(value: Any) -> type[Message]:
    said = value.get("type") if isinstance(value, dict) else None
    if not isinstance(said, str) or said not in KINDS:
        known = ", ".join(KINDS)
        raise Invalid("Ce type de message n’est pas attendu ici.", fields={"/type": f"Types attendus : {known}."})
    return KINDS[said]
