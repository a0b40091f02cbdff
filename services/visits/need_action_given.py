"""What is sent of something done about a need."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from services.visits.given import Given
from services.visits.need_state import ActionKind
from services.visits.wording import OptionalText


class RecordNeedAction(Given):
    """Ce qui a été fait d’un besoin."""

    kind: ActionKind = Field(description="La suite donnée.", examples=["in_progress"])
    acted_on: date | None = Field(
        default=None, description="Le jour ; aujourd’hui par défaut.", examples=["2026-11-26"]
    )
    note: OptionalText = Field(
        default=None, description="Par qui et comment, en quelques phrases. Aucun nom de personne."
    )
    withdraws: str | None = Field(
        default=None, max_length=64, description="Avec `withdrawn` : l’identifiant de la suite saisie par erreur."
    )
