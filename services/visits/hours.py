"""The hour of an appointment as people type it: `14 h 30`, `14:30`, `9h`."""

from __future__ import annotations

import re

from shared.errors import Invalid

_HOUR = re.compile(r"([01]?\d|2[0-3])\s*(?:[h:.]\s*([0-5]\d)?)", re.IGNORECASE)


def read_hour(text: str) -> str | None:
    """The hour as `14:30`, None when nothing is typed; raises Invalid."""
    typed = text.strip()
    if not typed:
        return None
    found = _HOUR.fullmatch(typed)
    if found is None:
        raise Invalid("Indiquez une heure comme 14 h 30 ou 9 h.")
    return f"{int(found[1]):02}:{found[2] or '00'}"


def french_hour(hour: str | None) -> str:
    """`14 h 30` for `14:30`, with spaces that do not break; nothing for nothing."""
    if not hour:
        return ""
    hours, _, minutes = hour.partition(":")
    return f"{int(hours)}\N{NO-BREAK SPACE}h" + (f"\N{NO-BREAK SPACE}{minutes}" if minutes != "00" else "")
