"""A person to call in an enterprise: personal data, kept three years after the last contact, told to nobody else."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from pydantic import AwareDatetime, BaseModel, ConfigDict

from shared.clock import PARIS
from shared.errors import Invalid

KEPT = timedelta(days=3 * 365 + 1)
"""How long a contact is kept after the last time somebody spoke with them (CNIL, recommended for prospects)."""
_PHONE = re.compile(r"(?:\+|00)([1-9][0-9]{6,13})|0([1-9][0-9]{8})")
_EMAIL = re.compile(r"[^\s@<>\"(),:;\[\]\\]{1,64}@[^\s@<>\"(),:;\[\]\\]{1,180}\.[^\s@<>\"(),:;\[\]\\]{2,24}")
_PUNCTUATION = re.compile(r"[\s.\-/()\u00a0\u202f]")


class Contact(BaseModel):
    """Somebody of the enterprise. Who objects keeps a name here, so that nobody writes them in again, and nothing else."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="ignore")

    id: str
    territory_id: str
    enterprise_id: str
    version: int = 1
    name: str
    function: str | None = None
    phone: str | None = None
    """In the international form, `+33612345678`."""
    email: str | None = None
    last_contact_on: date
    objected_on: date | None = None
    """The day on which they asked not to be contacted any more."""
    recorded_at: AwareDatetime

    @property
    def expires_at(self) -> int:
        """When it is forgotten, in epoch seconds: the table deletes it then, at the latest two days after."""
        return int((datetime.combine(self.last_contact_on, time(), PARIS) + KEPT).timestamp())


def read_phone(text: str) -> str:
    """A number in the international form, French when it has no prefix; raises Invalid."""
    found = _PHONE.fullmatch(_PUNCTUATION.sub("", text.replace("(0)", "")))
    if found is None:
        raise Invalid("Numéro de téléphone illisible : par exemple 06 12 34 56 78 ou +41 32 123 45 67.")
    abroad, french = found.groups()
    return f"+{abroad}" if abroad else f"+33{french}"


def read_email(text: str) -> str:
    """An address as it can be written to; raises Invalid."""
    if not _EMAIL.fullmatch(text.strip()):
        raise Invalid("Adresse électronique illisible : par exemple prenom.nom@entreprise.fr.")
    return text.strip()


def check_last_contact(day: date, today: date) -> None:
    """Raises Invalid for a contact to come, or so old that it is not to be kept."""
    if day > today:
        raise Invalid("Le dernier contact est dans le futur : vérifiez la date.")
    if day < today - KEPT:
        raise Invalid("Ce contact a plus de trois ans : il ne peut plus être conservé.")
