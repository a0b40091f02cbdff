"""Territories in which everybody has e-mail alone: what a message by e-mail costs, without the price of texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

SMALL, LARGE = 8, 16
"""Partners of the two territories: what differs between their alerts is the price of one more e-mail."""

_TERRITORY = """
territory: {{id: mesure-{partners}, name: Territoire de mesure, communes: [90010]}}
structures:
  - {{id: maison, name: Maison de l’emploi, kind: maison-emploi}}
  - {{id: chambre, name: Chambre de commerce, kind: chambre}}
  - {{id: agence, name: France Travail, kind: france-travail}}
members:
  - {{id: c, structure: maison, name: Coordinatrice, roles: [coordinator], email: c@mesure.example, subject: {coordinator}}}
  - {{id: v, structure: chambre, name: Capteur, roles: [capteur], email: v@mesure.example, subject: {capteur}}}
  - {{id: a, structure: agence, name: Agence, roles: [agency], email: {agency}}}
partners:
"""
_PARTNER = "  - {{id: p{number}, name: Partenaire {number}, channel: email, address: p{number}@mesure.example}}\n"


@dataclass(frozen=True)
class Territory:
    """A territory of measurement, and the subjects of those who act in it."""

    partners: int

    @property
    def capteur(self) -> str:
        return f"capteur-{self.partners}"

    @property
    def coordinator(self) -> str:
        return f"coordinator-{self.partners}"

    @property
    def agency(self) -> str:
        """The agency's address."""
        return f"agence-{self.partners}@mesure.example"

    def write(self, folder: Path) -> None:
        """Writes the territory's file into the folder."""
        head = _TERRITORY.format(
            partners=self.partners, coordinator=self.coordinator, capteur=self.capteur, agency=self.agency
        )
        partners = "".join(_PARTNER.format(number=number) for number in range(self.partners))
        (folder / f"mesure-{self.partners}.yaml").write_text(head + partners, encoding="utf-8")


def visit(day: date, needs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A visit as software reports it."""
    enterprise = {"name": "Horlogerie du Lion", "siret": "73282932000074", "commune": "Montbéliard"}
    return {"enterprise": enterprise, "visited_on": day.isoformat(), "needs": list(needs)}


def need(day: date) -> dict[str, Any]:
    """An urgent need."""
    sought = {
        "post": "Soudeur TIG",
        "quantity": 2,
        "contract": "cdi",
        "place": "Héricourt",
        "rome_code": "H2913",
        "wanted_on": day.isoformat(),
    }
    return {"theme": "recruitment", "urgency": "urgent", "recruitment": sought}
