"""Identifiers: ordered where things happen one after another, equal where the same is said twice."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.ids import derived_id, new_id

NOW = datetime(2026, 11, 27, 14, 5, tzinfo=UTC)


def test_a_new_id_is_a_uuid_of_version_seven() -> None:
    """Version and variant are those of RFC 9562."""
    made = uuid.UUID(new_id(NOW))
    assert made.version == 7
    assert made.variant == uuid.RFC_4122
    assert made.int >> 80 == int(NOW.timestamp() * 1000)


@given(st.integers(1, 10**9))
def test_a_later_id_sorts_after_an_earlier_one(milliseconds: int) -> None:
    """Ids sort in the order of time, to the millisecond."""
    assert new_id(NOW) < new_id(NOW + timedelta(milliseconds=milliseconds))


def test_two_ids_of_one_instant_differ() -> None:
    """The random part tells them apart."""
    assert len({new_id(NOW) for _ in range(1000)}) == 1000


def test_the_same_parts_give_the_same_id_for_ever() -> None:
    """A raised alert keeps its id whoever derives it, whenever: this literal must never change."""
    assert derived_id("belfort", "v1", "n1") == derived_id("belfort", "v1", "n1")
    assert derived_id("a", "bc") != derived_id("ab", "c")
    assert derived_id("t", "v", "n") == "2e05c62b-4c3b-5f1c-8c59-208befd5de59"
