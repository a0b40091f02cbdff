"""Reads the rows of a file and checks them: half a million in a few seconds, the sound ones without a second look."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from operator import getitem, itemgetter
from typing import Literal, NamedTuple

from services.visits.importing.cells import Repaired, Unusual, Value, Wrong
from services.visits.importing.layouts import Column, Layout, layout_of
from shared.errors import Invalid
from shared.formulas import unguarded

UNDISCLOSED = "[ND]"
"""What stands in SIRENE for what its owner keeps off the public register."""
FIRST_LINE = 2
"""The line of a spreadsheet under its header; blank lines count too, so that people find theirs."""
MOST_REMEMBERED = 50_000
"""Values of one column kept to recognise them again; a column with more is no list of communes or activities."""

Values = list[Value]


class Note(NamedTuple):
    """What is told of one cell: refused with its remedy, or repaired."""

    kind: Literal["error", "repair"]
    line: int
    column: str
    value: str
    rule: str
    remedy: str


class Seen(dict[str, Value]):
    """The values of a column's cells, each read once: half a million rows have few communes, activities or sizes.

    Where each row has its own value only the empty cell is remembered.
    """

    def __init__(self, column: Column) -> None:
        super().__init__()
        self._read, self._filled = column.read, column.filled
        self._most = 0 if column.varied else MOST_REMEMBERED
        if not column.filled:
            self[""] = None

    def __missing__(self, text: str) -> Value:
        trimmed = unguarded(text.strip())
        value = self._read(trimmed) if trimmed and trimmed != UNDISCLOSED else self._empty()
        if len(self) < self._most:
            self[text] = value
        return value

    def _empty(self) -> Value:
        if self._filled:
            raise Wrong("cellule vide", "Remplissez cette cellule : elle est obligatoire.")
        return None


@dataclass
class Tally:
    """How many rows there were of each sort."""

    rows: int = 0
    accepted: int = 0
    blank: int = 0
    rejected: int = 0
    outside: int = 0
    """Rows of SIRENE for communes that are not the territory's."""
    repaired: int = 0
    """Cells put right, in rows that were accepted."""
    without_siret: int = 0
    """Accepted rows without a SIRET, of which `referenced` have the structure's own key."""
    referenced: int = 0


@dataclass
class Reading:
    """One pass over a file's rows. `tell` hears of each cell refused or repaired, `tally` counts."""

    layout: Layout
    communes: frozenset[str]
    tell: Callable[[Note], None]
    tally: Tally = field(default_factory=Tally)

    def __post_init__(self) -> None:
        layout = self.layout
        self._width = len(layout.header)
        self._pick: Callable[[list[str]], tuple[str, ...]] = itemgetter(*layout.positions)
        self._columns = list(map(Seen, layout.columns))
        self._siret, self._insee = layout.at("siret"), layout.at("insee")
        self._postcode, self._reference = layout.at("postcode"), layout.at("reference")
        self._bounded = layout.kind == "sirene" and bool(self.communes)
        self._departments = {code[:2] for code in self.communes}
        self._first_lines: dict[object, int] = {}

    def accepted(self, rows: Iterable[list[str]], first_line: int = FIRST_LINE) -> Iterator[Values]:
        """The line and the values of each row that is sound, new to this file and in the territory."""
        tally = self.tally
        for line, cells in enumerate(rows, first_line):
            tally.rows += 1
            values = self._plain(cells) or self._explained(line, cells)
            if values and self._is_kept(line, values):
                tally.accepted += 1
                yield [line, *values]

    def _plain(self, cells: list[str]) -> Values | None:
        """The values of a row in which nothing is unusual."""
        if len(cells) != self._width:
            return None
        try:
            return list(map(getitem, self._columns, self._pick(cells)))
        except Unusual:
            return None

    def _explained(self, line: int, cells: list[str]) -> Values | None:
        """The values of an unusual row, all that is wrong in it told; None when it is left out."""
        if not any(cell.strip() for cell in cells):
            self.tally.blank += 1
            return None
        values, notes = self._second_look(line, cells)
        if self._is_outside(values):
            self.tally.outside += 1
            return None
        wrong = any(note.kind == "error" for note in notes)
        for note in notes:
            if note.kind == "error" or not wrong:
                self.tell(note)
        self.tally.rejected += wrong
        self.tally.repaired += 0 if wrong else len(notes)
        return None if wrong else values

    def _second_look(self, line: int, cells: list[str]) -> tuple[Values, list[Note]]:
        values: Values = []
        notes = self._strays(line, cells)
        padded = [*cells, *[""] * (self._width - len(cells))]
        for place, text in enumerate(self._pick(padded)):
            value: Value = None
            try:
                value = self._columns[place][text]
            except Repaired as repaired:
                value = repaired.value
                notes.append(Note("repair", line, self.layout.title(place), text, repaired.rule, str(value)))
            except Wrong as wrong:
                notes.append(Note("error", line, self.layout.title(place), text, wrong.rule, wrong.remedy))
            values.append(value)
        return values, [self._doubted(note, values) for note in notes]

    def _strays(self, line: int, cells: list[str]) -> list[Note]:
        """What stands beyond the last column: usually a separator typed inside a cell."""
        stray = "".join(cells[self._width :]).strip()
        remedy = "Entourez de guillemets la cellule qui contient le séparateur, ou retirez-le."
        return [Note("error", line, "", stray, "plus de cellules que de colonnes", remedy)] if stray else []

    def _doubted(self, note: Note, values: Values) -> Note:
        """A postcode's lost zero is certain in the commune's department, or the territory's: elsewhere it may be Swiss."""
        if note.kind == "error" or self._postcode is None or note.column != self.layout.title(self._postcode):
            return note
        insee = values[self._insee] if self._insee is not None else None
        expected = {insee[:2]} if isinstance(insee, str) else self._departments
        if not expected or note.remedy[:2] in expected:
            return note
        rule = "quatre chiffres, qui ne font pas un code postal du département attendu"
        remedy = "Écrivez ses cinq chiffres, ou videz la cellule si l’adresse est à l’étranger."
        return note._replace(kind="error", rule=rule, remedy=remedy)

    def _is_outside(self, values: Values) -> bool:
        insee = values[self._insee] if self._bounded and self._insee is not None else None
        return insee is not None and insee not in self.communes

    def _is_kept(self, line: int, values: Values) -> bool:
        if self._bounded and self._is_outside(values):
            self.tally.outside += 1
            return False
        siret = values[self._siret] if self._siret is not None else None
        return self._is_first(line, self._siret, siret) if siret else self._is_own(line, values)

    def _is_own(self, line: int, values: Values) -> bool:
        """Whether to keep a row without a SIRET: always, but for a key of the structure that stands twice."""
        reference = values[self._reference] if self._reference is not None else None
        if reference and not self._is_first(line, self._reference, reference):
            return False
        self.tally.without_siret += 1
        self.tally.referenced += reference is not None
        return True

    def _is_first(self, line: int, place: int | None, key: Value) -> bool:
        first = self._first_lines.setdefault((key, place) if place != self._siret else key, line)
        if first == line or place is None:
            return True
        rule, remedy = f"déjà à la ligne {first}", "Gardez une seule des deux lignes."
        self.tell(Note("error", line, self.layout.title(place), str(key), rule, remedy))
        self.tally.rejected += 1
        return False


def headed(rows: Iterator[list[str]]) -> tuple[Layout, int]:
    """The layout that a file's first row with words tells, and the line under it; raises Invalid."""
    for line, row in enumerate(rows, 1):
        if any(cell.strip() for cell in row):
            return layout_of(row), line + 1
    raise Invalid("Le fichier est vide : sa première ligne doit porter le nom des colonnes.")
