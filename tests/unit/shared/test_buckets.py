"""What S3 is asked to sign, what the fake lets in, and what a failure on the way means."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from shared.aws import Aws
from shared.aws.buckets import S3Bucket
from shared.errors import Unavailable
from shared.objects import MemoryBucket
from shared.topology import Bucket

BACK = "https://vigie.example/imports/1"


@pytest.fixture
def signing(monkeypatch: pytest.MonkeyPatch) -> S3Bucket:
    """A bucket as a deployed function has it; signing needs no connection."""
    for name, value in {"DEFAULT_REGION": "eu-west-3", "ACCESS_KEY_ID": "test", "SECRET_ACCESS_KEY": "test"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    return Aws({"VIGIE_BUCKET_FILES": "vigie-prod-files"}).bucket(Bucket("files"))


def broken(error: Exception) -> S3Bucket:
    """A bucket whose every reading fails so."""

    class Body(io.BytesIO):
        def read(self, *_: Any, **__: Any) -> bytes:
            raise error

    class Client:
        def get_object(self, **_: Any) -> Any:
            return {"Body": Body()}

        def head_object(self, **_: Any) -> Any:
            raise error

    client: Any = Client()
    return S3Bucket(client, "files")


def test_the_policy_fixes_size_type_key_and_way_back(signing: S3Bucket) -> None:
    """What a person changes in the form's fields, S3 refuses."""
    form = signing.upload_form("a/1.csv", "text/csv", most_bytes=1000, seconds=600, back=BACK)
    conditions = json.loads(base64.b64decode(form.fields["policy"]))["conditions"]
    for condition in (
        ["content-length-range", 1, 1000],
        {"Content-Type": "text/csv"},
        {"key": "a/1.csv"},
        {"bucket": "vigie-prod-files"},
        {"success_action_redirect": BACK},
    ):
        assert condition in conditions


def test_addresses_are_signed_for_the_region(signing: S3Bucket) -> None:
    """A European region takes the newer signature only, at its own address."""
    form = signing.upload_form("a/1.csv", "text/csv", most_bytes=1000, seconds=600, back=BACK)
    url = signing.download_url("a/1.csv", "1.csv", seconds=60)
    assert form.origin == "https://vigie-prod-files.s3.eu-west-3.amazonaws.com"
    assert form.fields["x-amz-algorithm"] == "AWS4-HMAC-SHA256"
    assert url.startswith("https://vigie-prod-files.s3.eu-west-3.amazonaws.com/a/1.csv?")
    assert "X-Amz-Expires=60" in url
    assert "eu-west-3%2Fs3%2Faws4_request" in url


def test_a_connection_that_breaks_on_the_way_is_unavailable() -> None:
    """An object half read is tried again, not taken for whole."""
    bucket = broken(ReadTimeoutError(endpoint_url="https://x"))
    with pytest.raises(Unavailable), bucket.open("a") as content:
        content.read()


def test_a_refusal_is_not_taken_for_a_missing_object() -> None:
    """A permission that we lack stays our own fault."""
    refusal: Any = {"Error": {"Code": "403"}, "ResponseMetadata": {"HTTPStatusCode": 403}}
    with pytest.raises(ClientError):
        broken(ClientError(refusal, "HeadObject")).stat("a")


def test_the_fake_lets_in_what_the_policy_would() -> None:
    """Neither an empty file nor one over the size that the form was made for."""
    bucket = MemoryBucket()
    form = bucket.upload_form("a", "text/csv", most_bytes=3, seconds=60, back=BACK)
    assert [bucket.receive(form, content) for content in (b"", b"abcd", b"abc")] == [False, False, True]
    assert bucket.get("a") == b"abc"
