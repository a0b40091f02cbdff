"""What people type stays text: in cells that a spreadsheet opens, in calendars, in the pages of everybody else."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from pathlib import Path
from zipfile import ZipFile

import pytest
from xlsxwriter import Workbook

from services.visits.importing.files import Spooled, open_table, spool
from services.visits.importing.reading import Note
from services.visits.importing.reports import ReportWriter, annotate
from shared.objects import attachment
from tests.attack.alerted_town import AlertedTown
from tests.attack.forms import HANDLER, SCRIPT
from tests.attack.front import SERVICES, Front
from tests.attack.town import HERE, ROLES, Town

FORMULAS = (
    *(
        "=1+1",
        "=cmd|' /C calc'!A0",
        "+33612345678",
        "-2+3",
        "@SUM(A1:A9)",
        "\t=1",
        "\r=1",
        " =1+1",
        "\u00a0=1",
        "\ufeff=1",
    ),
    *("＝1+1", "＋1", "－1", "＠SUM(A1)", '=HYPERLINK("http://evil.example";"ici")', "=1;=2", '";=1', "'=1", "\n=1"),
)
EXPORTS = {"visits/importing/reports.py"}
"""The files of the services that write tables for spreadsheets, all attacked here."""
READ_BY_MACHINES = {"visits/importing/objects.py", "matching/reference/shelf.py", "matching/inferring/shapes.py"}
"""Those whose tables only Vigie reads back, or that hold nothing that anybody typed."""


def live(cells: list[str]) -> list[str]:
    """The cells that some spreadsheet would run: this check knows nothing of how they are guarded."""
    bare = [unicodedata.normalize("NFKC", cell).strip().strip("\ufeff\u200b\0").strip() for cell in cells]
    return [cell for cell in bare if cell.startswith(("=", "+", "-", "@"))]


def read(content: bytes, separator: str) -> list[str]:
    """Every cell of a CSV file."""
    text = content.decode("utf-8-sig")
    return [cell for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) for cell in row]


def test_no_cell_of_the_report_is_a_formula(tmp_path: Path) -> None:
    """In each of its columns that repeats the file; and every cell is quoted."""
    with ReportWriter(tmp_path / "report.csv") as report:
        for text in FORMULAS:
            report.tell(Note("error", 2, text, text, text, text))
    content = (tmp_path / "report.csv").read_bytes()
    assert live(read(content, ";")) == []
    assert all(line.startswith(b'"') for line in content.removeprefix(b"\xef\xbb\xbf").split(b"\r\n") if line)


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_no_cell_of_a_file_that_comes_back_is_a_formula(tmp_path: Path, separator: str) -> None:
    """What one person sent is opened by another: header, cells and added column alike."""
    source = tmp_path / "own.csv"
    with source.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter=separator).writerows([["Nom", "=Commune"], *[[text, text] for text in FORMULAS]])
    annotate(open_table(_spooled(source, tmp_path)), _report(tmp_path), tmp_path / "back.csv")
    assert live(read((tmp_path / "back.csv").read_bytes(), separator)) == []


def test_a_workbook_that_comes_back_has_no_formula(tmp_path: Path) -> None:
    """Its cells are texts, whatever they begin with."""
    with Workbook(str(tmp_path / "own.xlsx")) as workbook:
        sheet = workbook.add_worksheet()
        for number, text in enumerate(("Nom", *FORMULAS)):
            sheet.write_string(number, 0, text)
    annotate(open_table(_spooled(tmp_path / "own.xlsx", tmp_path)), _report(tmp_path), tmp_path / "back.xlsx")
    with ZipFile(tmp_path / "back.xlsx") as archive:
        sheets = [archive.read(name).decode() for name in archive.namelist() if "worksheets" in name]
    assert sheets
    assert not [sheet for sheet in sheets if "<f>" in sheet or "<f " in sheet or "<hyperlink" in sheet]


def test_every_export_is_attacked_here() -> None:
    """A new writer of tables has to be added above."""
    writers = re.compile(r"csv\.(writer|DictWriter)|xlsxwriter|openpyxl|text/csv")
    found = {
        str(path.relative_to(SERVICES)) for path in SERVICES.rglob("*.py") if writers.search(path.read_text("utf-8"))
    }
    assert found - READ_BY_MACHINES == EXPORTS


def _spooled(source: Path, folder: Path) -> Spooled:
    with source.open("rb") as stream:
        return spool(stream, folder / "spooled")


def _report(folder: Path) -> Path:
    with ReportWriter(folder / "report.csv") as report:
        for line in range(2, len(FORMULAS) + 2):
            report.tell(Note("error", line, "=Nom", "=1", "=règle", "=remède"))
    return folder / "report.csv"


def test_what_is_kept_never_comes_back_as_markup(noon: None, soak: bool) -> None:
    """In every name and every text of a territory; seen on every page by those who read most, and with `--soak` by others."""
    roles = ROLES if soak else ("coordinator",)
    front = Front()
    town = AlertedTown(front, HERE, f"{SCRIPT}{HANDLER}{{{{7*7}}}}")
    for route in front.routes():
        if route.method == "GET" and not route.bearer and route.function != "sign_in":
            for role in roles:
                answer = front.ask("GET", town.address(route.path), who=town.who(role))
                is_page = "html" in str(answer.headers.get("Content-Type"))
                text = answer.text if is_page else ""
                assert answer.status < 500, (str(route), role, answer.crash)
                assert not [mark for mark in ("<script>boom", "<img src=x", "boom()>49") if mark in text], str(route)


def test_a_calendar_has_no_property_that_was_typed(noon: None) -> None:
    """A name of several lines stays one value."""
    front = Front()
    town = Town(front, HERE)
    forged = {
        "name": "Lion\r\nATTENDEE:mailto:x@evil.example",
        "commune": "Delle\nURL:http://evil.example",
        "siret": None,
    }
    planned = {"enterprise": forged, "planned_on": "2026-12-01"}
    made = front.call("POST", "/api/v1/visits/plan", planned, who=town.who("capteur"), key="a-forged-name")
    assert made.status == 201, made.text
    feed = front.ask("GET", town.address("/calendrier/<territory_id>/<file>"))
    assert feed.status == 200
    assert "Lion" in feed.text
    assert not [line for line in feed.text.split("\r\n") if line.startswith(("ATTENDEE", "URL:http://evil"))]


@pytest.mark.parametrize("name", ['a"b', "a\r\nSet-Cookie: x=y", "é\u202etxt.exe", "../../x", "a;b=c", "\0", "%0d%0a"])
def test_a_file_name_cannot_split_a_header(name: str) -> None:
    """What is saved under a typed name is announced in one line of plain letters."""
    said = attachment(name)
    assert said.isascii()
    assert said.isprintable()
    assert said.count('"') == 2
