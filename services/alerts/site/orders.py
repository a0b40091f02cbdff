"""What the API is sent to act on an alert: shapes and sizes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.alerts.rules.facts import Reason
from services.alerts.typed import LONGEST_NOTE, Line
from shared.typed import Whole

Means = Literal["mail", "phone", "portal", "other"]
LONGEST_REFERENCE, LONGEST_CONTACT, LONGEST_URL = 40, 300, 500


class Given(BaseModel):
    """What is sent: an attribute that is not known is refused rather than lost."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="forbid")

    expected_version: Annotated[
        Whole, Field(ge=1, le=1_000_000, description="La `version` que l’auteur avait sous les yeux.", examples=[3])
    ]


class SimpleGiven(Given):
    """Une commande sans autre précision."""


class TransmitGiven(Given):
    """La transmission à France Travail."""

    channel: Means = Field(
        description="`mail` envoie un e-mail avec un lien signé à chaque interlocuteur de l’agence ; "
        "les autres consignent ce qui a été fait autrement.",
        examples=["mail"],
    )
    note: Line = Field(default="", max_length=LONGEST_NOTE, description="Preuve, en quelques mots.")


class ReturnGiven(Given):
    """Ce que France Travail a rendu ; l’une des deux moitiés peut manquer."""

    reference: Line = Field(default="", max_length=LONGEST_REFERENCE, examples=["048KLTP"])
    contact: Line = Field(default="", max_length=LONGEST_CONTACT, description="Qui joindre pour cette offre.")
    url: Line = Field(default="", max_length=LONGEST_URL, description="Adresse de l’offre, en https.")


class BroadcastGiven(Given):
    """La diffusion aux partenaires."""

    reason: Literal[Reason.AGENCY_UNREACHABLE] | None = Field(
        default=None, description="À donner pour diffuser avant le retour de France Travail."
    )


class CloseGiven(Given):
    """La clôture sans suite."""

    reason: Literal[Reason.NO_CANDIDATE, Reason.FILLED_ELSEWHERE, Reason.ENTERPRISE_WITHDREW]


class CancelGiven(Given):
    """L’annulation : le besoin est retiré."""

    reason: Literal[Reason.ENTERPRISE_WITHDREW, Reason.FILLED_ELSEWHERE, Reason.ENTRY_ERROR]


class RejectGiven(Given):
    """La mise à l’écart : ce n’aurait pas dû être une alerte."""

    reason: Literal[Reason.NOT_URGENT, Reason.OUT_OF_SCOPE, Reason.DUPLICATE, Reason.ENTRY_ERROR]


class MergeGiven(Given):
    """La fusion : l’alerte de cette adresse est close, l’autre garde son signalement."""

    into: str = Field(min_length=1, max_length=64, description="L’`alert_id` de l’alerte à garder.")


class KeepApartGiven(Given):
    """La distinction : ce sont deux besoins."""

    other: str = Field(min_length=1, max_length=64, description="L’`alert_id` de l’alerte semblable.")


class ReopenGiven(Given):
    """La réouverture, par le coordinateur."""

    reason: Literal[Reason.CLOSED_BY_MISTAKE, Reason.STILL_NEEDED]
