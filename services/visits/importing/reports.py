"""What is given back of a file: the list of what was refused and repaired, and the file itself with a column « erreur »."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from types import TracebackType

from services.visits.importing.files import CsvTable, Rows, Table
from services.visits.importing.reading import Note
from shared.errors import Invalid
from shared.formulas import guarded

COLUMNS = ("Ligne", "Colonne", "Valeur", "Règle", "Remède", "Nature")
KINDS = {"error": "refusée", "repair": "réparée"}
ERRORS = "erreur"
"""The header of the column that is added to the file."""
FIRST_NOTES = 50
LONGEST_VALUE = 200
MOST_ERRORS = 50_000
"""Cells refused, after which the file is: nobody reads such a report, and a machine's disk would fill with it."""


class ReportWriter:
    """Writes the report as French Excel opens it (mark of UTF-8, semicolons, CRLF) while a file is being read."""

    def __init__(self, path: Path) -> None:
        self._stream = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._stream, delimiter=";", lineterminator="\r\n", quoting=csv.QUOTE_ALL)
        self._writer.writerow(COLUMNS)
        self.first: list[Note] = []
        """The first notes, which the page shows."""
        self._errors = 0

    def tell(self, note: Note) -> None:
        """Adds a line to the report; raises Invalid when there are too many errors for a file worth correcting."""
        self._errors += note.kind == "error"
        if self._errors > MOST_ERRORS:
            raise _hopeless(self.first)
        short = note._replace(value=note.value[:LONGEST_VALUE])
        if len(self.first) < FIRST_NOTES:
            self.first.append(short)
        told = (short.column, short.value, short.rule, short.remedy, KINDS[short.kind])
        self._writer.writerow([short.line, *map(guarded, told)])

    def __enter__(self) -> ReportWriter:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._stream.close()


def _hopeless(first: Sequence[Note]) -> Invalid:
    error = next((note for note in first if note.kind == "error"), None)
    example = f" Par exemple, ligne {error.line}, colonne « {error.column} » : {error.rule}." if error else ""
    return Invalid(f"Plus de {MOST_ERRORS:,} cellules sont refusées.".replace(",", "\u202f") + example)


def annotate(table: Table, report: Path, target: Path) -> None:
    """Writes the rows of a table as they are, with one column more that says what is wrong with each.

    A CSV keeps its separator and encoding, so that it can be corrected and imported again; what a spreadsheet would run in
    it is guarded, which the import takes away again.
    """
    rows = _with_errors(table.rows(), _errors(report))
    if isinstance(table, CsvTable):
        _write_csv(rows, target, table)
    else:
        _write_xlsx(rows, target)


def _errors(report: Path) -> Iterator[tuple[int, str]]:
    """Each line refused, with all that is wrong in it, in the order of the file."""
    with report.open(encoding="utf-8-sig", newline="") as stream:
        told = csv.reader(stream, delimiter=";")
        refused = (row for row in told if row[-1] == KINDS["error"])
        for line, group in groupby(refused, key=lambda row: int(row[0])):
            yield line, " / ".join(_sentence(row) for row in group)


def _sentence(row: Sequence[str]) -> str:
    _, column, _, rule, remedy, _ = row
    return f"{column} : {rule}. {remedy}" if column else f"{rule}. {remedy}"


def _with_errors(rows: Rows, errors: Iterator[tuple[int, str]]) -> Rows:
    """The rows, each as wide as the header, with the added cell."""
    refused, width = next(errors, None), 0
    for line, row in enumerate(rows, 1):
        first = not width and any(cell.strip() for cell in row)
        width = width or (len(row) if first else 0)
        told = ERRORS if first else ""
        if refused and refused[0] == line:
            told, refused = refused[1], next(errors, None)
        yield [*row, *[""] * (width - len(row)), told]


def _write_csv(rows: Rows, target: Path, table: CsvTable) -> None:
    with target.open("w", encoding=table.encoding, errors="replace", newline="") as stream:
        writer = csv.writer(stream, delimiter=table.separator, lineterminator="\r\n")
        writer.writerows([*map(guarded, row)] for row in rows)


def _write_xlsx(rows: Rows, target: Path) -> None:
    # Loaded late: only a workbook with errors needs it.
    from xlsxwriter import Workbook  # noqa: PLC0415

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with Workbook(str(target), options) as workbook:
        sheet = workbook.add_worksheet("Import")
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if cell:
                    sheet.write_string(number, place, cell)
