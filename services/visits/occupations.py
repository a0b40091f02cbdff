"""The ROME reference: official codes and titles of métiers, searched as people type them."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path

from shared.errors import Invalid

SHIPPED = Path(__file__).parent / "occupations.csv"
CODE = re.compile(r"[A-N]\d{4}")
_CODE_LIKE = re.compile(r"[A-N]\d{1,4}")
_WORDS = re.compile(r"[a-z0-9]+")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})
_SUGGESTED = 3
_ALIKE = 0.6


@dataclass(frozen=True)
class Occupation:
    """A métier of the ROME."""

    code: str
    title: str


class Occupations:
    """A release of the reference, in memory."""

    def __init__(self, occupations: Iterable[Occupation]) -> None:
        self._by_code = {occupation.code: occupation for occupation in occupations}

    def __len__(self) -> int:
        return len(self._by_code)

    def get(self, code: str) -> Occupation | None:
        """The métier with this code, in either case."""
        return self._by_code.get(code.strip().upper())

    def search(self, text: str, limit: int = 12) -> list[Occupation]:
        """The métiers whose code begins so, or whose title has a word beginning with each word typed."""
        words = folded(text)
        if not words:
            return []
        found = [known for known in self._by_code.values() if _matches(known, self._words[known.code], words)]
        return sorted(found, key=lambda known: _rank(self._words[known.code], words))[:limit]

    def require(self, code: str) -> Occupation:
        """The métier with exactly this code; raises Invalid with the nearest ones."""
        known = self._by_code.get(code)
        if known is None:
            raise Invalid(_unknown(code, self.nearest(code)))
        return known

    def find(self, text: str) -> Occupation:
        """The métier that a code or a whole title names; raises Invalid with the nearest ones otherwise.

        The only title with a word in it is not chosen for the person: a short reference would mislead them.
        """
        known = self.get(text) or self._by_form.get(_key(text))
        if known is None:
            raise Invalid(_unknown(text, self.nearest(text)))
        return known

    def nearest(self, text: str) -> list[Occupation]:
        """A few métiers that look like what was typed: the same family of codes, or alike titles."""
        return self.search(text, _SUGGESTED) or self._alike_codes(text) or self._alike_titles(text)

    def propose(self, text: str) -> list[Occupation]:
        """What to choose from: what was found, else what looks like it."""
        return self.search(text) or self.nearest(text)

    def _alike_codes(self, text: str) -> list[Occupation]:
        code = _CODE_LIKE.match(text.strip().upper())
        alike = get_close_matches(code.group(), self._by_code, _SUGGESTED, _ALIKE) if code else []
        return [self._by_code[known] for known in alike]

    def _alike_titles(self, text: str) -> list[Occupation]:
        alike = get_close_matches(_key(text), self._by_form, _SUGGESTED, _ALIKE)
        return list(dict.fromkeys(self._by_form[form] for form in alike))

    @cached_property
    def _words(self) -> dict[str, list[str]]:
        return {known.code: folded(known.title) for known in self._by_code.values()}

    @cached_property
    def _by_form(self) -> dict[str, Occupation]:
        return {form: known for known in self._by_code.values() for form in _forms(known.title)}


def shipped() -> Occupations:
    """The small reference that comes with the product, until the official release is loaded."""
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return Occupations(Occupation(row["code"], row["title"]) for row in rows)


def folded(text: str) -> list[str]:
    """The words of a text without accents, case, ligatures and punctuation."""
    plain = unicodedata.normalize("NFD", text.casefold().translate(_LIGATURES))
    return _WORDS.findall("".join(letter for letter in plain if not unicodedata.combining(letter)))


def _key(text: str) -> str:
    return " ".join(folded(text))


def _forms(title: str) -> set[str]:
    """How a title is said, with both genders or one: what follows the second one belongs to both."""
    left, _, right = (folded(part) for part in title.partition(" / "))
    masculine = [*left, *right[len(left) :]]
    return {" ".join(form) for form in (folded(title), masculine, right) if form}


def _matches(known: Occupation, title: Sequence[str], words: Sequence[str]) -> bool:
    if len(words) == 1 and known.code.casefold().startswith(words[0]):
        return True
    return all(any(part.startswith(word) for part in title) for word in words)


def _rank(title: Sequence[str], words: Sequence[str]) -> tuple[bool, int, Sequence[str]]:
    """Titles that begin with what was typed first, then the shortest."""
    return not title[0].startswith(words[0]), len(title), title


def _unknown(text: str, nearest: Sequence[Occupation]) -> str:
    start = f"« {text.strip()[:60]} » n’est pas un métier du ROME."
    if not nearest:
        return f"{start} Tapez un code comme H2913, ou un mot de l’intitulé."
    return f"{start} Les plus proches : {', '.join(f'{known.code} {known.title}' for known in nearest)}."
