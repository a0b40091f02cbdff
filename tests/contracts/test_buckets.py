"""The bucket's protocol, held by S3 (moto, one thread) and by the fake alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.errors import NotFound
from shared.objects import BucketClient, UploadForm

CSV = "text/csv; charset=utf-8"


def _form(bucket: BucketClient) -> UploadForm:
    return bucket.upload_form("imports/1.csv", CSV, most_bytes=10, seconds=600, back="https://vigie.example/imports/1")


def test_an_object_comes_back_as_it_was_written(bucket: BucketClient) -> None:
    """Its bytes and what is known of it without reading it."""
    bucket.put("a/é.csv", b"siret\n", CSV)
    found = bucket.stat("a/é.csv")
    assert found is not None
    assert (bucket.get("a/é.csv"), found.size, found.content_type) == (b"siret\n", 6, CSV)
    bucket.put("a/é.csv", b"siren\n", CSV)
    changed = bucket.stat("a/é.csv")
    assert changed is not None
    assert changed.etag != found.etag


def test_a_file_is_written_and_read_piece_by_piece(bucket: BucketClient, tmp_path: Path) -> None:
    """A large file is never whole in memory: lines come as they are asked for."""
    lines = [b"%06d;une ligne\n" % number for number in range(50_000)]
    (tmp_path / "big.csv").write_bytes(b"".join(lines))
    bucket.put_file("big.csv", tmp_path / "big.csv", CSV)
    with bucket.open("big.csv") as content:
        assert content.read(7) == b"000000;"
        assert content.readline() == b"une ligne\n"
        assert list(content) == lines[1:]


def test_what_is_not_there_is_not_found(bucket: BucketClient) -> None:
    """A missing object is a refusal to whoever reads it, and nothing to whoever only asks."""
    assert bucket.stat("missing") is None
    with pytest.raises(NotFound):
        bucket.get("missing")
    with pytest.raises(NotFound):
        bucket.open("missing")


def test_a_form_says_what_a_browser_may_post(bucket: BucketClient) -> None:
    """Key, type and way back are fields of the form; its origin is what a page must let forms go to."""
    form = _form(bucket)
    assert form.fields["key"] == "imports/1.csv"
    assert form.fields["Content-Type"] == CSV
    assert form.fields["success_action_redirect"] == "https://vigie.example/imports/1"
    assert form.url.startswith(f"{form.origin}/")


def test_a_download_names_the_file(bucket: BucketClient) -> None:
    """Whoever follows the address saves a file of this name, accents included."""
    url = bucket.download_url("a/1", 'visites "été".csv', seconds=60)
    assert "attachment" in url
    assert "visites%2520%2522%25C3%25A9t%25C3%25A9%2522.csv" in url


def test_an_object_that_was_deleted_is_gone(bucket: BucketClient) -> None:
    """Deleting what is not there changes nothing."""
    bucket.put("a/1", b"1", CSV)
    for _ in range(2):
        bucket.delete("a/1")
    assert bucket.stat("a/1") is None
