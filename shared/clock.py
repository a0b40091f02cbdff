"""What time it is: always a parameter, read once at the edge of an invocation."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


class Clock(Protocol):
    """Anything that knows the time; tests pass one that they move by hand."""

    def now(self) -> datetime:
        """The instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until `now_is` is set: for tests and replays."""

    def __init__(self, now_is: datetime) -> None:
        self.now_is = now_is

    def now(self) -> datetime:
        return self.now_is


def day_in_paris(instant: datetime) -> date:
    """The day that people there write at that instant."""
    return instant.astimezone(PARIS).date()


def to_text(instant: datetime) -> str:
    """ISO 8601 in UTC with microseconds and `Z`: sorts as text in the order of time."""
    in_utc = instant if instant.tzinfo is UTC else instant.astimezone(UTC)
    return in_utc.isoformat(timespec="microseconds")[: -len("+00:00")] + "Z"


def from_text(text: str) -> datetime:
    """The inverse of `to_text`; raises ValueError on anything without an offset."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"no offset: {text!r}")
    return instant.astimezone(UTC)
