"""Instants as text, and the system's clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.clock import PARIS, SystemClock, from_text, to_text

INSTANTS = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive by contract


@given(INSTANTS)
def test_an_instant_survives_its_text(instant: datetime) -> None:
    """`from_text` is the inverse of `to_text`, to the microsecond."""
    assert from_text(to_text(instant)) == instant


@given(INSTANTS, INSTANTS)
def test_texts_sort_in_the_order_of_time(one: datetime, other: datetime) -> None:
    """A sort key made of `to_text` needs no other order."""
    assert (to_text(one) < to_text(other)) == (one < other)


def test_any_offset_is_written_in_utc() -> None:
    """A Paris time is stored as the instant that it is."""
    assert to_text(datetime(2026, 7, 1, 12, tzinfo=PARIS)) == "2026-07-01T10:00:00.000000Z"
    assert from_text("2026-07-01T12:00:00+02:00").tzinfo == UTC


def test_a_time_without_an_offset_is_refused() -> None:
    """Nobody guesses in which zone a naive time was meant."""
    with pytest.raises(ValueError, match="no offset"):
        from_text("2026-07-01T12:00:00")


def test_the_system_clock_is_aware_and_advances() -> None:
    """Its instants are in UTC and never go back within a process."""
    clock = SystemClock()
    first, second = clock.now(), clock.now()
    assert first.tzinfo == timezone.utc  # noqa: UP017 - the very object that `datetime` gives
    assert timedelta(0) <= second - first
