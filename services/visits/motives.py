"""Why a visit is put off, declined or cancelled: a few motives that can be counted; what is typed beside them is not told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Motive = Literal[
    "enterprise_unavailable",
    "capteur_unavailable",
    "unreachable",
    "no_time",
    "not_interested",
    "already_followed",
    "enterprise_closed",
    "entry_error",
    "other",
]
MOTIVES: Mapping[Motive, str] = {
    "enterprise_unavailable": "Empêchement de l’entreprise",
    "capteur_unavailable": "Empêchement du capteur",
    "unreachable": "Entreprise injoignable",
    "no_time": "L’entreprise n’a pas le temps",
    "not_interested": "L’entreprise n’en voit pas l’utilité",
    "already_followed": "Déjà suivie par un autre partenaire",
    "enterprise_closed": "Entreprise fermée ou partie",
    "entry_error": "Erreur de saisie",
    "other": "Autre motif",
}

RescheduleMotive = Literal["enterprise_unavailable", "capteur_unavailable", "unreachable", "other"]
DeclineMotive = Literal["no_time", "not_interested", "already_followed", "other"]
CancelMotive = Literal["enterprise_closed", "already_followed", "capteur_unavailable", "entry_error", "other"]
