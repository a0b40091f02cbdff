"""What is given back of a file: a report for Excel, and the file itself with a column of errors."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from services.visits.importing.reading import Note
from services.visits.importing.reports import FIRST_NOTES, MOST_ERRORS, ReportWriter
from shared.errors import Invalid
from shared.formulas import guarded
from tests.unit.visits.importing.workshop import HERE, Workshop

OWN = "Nom;Commune;SIRET\r\nForge;Héricourt;\r\n\r\n=cmd|x;;12\r\nScierie;Delle;7.3E+13\r\n"


def given_back(workshop: Workshop, name: str) -> bytes:
    """An object of the one import."""
    return next(content for key, (content, _) in workshop.bucket.objects.items() if key.endswith(name))


def test_the_report_opens_in_excel(workshop: Workshop) -> None:
    """Mark of UTF-8, semicolons, CRLF; one line for each cell refused."""
    workshop.check(OWN.encode("cp1252"))
    report = given_back(workshop, "report.csv")

    assert report.startswith(b'\xef\xbb\xbf"Ligne";"Colonne";"Valeur";"R\xc3\xa8gle";"Rem\xc3\xa8de";"Nature"\r\n')
    rows = list(csv.reader(io.StringIO(report.decode("utf-8-sig")), delimiter=";"))
    assert [row[:3] for row in rows[1:]] == [["4", "SIRET", "12"], ["4", "Commune", ""], ["5", "SIRET", "7.3E+13"]]
    assert all(row[5] == "refusée" for row in rows[1:])


@pytest.mark.parametrize("text", ["=1+1", "+33 6", "-1", "@x", "\tx", "\rx", " =1", "＝1", "\ufeff@x"])
def test_no_cell_of_the_report_is_a_formula(text: str, tmp_path: Path) -> None:
    """A value that somebody typed is shown, never run."""
    with ReportWriter(tmp_path / "r.csv") as report:
        report.tell(Note("error", 2, "NAF", text, "rule", "remedy"))

    row = list(csv.reader((tmp_path / "r.csv").open(encoding="utf-8-sig", newline=""), delimiter=";"))[1]
    assert row[2] == guarded(text) == f"'{text}"


def test_the_page_gets_the_first_notes_only(tmp_path: Path) -> None:
    """A file of half a million wrong rows is told in the report, not in memory."""
    with ReportWriter(tmp_path / "r.csv") as report:
        for line in range(2, 3 * FIRST_NOTES):
            report.tell(Note("error", line, "NAF", "x" * 1000, "rule", "remedy"))

    assert len(report.first) == FIRST_NOTES
    assert len(report.first[0].value) == 200


def test_a_csv_comes_back_as_it_was_with_a_column_more(workshop: Workshop) -> None:
    """Its separator, its encoding and its cells, but for what would run: to be corrected and imported again."""
    workshop.check(OWN.encode("cp1252"))
    lines = given_back(workshop, "annotated.csv").decode("cp1252").split("\r\n")

    assert lines[0] == "Nom;Commune;SIRET;erreur"
    assert lines[1] == "Forge;Héricourt;;"
    assert lines[3].startswith("'=cmd|x;;12;SIRET : un SIRET a 14 chiffres, celui-ci en a 2. ")
    assert " / Commune : cellule vide. Remplissez" in lines[3]
    assert "SIRET transformé en nombre" in lines[4]


def test_the_corrected_file_is_accepted(workshop: Workshop) -> None:
    """The added column is left aside when the file comes back."""
    workshop.check(OWN.encode("cp1252"))
    corrected = (
        given_back(workshop, "annotated.csv").decode("cp1252").replace("7.3E+13", "").replace("'=cmd|x;;12", ";;")
    )

    checked = workshop.check(corrected.encode("cp1252"))

    assert checked.found == {"new": 2}
    assert checked.file is not None
    assert "erreur" in checked.file.ignored


def test_a_workbook_comes_back_as_a_workbook(workshop: Workshop) -> None:
    """Its texts stay texts: neither a formula nor a link is made of them."""
    content = io.BytesIO()
    with Workbook(content, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Nom", "Commune", "SIRET"])
        sheet.write_row(1, 0, ["=1+1", "", "https://example.org"])
    checked = workshop.check(content.getvalue())

    assert checked.file is not None
    assert checked.file.annotated == ".xlsx"
    back = CalamineWorkbook.from_filelike(io.BytesIO(given_back(workshop, "annotated.xlsx")))
    rows = back.get_sheet_by_index(0).to_python()
    assert rows[0] == ["Nom", "Commune", "SIRET", "erreur"]
    assert rows[1][:3] == ["=1+1", "", "https://example.org"]
    assert "cellule vide" in str(rows[1][3])


def test_a_file_without_errors_has_nothing_to_give_back(workshop: Workshop) -> None:
    """No copy is kept for nothing."""
    checked = workshop.check("Nom;Commune\nForge;Héricourt\n".encode())

    assert checked.file is not None
    assert checked.file.annotated == ""
    assert all(key.startswith(f"{HERE}/{checked.id}/") for key in workshop.bucket.objects)
    assert not any("annotated" in key for key in workshop.bucket.objects)


def test_a_hopeless_file_is_refused_with_an_example(tmp_path: Path) -> None:
    """Half a million errors are one error: the wrong file, or the wrong column."""
    note = Note("error", 2, "SIRET", "1", "un SIRET a 14 chiffres, celui-ci en a 1", "remedy")
    with ReportWriter(tmp_path / "r.csv") as report:
        for _ in range(MOST_ERRORS):
            report.tell(note)
        with pytest.raises(Invalid, match="ligne 2, colonne « SIRET »"):
            report.tell(note)
