"""The alphabet of text messages (GSM 03.38): one letter outside it costs more than half of the room.

A text of the alphabet has 160 septets, or 153 in each part of a longer one; any other text 70 and 67 characters.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("^{}\\[~]|€")
"""Letters of two septets, never split between two parts."""
_ALPHABET = _BASIC | _EXTENSION

_ALIKE = {
    **dict.fromkeys("’‘‚‛´`‹›′", "'"),
    **dict.fromkeys("“”„«»″", '"'),
    **dict.fromkeys("–—―‐‑‒−•⁃", "-"),
    **dict.fromkeys("·‧∙", "."),
    "…": "...",
    "œ": "oe",
    "Œ": "OE",
    "⁄": "/",
    "×": "x",
    "÷": "/",
    "°": "o",
    "µ": "u",
    "ł": "l",
    "Ł": "L",
    "đ": "d",
    "Đ": "D",
    "ı": "i",
}
_GUILLEMETS = re.compile(r"«\s*|\s*»")
"""In French they keep a space inside; straight quotes do not."""

ONE_PART = 160
ONE_OF_PARTS = 153
_SHORTEST = 12


@lru_cache(maxsize=512)
def transliterated(text: str) -> str:
    """The text in the alphabet: accents that it lacks are dropped, marks replaced, unprintable characters removed."""
    whole = unicodedata.normalize("NFC", _GUILLEMETS.sub('"', text))
    return "".join(map(_letter, whole))


def segments(text: str) -> int:
    """How many messages the carrier bills; raises ValueError for a letter outside the alphabet."""
    if not _ALPHABET.issuperset(text):
        raise ValueError("a letter outside the alphabet")
    doubles = sum(map(text.count, _EXTENSION))
    if len(text) + doubles <= ONE_PART:
        return 1
    return _parts(text) if doubles else -(-len(text) // ONE_OF_PARTS)


def fitted(pattern: str, words: dict[str, str], shrinkable: tuple[str, ...], limit: int) -> str:
    """The pattern filled in and transliterated, its `shrinkable` words cut in that order until it has `limit` segments.

    Raises ValueError when it has more even so.
    """
    room = {name: transliterated(word) for name, word in words.items()}
    for name in ("", *shrinkable):
        text = _filled(pattern, room)
        while (parts := segments(text)) > limit and len(room.get(name, "")) > _SHORTEST:
            room[name] = _shorter(room[name])
            text = _filled(pattern, room)
        if parts <= limit:
            return text
    raise ValueError("the text is too long for a message")


def _shorter(word: str) -> str:
    """An address leads nowhere once it is cut: it is left out whole."""
    return "" if word.startswith("https://") else word.removesuffix("...")[:-4].rstrip() + "..."


def _filled(pattern: str, words: dict[str, str]) -> str:
    return " ".join(transliterated(pattern).format_map(words).split())


def _letter(letter: str) -> str:
    if letter in _BASIC or letter in _EXTENSION:
        return letter
    if letter in _ALIKE:
        return _ALIKE[letter]
    if letter.isspace():
        return " "
    plain = unicodedata.normalize("NFKD", letter)
    kept = "".join(_ALIKE.get(part, part) for part in plain if part in _BASIC or part in _ALIKE)
    return kept or ("" if unicodedata.category(letter).startswith(("C", "M")) else "?")


def _parts(text: str) -> int:
    """Of a long text with letters of two septets."""
    parts, room = 1, ONE_OF_PARTS
    for letter in text:
        size = 2 if letter in _EXTENSION else 1
        if size > room:
            parts, room = parts + 1, ONE_OF_PARTS
        room -= size
    return parts
