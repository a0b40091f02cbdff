"""`vigie inbound`: a secret is shown once and kept sealed; a list shows none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from moto import mock_aws

from console.inbound import system_lines
from console.main import main
from services.alerts.inbound.system import System
from services.alerts.webhooks.sealed_keys import SealedKey
from services.alerts.webhooks.signatures import key_of

TERRITORY = "val-de-test"
Output = pytest.CaptureFixture[str]


@pytest.fixture
def _stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A deployed `dev` with one territory."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-3")
    with mock_aws():
        for table in ("directory-address-book", "alerts-ledger"):
            boto3.client("dynamodb").create_table(
                TableName=f"vigie-dev-{table}",
                BillingMode="PAY_PER_REQUEST",
                AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
                KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            )
        item = {"pk": f"T#{TERRITORY}", "sk": "TERRITORY", "id": TERRITORY, "name": "Val de Test"}
        boto3.resource("dynamodb").Table("vigie-dev-directory-address-book").put_item(Item=item)
        kms = boto3.client("kms")
        kms.create_alias(AliasName="alias/vigie-dev", TargetKeyId=kms.create_key()["KeyMetadata"]["KeyId"])
        yield


def vigie(*arguments: str) -> int:
    """One command on the territory."""
    return main(["--stage", "dev", "inbound", *arguments, "--territory", TERRITORY])


def secret_in(text: str) -> str:
    """The secret that a command has shown."""
    return str(re.findall(r"whsec_\S+", text)[0])


@pytest.mark.usefixtures("_stage")
def test_a_system_is_created_with_its_address_and_its_secret(capsys: Output) -> None:
    """Both are shown; the table holds the sealed form only."""
    assert vigie("create", "agence", "--name", "Logiciel de l’agence") == 0
    told = capsys.readouterr().out
    assert f"https://dev.vigie.example/webhooks/{TERRITORY}/agence" in told
    assert len(key_of(secret_in(told))) == 32
    items = boto3.client("dynamodb").scan(TableName="vigie-dev-alerts-ledger")["Items"]
    assert [item["sk"]["S"] for item in items] == ["INBOUND#agence"]
    assert secret_in(told) not in str(items)
    assert vigie("create", "agence", "--name", "Logiciel") == 1
    assert "existe déjà" in capsys.readouterr().err


def test_a_list_shows_keys_and_their_end_but_no_secret() -> None:
    """What an operator needs to know before and after a rotation."""
    now = datetime(2026, 6, 2, 8, 0, tzinfo=UTC)
    old = SealedKey(id="k-1", sealed="c2VjcmV0", created_at=now, expires_at=now + timedelta(hours=24))
    new = SealedKey(id="k-2", sealed="YXV0cmU=", created_at=now)
    system = System(territory_id=TERRITORY, id="agence", name="Logiciel", keys=(old, new), created_at=now)
    shown = list(system_lines([system, system.model_copy(update={"keys": ()})], now))
    assert [line.replace("\N{NO-BREAK SPACE}", " ") for line in shown] == [
        "agence : Logiciel, 2 clés valables",
        "  k-1 depuis le mardi 2 juin 2026 à 10 h 00, jusqu’au mercredi 3 juin 2026 à 10 h 00",
        "  k-2 depuis le mardi 2 juin 2026 à 10 h 00",
        "agence : Logiciel, révoqué",
    ]


def test_an_overlap_has_bounds(capsys: Output) -> None:
    """Neither in the past nor for ever: exit code 1 and a sentence, nothing written."""
    assert vigie("rotate", "agence", "--overlap", "-1") == 1
    assert "recouvrement" in capsys.readouterr().err
