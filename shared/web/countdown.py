"""How much time is left before a deadline, in words, in a share of the whole, and in a level of urgency."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from shared.web.formats import duration

WATCH_FROM = 50.0
URGENT_FROM = 75.0
"""Shares (per cent) of the delay gone by: the 24th and the 36th of 48 hours."""


class Level(StrEnum):
    """How the time that is left should be felt."""

    CALM = "calm"
    WATCH = "watch"
    URGENT = "urgent"
    LATE = "late"
    DONE = "done"
    DONE_LATE = "done-late"


class Countdown(NamedTuple):
    """A delay as a person reads it at the instant `now`."""

    started: datetime
    deadline: datetime
    now: datetime
    stopped: datetime | None
    level: Level
    share: float
    """Per cent of the delay gone by, from 0 to 100."""
    figure: str
    caption: str

    @property
    def running(self) -> bool:
        """Whether time still changes it."""
        return self.stopped is None

    @property
    def marks(self) -> tuple[tuple[float, str], ...]:
        """The scale under the rail: a share of the whole, and how long that is."""
        whole = self.deadline - self.started
        return tuple((share, duration(whole * share / 100)) for share in (WATCH_FROM, URGENT_FROM, 100.0))

    @property
    def text(self) -> str:
        """The sentence: `il reste 31 h 20`, `dépassé depuis 3 h`, `transmise en 6 h 10`."""
        return f"{self.caption} {self.figure}"


def countdown(
    started: datetime, deadline: datetime, now: datetime, stopped: datetime | None = None, done: str = "terminé"
) -> Countdown:
    """The delay from `started` to `deadline` seen at `now`; `stopped` is when it was met, said with the word `done`.

    Raises ValueError when the deadline does not come after the start.
    """
    if deadline <= started:
        raise ValueError("the deadline must come after the start")
    until = stopped or now
    share = min(100.0, max(0.0, 100 * (until - started) / (deadline - started)))
    level = _running_level(share, until, deadline) if stopped is None else _stopped_level(stopped, deadline)
    figure, caption = _words(level, started, deadline, until, done)
    return Countdown(started, deadline, now, stopped, level, round(share, 1), figure, caption)


def _running_level(share: float, until: datetime, deadline: datetime) -> Level:
    if until >= deadline:
        return Level.LATE
    if share >= URGENT_FROM:
        return Level.URGENT
    return Level.WATCH if share >= WATCH_FROM else Level.CALM


def _stopped_level(stopped: datetime, deadline: datetime) -> Level:
    return Level.DONE if stopped <= deadline else Level.DONE_LATE


def _words(level: Level, started: datetime, deadline: datetime, until: datetime, done: str) -> tuple[str, str]:
    if level is Level.DONE:
        return duration(until - started), f"{done} en"
    if level is Level.DONE_LATE:
        return duration(until - deadline), f"{done} hors délai, avec un retard de"
    if level is Level.LATE:
        return duration(until - deadline), "dépassé depuis"
    return duration(deadline - until), "il reste"
