"""The `vigie` command: what it finds, what it refuses, what it leaves on the terminal."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from console.environment import confirmed
from console.generating import settle, write
from console.main import main, parser
from shared.errors import Invalid
from tests.unit.directory.territory_examples import FILE, changed

Output = pytest.CaptureFixture[str]
ROOT = Path(__file__).resolve().parents[3]


def quoted(page: str) -> list[str]:
    """The `vigie` commands of a page, within its lines and on lines of their own."""
    return sorted(set(re.findall(r"`(vigie [^`]+)`", " ".join(page.split()))))


@pytest.fixture(autouse=True)
def region(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command sets a region where there is none; here there is one, so that nothing stays behind."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-3")


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A deployed `dev` with an empty directory; the example's file is at the path."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    path = tmp_path / "territory.yaml"
    path.write_text(FILE, encoding="utf-8")
    with mock_aws():
        keys = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")]
        schema = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]
        boto3.client("dynamodb").create_table(
            TableName="vigie-dev-directory-address-book",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=keys,
            KeySchema=schema,
        )
        kms = boto3.client("kms")
        kms.create_alias(AliasName="alias/vigie-dev", TargetKeyId=kms.create_key()["KeyMetadata"]["KeyId"])
        yield path


def _apply(path: Path, *options: str) -> int:
    return main(["--stage", "dev", "directory", "apply", str(path), *options])


def test_every_subcommand_is_found_and_explained() -> None:
    """A module of the package that registers is a command: nothing lists them by hand."""
    told = parser().format_help()
    commands = ("alerts", "deliveries", "directory", "events", "openapi", "redrive", "restore", "rome")
    assert all(name in told for name in commands)


@pytest.mark.parametrize("command", quoted((ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")))
def test_every_command_of_the_runbook_is_one(command: str) -> None:
    """What an operator copies at night is understood."""
    assert parser().parse_args(shlex.split(re.sub(r"<[^>]*>", "x", command))[1:]).run


def test_a_command_that_acts_must_be_told_where(capsys: Output) -> None:
    """No default environment: production is never hit by omission."""
    assert main(["directory", "show", "val-de-test"]) == 1
    assert "--stage prod" in capsys.readouterr().err


def test_an_unknown_environment_is_refused(capsys: Output) -> None:
    """A misspelt stage reaches nothing."""
    assert main(["--stage", "production", "directory", "show", "x"]) == 1
    assert "dev, staging, prod" in capsys.readouterr().err


def test_the_local_system_must_be_running(capsys: Output, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without it the command says what to start."""
    monkeypatch.chdir(tmp_path)
    assert main(["--local", "directory", "show", "x"]) == 1
    assert "make run" in capsys.readouterr().err


def test_a_dry_run_shows_and_writes_nothing(stage: Path, capsys: Output) -> None:
    """The differences are told; the territory does not exist afterwards."""
    assert _apply(stage, "--dry-run") == 0
    assert "+ membre alix : Alix Essai" in capsys.readouterr().out
    assert main(["--stage", "dev", "directory", "show", "val-de-test"]) == 1


def test_secrets_are_shown_once_and_contacts_never(stage: Path, capsys: Output) -> None:
    """The first application shows the webhook's secret; nothing shows an address."""
    assert (_apply(stage, "--yes"), _apply(stage, "--yes")) == (0, 0)
    assert main(["--stage", "dev", "directory", "show", "val-de-test"]) == 0
    told = capsys.readouterr().out
    assert told.count("whsec_") == 1
    assert "Rien à changer" in told
    assert "alix@val.example" not in told
    assert "612345678" not in told


def test_a_change_is_told_field_by_field(stage: Path, capsys: Output) -> None:
    """Old and new value, an address masked even where the masks look alike."""
    _apply(stage, "--yes")
    stage.write_text(changed(("alix@val.", "alex@val."), ("Mission locale", "Mission")), encoding="utf-8")
    _apply(stage, "--dry-run")
    told = capsys.readouterr().out
    assert "email : a•••@v•••.example → a•••@v•••.example (une autre)" in told
    assert "name : Mission locale → Mission\n" in told


def test_a_refused_file_is_told_line_by_line(stage: Path, capsys: Output) -> None:
    """Exit code 1, the mistakes on the error output, no traceback."""
    stage.write_text(changed(("channel: sms", "channel: fax")), encoding="utf-8")
    assert _apply(stage, "--yes") == 1
    assert "ligne 31" in capsys.readouterr().err


def test_a_missing_file_is_said(stage: Path, capsys: Output) -> None:
    """A misspelt path is no traceback."""
    assert _apply(stage.with_name("none.yaml")) == 1
    assert "n’existe pas" in capsys.readouterr().err


def test_an_environment_that_is_not_there_is_said(stage: Path, capsys: Output) -> None:
    """AWS's own refusal, and what to check, with no traceback."""
    assert main(["--stage", "staging", "directory", "show", "val-de-test"]) == 1
    assert "identifiants AWS" in capsys.readouterr().err


def test_nobody_to_ask_means_no() -> None:
    """A script must say --yes: silence is not consent."""
    with pytest.raises(Invalid, match="--yes"):
        confirmed("Appliquer ?", already=False)


def test_a_generated_file_that_is_stale_is_a_red_check(tmp_path: Path, capsys: Output) -> None:
    """Missing or different: 1 with the remedy; 0 once written."""
    files = {tmp_path / "made" / "a.md": "nouveau"}
    assert settle(files, "events") == 1
    assert "vigie events --write" in capsys.readouterr().err
    write(files)
    assert settle(files, "events") == 0
