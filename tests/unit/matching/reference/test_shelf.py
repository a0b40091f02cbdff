"""What is in use changes in one stroke, and only when there is something new."""

from __future__ import annotations

import pytest

from services.matching.reference.shelf import JSON, NPZ, Shelf, version_of
from shared.errors import NotFound, Unavailable, Unreadable
from shared.objects import MemoryBucket


def test_a_version_is_in_use_once_it_is_published() -> None:
    """Its content and its name; nothing before the first."""
    shelf = Shelf(MemoryBucket())
    assert shelf.version("rome") is None
    with pytest.raises(NotFound):
        shelf.content("rome")
    assert shelf.publish("rome", "rome-v460-a", b"1", NPZ)
    assert (shelf.version("rome"), shelf.content("rome")) == ("rome-v460-a", b"1")


def test_publishing_the_same_again_writes_nothing() -> None:
    """Neither a new object nor a new date."""
    bucket = MemoryBucket()
    shelf = Shelf(bucket)
    shelf.publish("naf", "naf-a", b"{}", JSON)
    before = dict(bucket.objects)
    bucket.objects = before
    assert not shelf.publish("naf", "naf-a", b"{}", JSON)
    assert bucket.objects is before
    assert len(before) == 2


def test_a_former_version_stays_readable() -> None:
    """A run that began with it can end with it; parts do not meet."""
    bucket = MemoryBucket()
    shelf = Shelf(bucket)
    shelf.publish("rome", "a", b"1", NPZ)
    shelf.publish("rome", "b", b"2", NPZ)
    shelf.publish("passerelles/nord", "c", b"3", NPZ)
    assert sorted(content for content, kind in bucket.objects.values() if kind == NPZ) == [b"1", b"2", b"3"]
    assert (shelf.content("rome"), shelf.content("passerelles/nord")) == (b"2", b"3")


def test_an_interruption_leaves_the_former_version_in_use() -> None:
    """The content is there before it is named."""

    class Full(MemoryBucket):
        def put(self, key: str, content: bytes, content_type: str) -> None:
            if content == b"2" or self.objects.get(key, (b"",))[0] != b"":
                raise Unavailable("Plus de place.")
            super().put(key, content, content_type)

    shelf = Shelf(Full())
    shelf.publish("rome", "a", b"1", NPZ)
    for content in (b"2", b"3"):
        with pytest.raises(Unavailable):
            shelf.publish("rome", "b", content, NPZ)
    assert (shelf.version("rome"), shelf.content("rome")) == ("a", b"1")


def test_a_pointer_that_says_nothing_is_refused() -> None:
    """Rather than taken for an empty shelf."""
    bucket = MemoryBucket()
    bucket.put("rome/current.json", b"[]", JSON)
    with pytest.raises(Unreadable):
        Shelf(bucket).version("rome")


def test_a_version_is_the_hash_of_its_files() -> None:
    """Where one ends matters."""
    assert version_of(b"ab", b"c") != version_of(b"a", b"bc")
    assert len(version_of(b"")) == 12
