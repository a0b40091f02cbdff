"""From bytes to rows, whatever program wrote them."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest
from xlsxwriter import Workbook

from services.visits.importing.files import CsvTable, open_table, spool
from shared.errors import Invalid

ROWS = [["Nom", "Commune"], ["Forge de l’Étang", "Héricourt"], ["Blé, orge; foin|paille", 'Dit "le Bois"']]


def rows_of(content: bytes, folder: Path) -> list[list[str]]:
    """The rows of a file of these bytes."""
    return list(open_table(spool(io.BytesIO(content), folder / "file")).rows())


def written(separator: str, encoding: str) -> bytes:
    """The rows as a CSV that quotes everything."""
    doubled = [[cell.replace('"', '""') for cell in row] for row in ROWS]
    lines = [separator.join(f'"{cell}"' for cell in row) for row in doubled]
    return "\r\n".join([*lines, ""]).encode(encoding)


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_separator_and_encoding_are_found(separator: str, encoding: str, tmp_path: Path) -> None:
    """As Excel, LibreOffice, INSEE or a database write them."""
    assert rows_of(written(separator, encoding), tmp_path) == ROWS


def test_latin_1_reads_what_windows_cannot(tmp_path: Path) -> None:
    """The last resort reads any byte, so that no file is refused for its age."""
    content = b"Nom;Commune\nA\x81;B\xe9\n"

    assert rows_of(content, tmp_path)[1] == ["A\x81", "Bé"]


def test_an_accent_far_down_the_file_tells_its_encoding(tmp_path: Path) -> None:
    """The whole file is looked at, not its beginning."""
    content = b"Nom;Commune\n" + b"Forge;Belfort\n" * 100_000 + "Étang;Héricourt\n".encode("cp1252")

    assert rows_of(content, tmp_path)[-1] == ["Étang", "Héricourt"]


def test_the_bytes_of_a_file_have_a_fingerprint(tmp_path: Path) -> None:
    """The same file is recognised, under any name."""
    first, second = (spool(io.BytesIO(b"a;b\n1;2\n"), tmp_path / name) for name in ("one", "two"))

    assert first.sha256 == second.sha256
    assert isinstance(open_table(first), CsvTable)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "ancien format"),
        (b"%PDF-1.7\n\0\1\2", "ni un CSV"),
        (b"\xff\xfe\x00", "ni un CSV"),
        (b"x" * 200_000, "ni un CSV"),
        (b"PK\x03\x04broken", "illisible"),
        (b'Nom;Commune\n"Forge;Belfort\n' + b"Nom;Ville\n" * 20_000, "guillemet"),
    ],
)
def test_what_is_no_table_is_refused_in_french(content: bytes, words: str, tmp_path: Path) -> None:
    """The message says what to do instead."""
    with pytest.raises(Invalid, match=words):
        rows_of(content, tmp_path)


def test_an_archive_of_a_csv_is_to_be_unpacked(tmp_path: Path) -> None:
    """INSEE publishes ZIP files: a ZIP is not always a workbook."""
    content = io.BytesIO()
    with ZipFile(content, "w") as archive:
        archive.writestr("StockEtablissement_utf8.csv", "siret\n")

    with pytest.raises(Invalid, match="décompressez-la"):
        rows_of(content.getvalue(), tmp_path)


def test_a_workbook_is_read_as_people_see_it(tmp_path: Path) -> None:
    """Numbers without decimals, days without hours, blank rows kept so that lines can be found again."""
    content = io.BytesIO()
    with Workbook(content) as book:
        sheet = book.add_worksheet()
        sheet.write_row(1, 0, ["SIRET", "Effectif", "Création", "Actif"])
        sheet.write_row(3, 0, [73282932000074, 12.5])
        sheet.write_datetime(3, 2, date(2001, 3, 1), book.add_format({"num_format": "dd/mm/yyyy"}))
        sheet.write_boolean(3, 3, True)
        book.add_worksheet("autre").write(0, 0, "ignorée")

    rows = rows_of(content.getvalue(), tmp_path)

    assert rows[1] == ["SIRET", "Effectif", "Création", "Actif"]
    assert rows[3] == ["73282932000074", "12.5", "2001-03-01", "oui"]
    assert not any([*rows[0], *rows[2]])
