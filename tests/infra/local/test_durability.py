"""What AWS acknowledged is still there after a kill -9."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import BotoCoreError, ClientError

from infra.local.durability import StateTaken, Store, wipe
from infra.local.system import LocalSystem
from shared.aws.buckets import S3Bucket
from tests.infra.local.browser_form import BUCKET, form_for, post

SERVE = """
import sys, threading
from pathlib import Path
from infra.local.system import LocalSystem
system = LocalSystem(Path(sys.argv[1]), Path(sys.argv[2]))
print(system.aws_endpoint, flush=True)
threading.Event().wait()
"""
ROOT = Path(__file__).parents[3]


def test_every_acknowledged_write_survives_a_kill(assembly: Path, tmp_path: Path) -> None:
    """The system is killed while four clients write: nothing that was answered is missing, nothing else changed."""
    command = [sys.executable, "-c", SERVE, str(assembly), str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        endpoint = process.stdout.readline().strip()
        acknowledged: list[str] = []
        enough = threading.Event()
        writers = [threading.Thread(target=_write, args=(endpoint, n, acknowledged, enough)) for n in range(4)]
        for writer in writers:
            writer.start()
        assert enough.wait(60)
        os.kill(process.pid, signal.SIGKILL)
        for writer in writers:
            writer.join()
    with LocalSystem(assembly, tmp_path) as system:
        pages = (
            system.client("dynamodb")
            .get_paginator("query")
            .paginate(
                TableName="things",
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues={":pk": {"S": "KEPT"}},
            )
        )
        found = {item["sk"]["S"]: item["twin"]["S"] for page in pages for item in page["Items"]}
    assert len(acknowledged) >= 100
    assert set(acknowledged) <= set(found)
    assert all(twin in found for twin in found.values()), "half a transaction was kept"


def _write(endpoint: str, writer: int, acknowledged: list[str], enough: threading.Event) -> None:
    """Writes pairs in transactions until the endpoint is gone."""
    items = boto3.session.Session().client(
        "dynamodb",
        endpoint_url=endpoint,
        region_name="eu-west-3",
        aws_access_key_id="AKIAWRITER0000000000",
        aws_secret_access_key="x",
    )
    for number in range(100_000):
        names = [f"{writer}-{number}-{side}" for side in ("left", "right")]
        try:
            items.transact_write_items(TransactItems=[_put(*names), _put(*reversed(names))])
        except (BotoCoreError, ClientError):
            return
        acknowledged.extend(names)
        if len(acknowledged) >= 100:
            enough.set()


def _put(name: str, twin: str) -> dict[str, Any]:
    return {"Put": {"TableName": "things", "Item": {"pk": {"S": "KEPT"}, "sk": {"S": name}, "twin": {"S": twin}}}}


def test_everything_that_is_kept_comes_back(assembly: Path, tmp_path: Path) -> None:
    """Items, objects, the secret, the key's material, the outbox, the clock and the issuer's key, after a restart."""
    with LocalSystem(assembly, tmp_path) as system:
        system.client("s3").put_object(Bucket="files-123456789012", Key="a/é.pdf", Body=b"%PDF", ContentType="text/pdf")
        system.client("s3").put_object(Bucket="files-123456789012", Key="gone", Body=b"x")
        system.client("s3").delete_object(Bucket="files-123456789012", Key="gone")
        batch = [{"PutRequest": {"Item": {"pk": {"S": "BATCH"}, "sk": {"S": str(n)}}}} for n in range(9)]
        system.client("dynamodb").batch_write_item(RequestItems={"things": batch})
        binary = {"pk": {"S": "B"}, "sk": {"S": "1"}, "raw": {"B": b"\x00\xff"}, "set": {"SS": ["a", "b"]}}
        system.client("dynamodb").put_item(TableName="things", Item=binary)
        sealed = system.client("kms").encrypt(
            KeyId="alias/small", Plaintext=b"secret", EncryptionContext={"territory": "t"}
        )["CiphertextBlob"]
        before = _lasting(system)
        _send_mail(system)
        system.advance(timedelta(hours=5))
        instant = system.now()
    with LocalSystem(assembly, tmp_path) as system:
        assert _lasting(system) == before
        assert timedelta(0) <= system.now() - instant < timedelta(minutes=2)
        opened = system.client("kms").decrypt(CiphertextBlob=sealed, EncryptionContext={"territory": "t"})
        assert opened["Plaintext"] == b"secret"
        item = system.client("dynamodb").get_item(TableName="things", Key={k: binary[k] for k in ("pk", "sk")})["Item"]
        assert item == binary
        batched = {"Keys": [put["PutRequest"]["Item"] for put in batch]}
        many = system.client("dynamodb").batch_get_item(RequestItems={"things": batched})
        assert len(many["Responses"]["things"]) == 9
        kept = system.client("s3").get_object(Bucket="files-123456789012", Key="a/é.pdf")
        assert (kept["Body"].read(), kept["ContentType"]) == (b"%PDF", "text/pdf")
        assert system.client("s3").list_objects_v2(Bucket="files-123456789012")["KeyCount"] == 1
        assert [sent.subject for sent in system.outbox("email")] == ["Bonjour"]


def test_a_posted_file_survives_a_restart(assembly: Path, tmp_path: Path) -> None:
    """What the browser was sent on with is kept."""
    with LocalSystem(assembly, tmp_path) as system:
        assert post(form_for(S3Bucket(system.client("s3"), BUCKET)), b"siret")[0] == 303
    with LocalSystem(assembly, tmp_path) as system:
        again = S3Bucket(system.client("s3"), BUCKET)
        found = again.stat("imports/été.csv")
        assert again.get("imports/été.csv") == b"siret"
        assert found is not None
        assert found.content_type == "text/csv"


def _lasting(system: LocalSystem) -> tuple[Any, ...]:
    secret = system.client("secretsmanager").get_secret_value(SecretId="password")
    key = system.client("kms").describe_key(KeyId="alias/small")["KeyMetadata"]["Arn"]
    return secret["ARN"], secret["SecretString"], key, json.dumps(system.issuer.jwks())


def _send_mail(system: LocalSystem) -> None:
    mime = b"From: a@vigie.localhost\nTo: b@example.org\nSubject: Bonjour\n\nTexte"
    system.client("sesv2").send_email(Content={"Raw": {"Data": mime}})


def test_fresh_start_keeps_nothing(assembly: Path, tmp_path: Path) -> None:
    """Wiping the folder starts from an empty system."""
    with LocalSystem(assembly, tmp_path / "state") as system:
        _send_mail(system)
        key = system.issuer.jwks()
    wipe(tmp_path / "state")
    with LocalSystem(assembly, tmp_path / "state") as system:
        assert system.outbox() == []
        assert system.issuer.jwks() != key


def test_state_serves_one_system_at_a_time(tmp_path: Path) -> None:
    """A second system on the same folder is refused, and let in once the first has stopped."""
    first = Store(tmp_path)
    with pytest.raises(StateTaken):
        Store(tmp_path)
    first.close()
    Store(tmp_path).close()
