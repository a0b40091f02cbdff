"""What people type, cleaned of what cannot be seen."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated

from pydantic import Strict

Whole = Annotated[int, Strict()]
"""A whole number that is sent as one: by itself pydantic would read `true` as 1, and `"3"` as 3."""

_SPACES = re.compile(r"\s+")
_GAPS = re.compile(r"\n{3,}")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_JOINERS = frozenset("\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}")


def clean(value: object) -> object:
    """A text on one line, in NFC, without control characters; anything else is left to the type's own check."""
    if not isinstance(value, str):
        return value
    spaced = _SPACES.sub(" ", unicodedata.normalize("NFC", value))
    return "".join(filter(_is_visible, spaced)).strip()


def clean_or_none(value: object) -> object:
    """The same, with nothing left read as nothing said."""
    return None if (cleaned := clean(value)) == "" else cleaned


def clean_prose(value: object) -> object:
    """A text of several lines: each of them clean, no two empty ones in a row, nothing left read as nothing said."""
    if not isinstance(value, str):
        return value
    lines = "\n".join(str(clean(line)) for line in value.splitlines())
    return _GAPS.sub("\n\n", lines).strip() or None


def _is_visible(letter: str) -> bool:
    return letter in _JOINERS or unicodedata.category(letter) not in _INVISIBLE
