"""A line of an enterprise's history: what was done to its record, without any personal data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

NoteKind = Literal[
    "added",
    "absorbed",
    "merged",
    "unmerged",
    "contact_added",
    "contact_corrected",
    "contact_objected",
    "contact_removed",
]
NOTES: Mapping[NoteKind, str] = {
    "added": "Ajoutée au registre",
    "absorbed": "Fusion : une autre fiche est la même entreprise",
    "merged": "Fusionnée dans une autre fiche",
    "unmerged": "Fusion annulée",
    "contact_added": "Contact ajouté",
    "contact_corrected": "Contact corrigé",
    "contact_objected": "Une personne ne souhaite plus être contactée",
    "contact_removed": "Contact effacé",
}


class Note(BaseModel):
    """What happened, when, in which structure; `text` is a decision's reason."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="ignore")

    id: str
    kind: NoteKind
    at: AwareDatetime
    member_id: str
    structure_name: str
    text: str | None = None
    other_id: str | None = None
    """The other enterprise of a merge."""
    other_name: str | None = None
