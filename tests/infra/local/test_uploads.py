"""A browser writes and reads objects by what a function signed for it, as it would on S3."""

from __future__ import annotations

import urllib.error
import urllib.request
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from infra.local.system import LocalSystem
from shared.aws.buckets import S3Bucket
from tests.infra.local.browser_form import BUCKET, form_for, post


@pytest.fixture
def bucket(system: LocalSystem) -> S3Bucket:
    """The bucket as a function has it."""
    return S3Bucket(system.client("s3"), BUCKET)


def test_a_posted_file_is_an_object_and_the_browser_goes_on(bucket: S3Bucket) -> None:
    """Bytes and type as posted; 303 to where the form said, with what was written."""
    status, location = post(form_for(bucket), b"siret;nom\r\n1;\xe9\r\n")
    found = bucket.stat("imports/été.csv")
    assert found is not None
    assert (found.size, found.content_type) == (16, "text/csv")
    assert bucket.get("imports/été.csv") == b"siret;nom\r\n1;\xe9\r\n"
    assert status == 303
    assert location.startswith("http://localhost:8600/imports/1?suite=oui&")
    told = parse_qs(urlsplit(location).query)
    assert (told["bucket"], told["key"], told["etag"]) == ([BUCKET], ["imports/été.csv"], [f'"{found.etag}"'])


@pytest.mark.parametrize(
    "changed",
    [
        {"key": "other"},
        {"Content-Type": "text/html"},
        {"success_action_redirect": "https://evil.example"},
        {"acl": "x"},
    ],
)
def test_a_field_that_the_policy_does_not_allow_is_refused(bucket: S3Bucket, changed: dict[str, str]) -> None:
    """Whoever changes the form writes nothing."""
    assert post(form_for(bucket, "forged"), b"x", changed)[0] == 403
    assert bucket.stat("forged") is None


@pytest.mark.parametrize("content", [b"", b"x" * 21])
def test_a_file_of_another_size_is_refused(bucket: S3Bucket, content: bytes) -> None:
    """Neither an empty file nor one over the limit."""
    assert post(form_for(bucket, "sized"), content)[0] == 403
    assert bucket.stat("sized") is None


def test_an_address_gives_the_object_under_its_name(system: LocalSystem, bucket: S3Bucket) -> None:
    """Whoever has the address reads the object, without credentials of their own."""
    bucket.put("a/1", b"12", "text/csv")
    with urllib.request.urlopen(bucket.download_url("a/1", "visites é.csv", seconds=60)) as answer:  # noqa: S310
        assert (answer.read(), answer.headers["Content-Type"]) == (b"12", "text/csv")
        assert "visites%20%C3%A9.csv" in answer.headers["Content-Disposition"]


def test_what_was_signed_ends(system: LocalSystem, bucket: S3Bucket) -> None:
    """An hour later neither the form nor the address is good."""
    bucket.put("a/2", b"12", "text/csv")
    form, url = form_for(bucket, "late"), bucket.download_url("a/2", "2.csv", seconds=60)
    system.advance(timedelta(hours=1))
    assert post(form, b"x")[0] == 403
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(url)  # noqa: S310
    assert refused.value.code == 403


def test_a_large_file_goes_both_ways(bucket: S3Bucket, tmp_path: Path) -> None:
    """A function writes a file from disk and reads it piece by piece."""
    (tmp_path / "big").write_bytes(b"0123456789" * 500_000)
    bucket.put_file("big", tmp_path / "big", "text/csv")
    with bucket.open("big") as content:
        assert sum(len(piece) for piece in iter(lambda: content.read(65_536), b"")) == 5_000_000
