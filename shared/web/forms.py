"""From a posted form to plain values, and from an error back to the fields that caused it."""

from __future__ import annotations

import base64
import binascii
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from shared.errors import Forbidden, Invalid, TooLarge, VigieError
from shared.web.sizes import LONGEST_BODY

MOST_FIELDS = 200
URLENCODED = "application/x-www-form-urlencoded"
EARLIEST_YEAR = 1900
LATEST_YEAR = 2200


@dataclass(frozen=True)
class Form:
    """What was typed, and what is wrong with it: the first argument of every field macro."""

    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    message: str = ""
    """What is wrong with the whole, above the list of fields."""

    @classmethod
    def from_error(cls, values: Mapping[str, str], error: VigieError) -> Form:
        """The same form again, with the error's messages beside the fields."""
        return cls(values, error.fields, error.message)

    @property
    def refused(self) -> bool:
        """Whether there is anything to put right."""
        return bool(self.errors or self.message)

    def value(self, name: str) -> str:
        """What was typed in a field, or nothing."""
        return self.values.get(name, "")

    def error(self, name: str) -> str:
        """What is wrong with a field, or nothing."""
        return self.errors.get(name, "")


def read_form(event: Mapping[str, Any]) -> dict[str, str]:
    """The fields of an urlencoded body of an HTTP API v2 event: trimmed, in NFC, lines ended by a line feed.

    Raises TooLarge over 64 kB, Invalid on any other type, broken encoding, a control character or a repeated name.
    """
    content_type = str((event.get("headers") or {}).get("content-type", "")).partition(";")[0].strip().lower()
    if content_type != URLENCODED:
        raise _unreadable()
    pairs = _pairs(_raw_body(event))
    fields = {name: _tidy(value) for name, value in pairs}
    if len(fields) != len(pairs):
        raise _unreadable()
    return fields


def _raw_body(event: Mapping[str, Any]) -> bytes:
    body = str(event.get("body") or "")
    if len(body) > LONGEST_BODY * 2:
        raise _too_large()
    try:
        raw = base64.b64decode(body, validate=True) if event.get("isBase64Encoded") else body.encode()
    except (binascii.Error, ValueError) as error:
        raise _unreadable() from error
    if len(raw) > LONGEST_BODY:
        raise _too_large()
    return raw


def _pairs(raw: bytes) -> list[tuple[str, str]]:
    try:
        text = raw.decode()
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise _unreadable() from error


def _tidy(value: str) -> str:
    text = unicodedata.normalize("NFC", value).replace("\r\n", "\n").strip()
    if any(unicodedata.category(letter) == "Cc" and letter not in "\n\t" for letter in text):
        raise _unreadable()
    return text


def _unreadable() -> Invalid:
    return Invalid("Le formulaire reçu est illisible. Rechargez la page et recommencez.", code="formulaire-illisible")


def _too_large() -> TooLarge:
    return TooLarge("Le formulaire dépasse 64 ko. Raccourcissez les textes et recommencez.")


def read_date(fields: Mapping[str, str], name: str) -> date:
    """The date of the three fields `<name>-day`, `<name>-month`, `<name>-year`; raises Invalid on `<name>`."""
    parts = [fields.get(f"{name}-{part}", "") for part in ("year", "month", "day")]
    try:
        year, month, day = (int(part) for part in parts if part.isdecimal() and part.isascii())
        made = date(year, month, day)
    except (ValueError, OverflowError) as error:
        raise _not_a_date(name) from error
    if not EARLIEST_YEAR <= made.year <= LATEST_YEAR:
        raise _not_a_date(name)
    return made


def _not_a_date(name: str) -> Invalid:
    message = "Indiquez un jour, un mois et une année qui existent, par exemple 27 11 2026."
    return Invalid("Une date est à corriger.", fields={name: message})


def refuse_cross_site(headers: Mapping[str, str], public_url: str) -> None:
    """Raises Forbidden when a browser says that the form was posted from another site.

    A second lock behind the SameSite cookie; a client that sends neither header is no browser and has no cookie.
    """
    if not _from_here(headers, public_url):
        raise Forbidden("Ce formulaire vient d’un autre site. Ouvrez la page dans Vigie et recommencez.")


def _from_here(headers: Mapping[str, str], public_url: str) -> bool:
    fetched_from = headers.get("sec-fetch-site")
    if fetched_from is not None:
        return fetched_from in {"same-origin", "none"}
    site = urlsplit(public_url)
    return headers.get("origin") in {None, f"{site.scheme}://{site.netloc}"}
