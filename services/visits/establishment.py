"""The visited establishment, and the official numbers that name it."""

from __future__ import annotations

import re

from pydantic import BaseModel, ConfigDict
from stdnum.fr import siren, siret

from shared.errors import Invalid

SIREN_DIGITS = 9
SIRET_DIGITS = 14
_SEPARATORS = re.compile(r"[\s.\-\u00a0\u202f]")
_NAF = re.compile(r"(\d{2})\.?(\d{2})([A-Z])")
_INSEE = re.compile(r"(?:\d{2}|2[AB])\d{3}")


class Establishment(BaseModel):
    """Where the visit took place. Without a SIRET it is a firm being created, and never the same as another one."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="forbid")

    siret: str | None = None
    name: str
    commune: str
    insee: str | None = None
    """The commune's INSEE code."""
    naf: str | None = None
    """The activity's code, `29.32Z`, in the nomenclature named beside it."""
    naf_nomenclature: str | None = None
    size_band: str | None = None
    """INSEE's band of headcount, `21`; null when nobody knows."""

    @property
    def siren(self) -> str | None:
        """The enterprise that the establishment belongs to."""
        return self.siret[:SIREN_DIGITS] if self.siret else None


def read_siret(text: str) -> str:
    """The fourteen digits of a SIRET, typed with or without spaces; raises Invalid, saying what is wrong.

    The check digit is Luhn's, but La Poste's establishments (356 000 000) have a rule of their own (INSEE).
    """
    digits = _SEPARATORS.sub("", text)
    _require_digits(digits)
    _require_length(digits)
    if not siret.is_valid(digits) or not digits.strip("0"):
        raise Invalid("Ce SIRET n’existe pas : sa clé de contrôle est fausse. Vérifiez chaque chiffre.")
    return digits


def read_naf(text: str) -> str:
    """An activity code as `29.32Z`; raises Invalid."""
    found = _NAF.fullmatch(text.strip().upper())
    if found is None:
        raise Invalid("Un code NAF a quatre chiffres et une lettre, par exemple 29.32Z.")
    return "{}.{}{}".format(*found.groups())


def read_insee(text: str) -> str:
    """A commune's INSEE code; raises Invalid."""
    code = text.strip().upper()
    if not _INSEE.fullmatch(code):
        raise Invalid("Un code INSEE de commune a cinq caractères, par exemple 90010.")
    return code


def _require_digits(digits: str) -> None:
    if not digits.isascii() or not digits.isdigit():
        stranger = next((letter for letter in digits if not (letter.isascii() and letter.isdigit())), "")
        raise Invalid(f"Un SIRET n’a que des chiffres : « {stranger} » est de trop." if stranger else "SIRET vide.")


def _require_length(digits: str) -> None:
    if len(digits) == SIREN_DIGITS and siren.is_valid(digits):
        raise Invalid(
            "Ces 9 chiffres sont le SIREN de l’entreprise. Ajoutez les 5 chiffres de l’établissement visité (NIC)."
        )
    if len(digits) != SIRET_DIGITS:
        raise Invalid(f"Un SIRET a 14 chiffres : celui-ci en a {len(digits)}.")
