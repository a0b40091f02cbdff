"""Reads the fields of a form one at a time: what is wrong with one is noted beside it, and reading goes on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

from services.visits.findings import Findings
from services.visits.occupations import Occupation, Occupations
from services.visits.wording import LINE_LENGTH
from shared.errors import Invalid
from shared.typed import clean, clean_prose
from shared.web.forms import read_date

CHECKED = "oui"
DATE_PARTS = ("day", "month", "year")


@dataclass(frozen=True)
class Fields:
    """What was typed, and what is found wrong with it."""

    values: Mapping[str, str]
    findings: Findings

    def said(self, name: str) -> str:
        """What a field holds, as it came."""
        return self.values.get(name, "")

    def checked(self, name: str) -> bool:
        return self.said(name) == CHECKED

    def line(self, name: str, missing: str = "") -> str:
        """A short text; with a message for when it is missing, it is required."""
        text = str(clean(self.said(name)))
        if not text and missing:
            self.findings.add(name, missing)
        if len(text) > LINE_LENGTH:
            self.findings.add(name, f"Trop long : au plus {LINE_LENGTH} caractères.")
        return text

    def lines(self, name: str, most: int) -> tuple[str, ...]:
        """Short texts separated by commas, semicolons or new lines."""
        found = [str(clean(part)) for part in self.said(name).replace(";", ",").replace("\n", ",").split(",")]
        texts = tuple(dict.fromkeys(filter(None, found)))
        if len(texts) > most:
            self.findings.add(name, f"Au plus {most}, séparées par des virgules.")
        if any(len(text) > LINE_LENGTH for text in texts):
            self.findings.add(name, f"Trop long : au plus {LINE_LENGTH} caractères pour chacune.")
        return texts

    def prose(self, name: str, most: int) -> str | None:
        """A text of several lines, or None when nothing is said."""
        text = clean_prose(self.said(name))
        if text is None:
            return None
        if len(str(text)) > most:
            self.findings.add(name, f"Trop long : au plus {most} caractères, il y en a {len(str(text))}.")
        return str(text)

    def choice(self, name: str, options: Collection[str], missing: str) -> str:
        value = self.said(name)
        if value not in options:
            self.findings.add(name, missing)
        return value

    def number(self, name: str, most: int) -> int | None:
        text = self.said(name)
        if text.isascii() and text.isdecimal() and len(text) <= len(str(most)) and 1 <= int(text) <= most:
            return int(text)
        self.findings.add(name, f"Indiquez un nombre entre 1 et {most}.")
        return None

    def dated(self, name: str) -> bool:
        """Whether any part of a date was typed."""
        return any(self.said(f"{name}-{part}") for part in DATE_PARTS)

    def day(self, name: str, check: Callable[[date], None]) -> date | None:
        with self.findings.at(name):
            try:
                day = read_date(self.values, name)
            except Invalid as error:
                raise Invalid(error.fields[name]) from None
            check(day)
            return day
        return None

    def occupation(self, name: str, occupations: Occupations) -> Occupation | None:
        """The métier chosen among those proposed for what is typed now, else the one that is typed in full."""
        typed, chosen = self.said(name), self.said(f"{name}_code")
        with self.findings.at(name):
            if not typed:
                raise Invalid("Indiquez le métier : un code ROME ou un intitulé.")
            proposed = {known.code: known for known in occupations.propose(typed)}
            return proposed.get(chosen) or occupations.find(typed)
        return None


def date_fields(name: str, day: date | None) -> dict[str, str]:
    """The three fields that say a date again."""
    if day is None:
        return {}
    return {f"{name}-{part}": str(getattr(day, part)) for part in DATE_PARTS}
