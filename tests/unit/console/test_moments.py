"""Instants as an operator types them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from console.moments import moment
from shared.errors import Invalid

NOW = datetime(2026, 11, 26, 11, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30min", "2026-11-26T10:30Z"),
        ("2h", "2026-11-26T09:00Z"),
        ("3j", "2026-11-23T11:00Z"),
        ("2026-11-26", "2026-11-25T23:00Z"),
        ("2026-07-14T14:30", "2026-07-14T12:30Z"),
        ("2026-11-26T10:00+00:00", "2026-11-26T10:00Z"),
    ],
)
def test_a_moment_is_read(text: str, expected: str) -> None:
    """So long ago, or by the calendar and the clock of Paris unless an offset says otherwise."""
    assert moment(text, NOW) == datetime.fromisoformat(expected)


@pytest.mark.parametrize("text", ["hier", "0h", "-2h", "2 h", "26/11/2026", ""])
def test_what_is_no_moment_is_refused_with_examples(text: str) -> None:
    """Rather than taken for another one."""
    with pytest.raises(Invalid, match="2h, 30min, 3j"):
        moment(text, NOW)
