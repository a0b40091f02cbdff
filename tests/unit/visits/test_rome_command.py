"""`vigie rome load`, as far as it goes without an environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.main import main

RELEASE = '"code_rome","libelle_rome"\n"H2902","Chaudronnier / Chaudronnière"\n'


def test_a_dry_run_reads_and_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The folder is checked before anything is written."""
    (tmp_path / "unix_referentiel_code_rome_v460_utf8.csv").write_text(RELEASE, encoding="utf-8")

    assert main(["rome", "load", str(tmp_path), "--dry-run"]) == 0
    assert "1 métiers lus" in capsys.readouterr().out


def test_a_folder_without_the_release_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1 and where to find it."""
    assert main(["rome", "load", str(tmp_path)]) == 1
    assert "data.gouv.fr" in capsys.readouterr().err
