"""What the forms of programmes share: numbers and reasons as they are typed, and a form shown again after a refusal."""

from __future__ import annotations

from collections.abc import Mapping

from services.visits.programmes.commands import LONGEST_REASON
from services.visits.site import KEY
from shared.errors import Invalid
from shared.typed import clean
from shared.web.forms import Form

SPENT_KEYS = frozenset({"cle-idempotence", "cle-idempotence-reutilisee"})
SPENT = "Ce formulaire a déjà servi : ce qu’il demandait est peut-être fait. Vérifiez avant de l’envoyer de nouveau."


def again(fields: Mapping[str, str], error: Invalid, errors: Mapping[str, str]) -> Form:
    """The form with all that was typed and its messages; its key too, unless that key can serve no more."""
    if error.code in SPENT_KEYS:
        return Form({name: value for name, value in fields.items() if name != KEY}, message=SPENT)
    return Form(fields, errors, error.message)


def read_number(text: str, most: int) -> int:
    """A whole number from 1 to `most`; raises Invalid."""
    if text.isascii() and text.isdecimal() and len(text) <= len(str(most)) and 1 <= int(text) <= most:
        return int(text)
    raise Invalid(f"Indiquez un nombre entre 1 et {most}.")


def read_reason(fields: Mapping[str, str]) -> str:
    """The reason that was typed; raises Invalid on its field."""
    reason = str(clean(fields.get("reason", "")))
    if not 0 < len(reason) <= LONGEST_REASON:
        message = f"Dites pourquoi, en {LONGEST_REASON} caractères au plus."
        raise Invalid("Le motif manque ou est trop long.", fields={"reason": message})
    return reason
