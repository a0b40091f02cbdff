"""Reads the CSV files that people write: columns by their French names, every wrong line told at once."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, NamedTuple, TypeVar

from shared.errors import Invalid

T = TypeVar("T")
Cells = Mapping[str, str]
_SEPARATORS = ";,\t"
_ENCODINGS = ("utf-8-sig", "cp1252", "latin-1")
_DATES = ("%Y-%m-%d", "%d/%m/%Y")
_TOLD = 10
"""Wrong lines that a message tells; all of them are in its fields."""


class Refusal(NamedTuple):
    """A line that was not taken, and why; the header is line 1."""

    line: int
    message: str


@dataclass(frozen=True)
class Read(Generic[T]):
    """What a file gave."""

    name: str
    rows: tuple[T, ...]
    refusals: tuple[Refusal, ...]

    def whole(self) -> tuple[T, ...]:
        """All rows; raises Invalid when a line was refused."""
        if self.refusals:
            told = "\n".join(f"  ligne {line} : {message}" for line, message in self.refusals[:_TOLD])
            more = f"\n  et {len(self.refusals) - _TOLD} autres" if len(self.refusals) > _TOLD else ""
            raise Invalid(
                f"{self.name} : rien n’a été pris, {len(self.refusals)} ligne(s) à corriger.\n{told}{more}",
                fields={f"ligne {line}": message for line, message in self.refusals},
            )
        return self.rows


def read_lines(
    content: bytes, name: str, columns: Sequence[str], parse: Callable[[Cells], T], optional: Sequence[str] = ()
) -> Read[T]:
    """Each line through `parse`, which raises Invalid for a wrong one; raises Invalid when a column is missing.

    Lines that begin with `#` and empty ones are passed over; columns are found without case, accents nor order; an
    optional one that is absent is "" in each line.
    """
    rows, refusals = [], []
    absent = dict.fromkeys(optional, "")
    for line, cells in _cells(content, name, columns, optional):
        try:
            rows.append(parse({**absent, **_complete(cells)}))
        except Invalid as refused:
            refusals.append(Refusal(line, refused.message))
    return Read(name, tuple(rows), tuple(refusals))


def _cells(
    content: bytes, name: str, columns: Sequence[str], optional: Sequence[str]
) -> Iterator[tuple[int, dict[str, str | None] | None]]:
    """Each line's number and cells: one is None when the line ends before it, all are when there are too many."""
    lines = list(io.StringIO(decoded(content), newline=""))
    start = next((number for number, line in enumerate(lines) if line.strip() and line[0] != "#"), len(lines))
    header = lines[start] if start < len(lines) else ""
    reader = csv.reader(lines[start:], delimiter=max(_SEPARATORS, key=header.count), strict=True)
    try:
        places = _places([folded(field) for field in next(reader, [])], name, columns, optional)
        for row in reader:
            if any(map(str.strip, row)) and not row[0].startswith("#"):
                yield start + reader.line_num, _placed(row, places)
    except csv.Error as error:
        raise Invalid(f"{name}, ligne {start + reader.line_num} : guillemets ou séparateurs illisibles.") from error


def _places(header: list[str], name: str, columns: Sequence[str], optional: Sequence[str]) -> dict[str | None, int]:
    """Where each column stands; None for how many there are."""
    missing = [column for column in columns if folded(column) not in header]
    if missing:
        raise Invalid(f"{name} : colonne absente, {', '.join(missing)}. Attendues : {', '.join(columns)}.")
    here = [column for column in (*columns, *optional) if folded(column) in header]
    return {**{column: header.index(folded(column)) for column in here}, None: len(header)}


def _placed(row: list[str], places: dict[str | None, int]) -> dict[str, str | None] | None:
    if len(row) > places[None]:
        return None
    return {name: row[place].strip() if place < len(row) else None for name, place in places.items() if name}


def _complete(cells: dict[str, str | None] | None) -> dict[str, str]:
    if cells is None:
        raise Invalid("trop de cases : un texte qui contient le séparateur se met entre guillemets")
    full = {name: cell for name, cell in cells.items() if cell is not None}
    if len(full) < len(cells):
        raise Invalid("il manque des cases")
    return full


def decoded(content: bytes) -> str:
    """As UTF-8 if it can be, else as Windows writes French; the last encoding reads any byte."""
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise AssertionError("latin-1 reads any byte")


def folded(name: str) -> str:
    """A column's name without case, accents nor underscores."""
    plain = unicodedata.normalize("NFD", name.casefold().replace("_", " "))
    return " ".join("".join(letter for letter in plain if not unicodedata.combining(letter)).split())


def day(text: str, column: str) -> date:
    """A date as 2026-01-31 or 31/01/2026; raises Invalid."""
    for shape in _DATES:
        try:
            return datetime.strptime(text, shape).date()  # noqa: DTZ007 - a day, not a moment
        except ValueError:
            continue
    raise Invalid(f"{column} : « {text[:20]} » n’est pas une date, écrivez 31/01/2026")


def whole(text: str, column: str, least: int, most: int) -> int:
    """A whole number within bounds; raises Invalid."""
    plain = re.sub(r"\s", "", text)
    if not re.fullmatch(r"-?[0-9]+", plain) or not least <= int(plain) <= most:
        raise Invalid(f"{column} : « {text[:20]} » n’est pas un nombre entier de {least} à {most}")
    return int(plain)


def needed(text: str, column: str, longest: int = 200) -> str:
    """A text that must be there and not go on for ever; raises Invalid."""
    if not text:
        raise Invalid(f"{column} : à remplir")
    if len(text) > longest:
        raise Invalid(f"{column} : {longest} caractères au plus")
    return text
