"""What the API of partners is sent: shapes and sizes."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.alerts.typed import Line
from shared.typed import Whole

LONGEST_REASON = 200
LONGEST_URL = 500
WEEK_H = 7 * 24
Version = Annotated[Whole, Field(ge=1, le=1_000_000, description="La `version` lue.", examples=[3])]


class Given(BaseModel):
    """What is sent: an attribute that is not known is refused rather than lost."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="forbid")


class VersionGiven(Given):
    """Une commande sur un point d’accès, sans autre précision."""

    expected_version: Version


class AddressGiven(VersionGiven):
    """La nouvelle adresse ; l’ancienne sert jusqu’à ce que la nouvelle ait renvoyé le défi."""

    url: Line = Field(max_length=LONGEST_URL, examples=["https://portail.example/vigie"])


class RotateGiven(VersionGiven):
    """Un nouveau secret."""

    overlap_hours: int = Field(
        default=24, ge=0, le=WEEK_H, description="Combien d’heures l’ancien signe encore ; 0 s’il a fui."
    )


class DisableGiven(VersionGiven):
    """Plus rien ne part ; ce qui est destiné au partenaire attend."""

    reason: Line = Field(default="", max_length=LONGEST_REASON, description="En français : les autres le liront.")


class NothingGiven(Given):
    """Une commande sans précision : `{}`."""


class PeriodGiven(Given):
    """Ce qu’il faut envoyer de nouveau à un partenaire."""

    partner_id: str = Field(min_length=1, max_length=64)
    missed_only: bool = Field(default=True, description="Seulement les envois en échec.")
    since: AwareDatetime | None = Field(default=None, description="Par défaut, 30 jours avant : le plus loin possible.")
    until: AwareDatetime | None = Field(default=None, description="Par défaut, maintenant.")
    cursor: str | None = Field(default=None, max_length=1000, description="`next_cursor` de la réponse précédente.")


class PauseGiven(Given):
    """Mettre en pause un partenaire, quel que soit son canal, ou reprendre."""

    partner_id: str = Field(min_length=1, max_length=64)
    paused: bool = Field(description="`false` pour reprendre.")


class AlertReplayGiven(Given):
    """Ce qu’il faut envoyer de nouveau d’une alerte : tous ses envois en échec."""

    alert_id: str = Field(min_length=1, max_length=64)
    cursor: str | None = Field(default=None, max_length=1000, description="`next_cursor` de la réponse précédente.")
