"""`vigie enterprises import`, with the machines in memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.enterprises import FileImport, operator, refuse_unsendable
from console.main import main
from shared.address_book import Territory
from shared.errors import Invalid
from shared.ids import new_id
from tests.unit.visits.importing.workshop import HERE, SIRETS, Workshop, official, table


@pytest.fixture
def imports(workshop: Workshop) -> FileImport:
    """The command, whose pauses let the machines work."""
    return FileImport(workshop.commands, operator(Territory(id=HERE, name="Aire urbaine")), new_id, workshop.drain)


def test_a_file_is_imported_from_a_terminal(
    imports: FileImport, workshop: Workshop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same pipeline as the pages, then the report, and exit code 0."""
    file = tmp_path / "sirene.csv"
    file.write_bytes(table([official(), official(siret="7.3E+13")]))

    assert imports.run(file, dry_run=False) == 0

    told = capsys.readouterr()
    assert "Nouvelles                                    1" in told.out
    assert "ligne 3, siret, refusée : SIRET transformé en nombre" in told.out
    assert "Application en cours" in told.err
    assert set(workshop.enterprises()) == {SIRETS[0]}


def test_a_dry_run_leaves_nothing_behind(imports: FileImport, workshop: Workshop, tmp_path: Path) -> None:
    """The register is not changed, and no import waits for a decision that nobody will take."""
    file = tmp_path / "sirene.csv"
    file.write_bytes(table([official()]))

    assert imports.run(file, dry_run=True) == 0

    assert workshop.enterprises() == {}
    assert [subject.state for subject in workshop.store.latest(HERE, 10).imports] == ["abandoned"]


def test_a_refused_file_is_a_failure(imports: FileImport, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1, with the columns that are missing."""
    file = tmp_path / "other.csv"
    file.write_text("Nom;Truc\nx;y\n", encoding="utf-8")

    assert imports.run(file, dry_run=False) == 1
    assert "Colonne absente : « Commune »" in capsys.readouterr().out


def test_only_a_file_that_can_be_sent_is_tried(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong path or an empty file is told before anything is asked of the environment."""
    (tmp_path / "empty.csv").touch()

    with pytest.raises(Invalid, match="vide"):
        refuse_unsendable(tmp_path / "empty.csv")
    assert main(["--local", "enterprises", "import", str(tmp_path / "none.csv"), "--territory", HERE]) == 1
    assert capsys.readouterr().err
