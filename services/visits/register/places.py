"""Communes as people type them: a name, a code, or the name with its code."""

from __future__ import annotations

import re
from collections.abc import Mapping

from services.visits.register.folding import letters_of
from shared.errors import Invalid

_CODE = re.compile(r"(?:.*\()?([0-9][0-9AB][0-9]{3})\)?", re.IGNORECASE)
MOST_NAMED = 4


def find_commune(typed: str, communes: Mapping[str, str]) -> str:
    """The INSEE code of what is typed, among the communes known here by code; raises Invalid on the field `commune`."""
    coded = _CODE.fullmatch(typed.strip())
    if coded:
        return coded.group(1).upper()
    wanted = letters_of(typed)
    beginning = {insee: label for insee, label in communes.items() if wanted and letters_of(label).startswith(wanted)}
    found = {insee: label for insee, label in beginning.items() if letters_of(label) == wanted} or beginning
    if len(found) == 1:
        return next(iter(found))
    raise _unclear(typed, [choice(insee, communes) for insee in found])


def choice(insee: str, communes: Mapping[str, str]) -> str:
    """A commune as it is proposed: with its code when another has the same name."""
    label = communes[insee]
    twins = sum(letters_of(other) == letters_of(label) for other in communes.values())
    return f"{label} ({insee})" if twins > 1 else label


def choices(communes: Mapping[str, str]) -> list[str]:
    """All communes as they are proposed, in the order of the alphabet."""
    names = [letters_of(label) for label in communes.values()]
    twins = {name for name in names if names.count(name) > 1} if len(set(names)) < len(names) else set()
    shown = [f"{label} ({insee})" if letters_of(label) in twins else label for insee, label in communes.items()]
    return sorted(shown, key=letters_of)


def _unclear(typed: str, found: list[str]) -> Invalid:
    if not found:
        message = f"Aucune entreprise du registre n’est à « {typed} ». Vérifiez le nom, ou tapez le code INSEE."
    else:
        more = "…" if len(found) > MOST_NAMED else ""
        message = f"Plusieurs communes : {', '.join(sorted(found)[:MOST_NAMED])}{more}. Précisez laquelle."
    return Invalid(message, code="commune", fields={"commune": message})
