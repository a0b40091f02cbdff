"""From the bytes of an uploaded file to rows of text: CSV of any usual encoding and separator, or the first sheet of XLSX."""

from __future__ import annotations

import codecs
import csv
import hashlib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple
from zipfile import BadZipFile, ZipFile

from shared.errors import Invalid

Rows = Iterator[list[str]]
PIECE = 1 << 20
SEPARATORS = ";,\t|"
ENCODINGS = ("utf-8", "cp1252", "latin-1")
"""Tried in this order; the last one reads any byte."""
UTF8_MARK, UTF16_MARKS = codecs.BOM_UTF8, (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
ZIP_MARK, OLD_EXCEL_MARK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
LARGEST_SHEET = 200_000_000
"""Bytes of a sheet once decompressed: the reader holds it whole in memory."""
NO_TABLE = "Ce fichier n’est ni un CSV ni un classeur .xlsx."
UNREADABLE_SHEET = "Ce classeur est illisible : enregistrez-le de nouveau au format .xlsx, ou en CSV."


class Spooled(NamedTuple):
    """A file on this machine's disk, with what one look at its bytes has told."""

    path: Path
    sha256: str
    encoding: str
    """Empty for a workbook."""

    @property
    def is_workbook(self) -> bool:
        return not self.encoding

    @property
    def suffix(self) -> str:
        return ".xlsx" if self.is_workbook else ".csv"


def spool(stream: BinaryIO, path: Path) -> Spooled:
    """Copies a stream to `path` piece by piece, and finds what it is; raises Invalid for what is no table."""
    digest, encodings, first = hashlib.sha256(), _Encodings(), b""
    with path.open("wb") as copy:
        while piece := stream.read(PIECE):
            first = first or piece[:4]
            copy.write(piece)
            digest.update(piece)
            encodings.look(piece)
    return Spooled(path, digest.hexdigest(), _encoding(first, encodings))


class _Encodings:
    """The encodings in which all the bytes so far make sense."""

    def __init__(self) -> None:
        self._decoders = {name: codecs.getincrementaldecoder(name)() for name in ENCODINGS}
        self.binary = False

    def look(self, piece: bytes) -> None:
        self.binary = self.binary or b"\0" in piece
        for name in list(self._decoders):
            try:
                self._decoders[name].decode(piece)
            except UnicodeDecodeError:
                del self._decoders[name]

    @property
    def best(self) -> str:
        return next(iter(self._decoders))


def _encoding(first: bytes, encodings: _Encodings) -> str:
    if first == ZIP_MARK:
        return ""
    if first == OLD_EXCEL_MARK:
        raise Invalid("Ce fichier est dans un ancien format d’Excel : enregistrez-le au format .xlsx, ou en CSV.")
    if first.startswith(UTF16_MARKS):
        return "utf-16"
    if encodings.binary:
        raise Invalid(NO_TABLE)
    return "utf-8-sig" if first.startswith(UTF8_MARK) else encodings.best


class CsvTable:
    """The rows of a CSV file, its header first; the separator is the one that cuts the header most."""

    def __init__(self, file: Spooled) -> None:
        self._file = file
        self.encoding = file.encoding
        try:
            self.separator = max(SEPARATORS, key=self._cuts)
        except (csv.Error, UnicodeError):
            raise Invalid(NO_TABLE) from None

    def rows(self) -> Rows:
        """Every row with the header; raises Invalid where quotes are not closed, or letters are not of the encoding."""
        with self._open() as stream:
            reader = csv.reader(stream, delimiter=self.separator)
            try:
                yield from reader
            except (csv.Error, UnicodeError):
                raise Invalid(
                    f"Le fichier est illisible après la ligne {reader.line_num} : "
                    "un guillemet y est peut-être ouvert sans être fermé."
                ) from None

    def _cuts(self, separator: str) -> int:
        with self._open() as stream:
            return max((len(row) for row in csv.reader([stream.readline(PIECE)], delimiter=separator)), default=0)

    def _open(self) -> Any:
        return self._file.path.open(encoding=self.encoding, newline="")


class XlsxTable:
    """The rows of a workbook's first sheet, as people see them: dates in ISO 8601, whole numbers without decimals."""

    def __init__(self, file: Spooled) -> None:
        self._path = file.path
        _refuse_large(file.path)

    def rows(self) -> Rows:
        """Every row with the header; raises Invalid for what is no workbook."""
        # Loaded late: only a workbook needs it, and no page reads one.
        from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415

        try:
            sheet = CalamineWorkbook.from_path(self._path).get_sheet_by_index(0)
        except (CalamineError, IndexError):
            raise Invalid(UNREADABLE_SHEET) from None
        for row in sheet.iter_rows():
            yield [_shown(cell) for cell in row]


Table = CsvTable | XlsxTable


def open_table(file: Spooled) -> Table:
    """The table in a file; raises Invalid for a ZIP that is no workbook."""
    return XlsxTable(file) if file.is_workbook else CsvTable(file)


def _refuse_large(path: Path) -> None:
    try:
        with ZipFile(path) as archive:
            sheets = [entry for entry in archive.infolist() if entry.filename.startswith("xl/")]
    except BadZipFile:
        raise Invalid(UNREADABLE_SHEET) from None
    if not sheets:
        raise Invalid("Cette archive n’est pas un classeur .xlsx : décompressez-la, puis importez le fichier CSV.")
    if sum(entry.file_size for entry in sheets) > LARGEST_SHEET:
        raise Invalid("Ce classeur est trop grand : enregistrez-le en CSV, puis importez le CSV.")


def _shown(cell: Any) -> str:
    match cell:
        case str():
            return cell
        case bool():
            return "oui" if cell else "non"
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime():
            return cell.date().isoformat()
        case date():
            return cell.isoformat()
    return "" if cell is None else str(cell)
