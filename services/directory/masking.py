"""Shows that a contact detail changed without showing it: `c•••@m•••.fr`."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

CONTACT_FIELDS = frozenset({"email", "phone", "address"})
SHOWN_DIGITS = 2
NOTHING = "∅"


def masked(name: str, value: object) -> str:
    """A field's value as an operator's terminal and its history may keep it."""
    if value is None or value in ("", ()):
        return NOTHING
    if name in CONTACT_FIELDS:
        return masked_contact(str(value))
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, tuple):
        return ", ".join(map(_spelled, value))
    return str(value)


def _spelled(part: object) -> str:
    """An entry of a list; the days of an absence, or a calendar and its day, side by side."""
    parts = part.values() if isinstance(part, dict) else part
    return " – ".join(map(str, parts)) if isinstance(parts, Iterable) and not isinstance(parts, str) else str(part)


def masked_contact(text: str) -> str:
    """An e-mail address, a phone number or a webhook's address, recognisable by who knows it."""
    if text.startswith(("http://", "https://")):
        target = urlsplit(text)
        return f"{target.scheme}://{target.netloc}/•••"
    if "@" in text:
        local, _, domain = text.rpartition("@")
        first, _, suffix = domain.rpartition(".")
        return f"{local[:1]}•••@{first[:1]}•••.{suffix}"
    return f"•••{text[-SHOWN_DIGITS:]}"
