"""`vigie silences`: an address that bounced is written to again once somebody has mended it; a wish is never overruled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import boto3
import pytest
from moto import mock_aws

from console.main import main
from console.silences import FREE, SES_TOO
from services.alerts.deliveries.silences import Cause, Silences, silence_reason
from shared.aws import DynamoTable

ADDRESS, TERRITORY = "a@b.example", "val-de-test"
Output = pytest.CaptureFixture[str]


@pytest.fixture
def silences(monkeypatch: pytest.MonkeyPatch) -> Iterator[Silences]:
    """Those of a deployed `dev`."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-3")
    with mock_aws():
        client = boto3.client("dynamodb")
        client.create_table(
            TableName="vigie-dev-alerts-ledger",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        )
        yield Silences(DynamoTable(client, "vigie-dev-alerts-ledger"))


def vigie(command: str) -> int:
    """One command on the address."""
    return main(["--stage", "dev", "silences", command, ADDRESS, "--territory", TERRITORY])


@pytest.mark.parametrize("cause", ["bounced", "complained"])
def test_an_address_is_written_to_again(silences: Silences, cause: Cause, capsys: Output) -> None:
    """The reason is shown first; what SES keeps on its own side is said."""
    silences.silence(TERRITORY, "email", ADDRESS, cause, datetime(2026, 11, 26, tzinfo=UTC))
    assert vigie("show") == 0
    assert silence_reason(cause) in capsys.readouterr().out
    assert vigie("lift") == 0
    assert capsys.readouterr().out == f"{FREE}\n{SES_TOO}\n"
    assert silences.cause(TERRITORY, "email", ADDRESS) is None


def test_a_wish_is_not_overruled(silences: Silences, capsys: Output) -> None:
    """Whoever asked for no more offers says when they want them again."""
    silences.silence(TERRITORY, "email", ADDRESS, "opted_out", datetime(2026, 11, 26, tzinfo=UTC))
    assert vigie("lift") == 1
    assert "lui seul" in capsys.readouterr().err
    assert silences.cause(TERRITORY, "email", ADDRESS) == "opted_out"
