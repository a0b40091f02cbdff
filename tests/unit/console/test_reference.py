"""`vigie reference`: what is read, what is said and what is put in use."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from console.main import main
from console.reference_shelf import FolderObjects
from services.matching.reference.communes import load_communes
from services.matching.reference.dispositifs.dispositif import load_dispositifs, shipped_dispositifs
from services.matching.reference.naf import load_naf
from services.matching.reference.shelf import Shelf
from services.matching.reference.shipped import FOLDER, naf
from services.matching.reference.tables import load
from shared.errors import NotFound, Unavailable
from tests.unit.matching.reference.published import written

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `vigie reference …`: its code, what it printed and what it complained about."""

    def run(*arguments: str | Path) -> tuple[int, str, str]:
        code = main(["reference", *map(str, arguments)])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


def shelf(folder: Path) -> Shelf:
    return Shelf(FolderObjects(folder))


def test_a_release_is_loaded_and_told(run: Run, tmp_path: Path) -> None:
    """Fiches, items, passerelles, version; then its tables are in use."""
    code, said, _ = run("load", written(tmp_path / "rome"), "--to", tmp_path / "out")
    assert code == 0
    assert "4\u00a0fiches, dont 1 réglementées" in said
    assert "4\u00a0savoirs et savoir-faire" in said
    assert "3\u00a0passerelles officielles, depuis 2\u00a0fiches" in said
    version = shelf(tmp_path / "out").version("rome")
    assert version
    assert f"En service : version {version}" in said
    assert load(shelf(tmp_path / "out").content("rome")).version == version


def test_loading_again_changes_nothing(run: Run, tmp_path: Path) -> None:
    """It says so."""
    rome, out = written(tmp_path / "rome"), tmp_path / "out"
    run("load", rome, "--to", out)
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    code, said, _ = run("load", rome, "--to", out)
    assert code == 0
    assert "Déjà en service" in said
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*")} == before


def test_reading_only_writes_nowhere(run: Run, tmp_path: Path) -> None:
    """With --dry-run no place is needed."""
    code, said, _ = run("load", written(tmp_path / "rome"), "--dry-run")
    assert code == 0
    assert "Rien n’a été écrit" in said


def test_a_place_is_needed_to_write(run: Run, tmp_path: Path) -> None:
    """And the refusal says which ones there are."""
    code, _, complaint = run("load", written(tmp_path / "rome"))
    assert code == 1
    assert "--to" in complaint


def test_a_wrong_release_leaves_what_is_in_use(run: Run, tmp_path: Path) -> None:
    """In French, with the file and the line; nothing is half-written."""
    out = tmp_path / "out"
    run("load", written(tmp_path / "rome"), "--to", out)
    before = sorted(out.rglob("*"))
    wrong = {"unix_rubrique_mobilite_v460_utf8.csv": "code_rome,code_rome_cible,numero_ordre\nX,B1604,1\n"}
    code, _, complaint = run("load", written(tmp_path / "rome", wrong), "--to", out)
    assert code == 1
    assert "ligne 2 : « X » n’est pas un code du ROME" in complaint
    assert sorted(out.rglob("*")) == before


def test_communes_activities_and_dispositifs_are_loaded(run: Run, tmp_path: Path) -> None:
    """Each is in use afterwards, as it was read."""
    assert run("communes", FOLDER / "communes.csv", "--to", tmp_path)[0] == 0
    assert run("naf", FOLDER / "naf.csv", "--to", tmp_path)[0] == 0
    code, said, _ = run("dispositifs", "--to", tmp_path)
    assert code == 0
    assert "à vérifier : " in said
    assert load_communes(shelf(tmp_path).content("communes")).find("90010") is not None
    assert load_naf(shelf(tmp_path).content("naf")) == naf()
    assert load_dispositifs(shelf(tmp_path).content("dispositifs")) == shipped_dispositifs()


def test_communes_are_placed_by_another_file(run: Run, tmp_path: Path) -> None:
    """Coordinates have another source than names."""
    bare = tmp_path / "bare.csv"
    bare.write_text("code;nom;population\n90010;Belfort;45912\n", encoding="utf-8")
    code, said, _ = run("communes", bare, "--coordinates", FOLDER / "communes.csv", "--to", tmp_path)
    assert code == 0
    assert "1\u00a0commune, dont 1 avec des coordonnées" in said


def test_declared_passerelles_are_checked_against_the_metiers_in_use(run: Run, tmp_path: Path) -> None:
    """Before there are any, only the shape of the codes is, and it says so."""
    declared = ("passerelles", FOLDER / "passerelles.csv", "--territory", "belfort", "--to", tmp_path / "out")
    code, said, _ = run(*declared)
    assert code == 0
    assert "Codes non vérifiés" in said
    assert shelf(tmp_path / "out").version("passerelles/belfort")
    run("load", written(tmp_path / "rome"), "--to", tmp_path / "out")
    code, _, complaint = run(*declared)
    assert code == 1
    assert "H2906 n’est pas dans le référentiel" in complaint


def test_a_territory_is_named_as_machines_do(run: Run) -> None:
    """Its name becomes part of a path."""
    code, _, complaint = run("passerelles", FOLDER / "passerelles.csv", "--territory", "../x", "--dry-run")
    assert code == 1
    assert "n’est pas le nom technique" in complaint


def test_eligibility_is_answered_with_its_sources_and_its_questions(run: Run) -> None:
    """Yes, no or what to ask, at a date."""
    code, said, _ = run("eligible", "--on", "31/12/2025", "status=employee", "agrees=oui")
    assert code == 0
    assert "oui Conseil en évolution professionnelle" in said
    assert "non Période de reconversion externe : n’existe que depuis le 01/01/2026" in said
    assert "promising : Le métier visé est-il" in said
    assert run("eligible", "--on", "31/12/2025", "age=40")[2].startswith("« age » n’est pas un fait connu")


def test_a_file_that_is_not_there_is_said_in_french(run: Run, tmp_path: Path) -> None:
    """For each command that reads one."""
    for command in ("load", "naf", "communes", "dispositifs"):
        code, _, complaint = run(command, tmp_path / "nowhere", "--dry-run")
        assert code == 1
        assert "nowhere" in complaint


def test_a_folder_keeps_objects(tmp_path: Path) -> None:
    """Whole or not at all; what cannot be written is said."""
    objects = FolderObjects(tmp_path)
    objects.put("a/b.json", b"1", "application/json")
    assert objects.get("a/b.json") == b"1"
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b.json"]
    with pytest.raises(NotFound):
        objects.get("a/c.json")
    with pytest.raises(Unavailable):
        objects.put("a/b.json/c", b"2", "application/json")
