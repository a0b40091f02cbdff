"""What people type: on one line, in NFC, without what cannot be seen."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator

from shared.errors import Invalid
from shared.web.forms import Form

LONGEST_NOTE = 1000
"""Characters of the words that say how something was done."""
_SPACES = re.compile(r"\s+")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Control and format characters, among them those that reverse the reading; and halves of characters."""


def line(text: str) -> str:
    """The text as it can be shown, kept and sent."""
    spaced = _SPACES.sub(" ", unicodedata.normalize("NFC", text))
    return "".join(letter for letter in spaced if unicodedata.category(letter) not in _UNSEEN).strip()


def _line_if_text(value: object) -> object:
    return line(value) if isinstance(value, str) else value


Line = Annotated[str, BeforeValidator(_line_if_text)]
"""A text that is cleaned before its length is checked."""


def form_again(fields: Mapping[str, str], refusal: Invalid) -> Form:
    """The form with what was typed and the messages beside it; a key that was spent for another content is replaced."""
    spent = refusal.code.startswith("cle-idempotence")
    kept = {name: value for name, value in fields.items() if not (spent and name == "idempotency_key")}
    errors = {name.strip("/"): message for name, message in refusal.fields.items()}
    return Form(kept, errors, refusal.message)
