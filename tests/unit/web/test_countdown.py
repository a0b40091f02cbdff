"""The countdown: how urgent a delay is, and in which words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shared.web.countdown import Level, countdown

START = datetime(2026, 11, 25, 8, tzinfo=UTC)
DEADLINE = START + timedelta(hours=48)


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("hours", "level", "words"),
    [
        (0, Level.CALM, "il reste 48 h"),
        (23.99, Level.CALM, "il reste 24 h"),
        (24, Level.WATCH, "il reste 24 h"),
        (36, Level.URGENT, "il reste 12 h"),
        (47.5, Level.URGENT, "il reste 30 min"),
        (48, Level.LATE, "dépassé depuis moins d’une minute"),
        (51, Level.LATE, "dépassé depuis 3 h"),
    ],
)
def test_a_running_delay(hours: float, level: Level, words: str) -> None:
    """Calm to the half, then watched, urgent in the last quarter, late from the very deadline on."""
    seen = countdown(START, DEADLINE, at(hours))
    assert seen.level is level
    assert " ".join(seen.text.split()) == words
    assert seen.running


def test_a_delay_that_was_met_moves_no_more() -> None:
    """What was done in time says how long it took, whatever the time now."""
    seen = countdown(START, DEADLINE, at(500), stopped=at(6), done="transmise")
    assert (seen.level, seen.share, seen.running) == (Level.DONE, 12.5, False)
    assert " ".join(seen.text.split()) == "transmise en 6 h"


def test_a_delay_that_was_met_too_late_says_so() -> None:
    """The lateness stays visible after the fact."""
    seen = countdown(START, DEADLINE, at(500), stopped=at(50), done="transmise")
    assert seen.level is Level.DONE_LATE
    assert " ".join(seen.text.split()) == "transmise hors délai, avec un retard de 2 h"


def test_share_stays_between_bounds() -> None:
    """A clock before the start or long after the end draws an empty or a full rail."""
    assert [countdown(START, DEADLINE, at(hours)).share for hours in (-5, 100)] == [0.0, 100.0]


def test_marks_tell_the_scale() -> None:
    """The rail of 48 hours is marked at 24, 36 and 48."""
    marks = countdown(START, DEADLINE, START).marks
    assert [(share, " ".join(words.split())) for share, words in marks] == [(50, "24 h"), (75, "36 h"), (100, "48 h")]


def test_a_deadline_before_its_start_is_refused() -> None:
    """Such a delay has no meaning; drawing it would hide a fault."""
    with pytest.raises(ValueError, match="deadline"):
        countdown(DEADLINE, START, START)
