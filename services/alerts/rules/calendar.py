"""Worked days, open hours and quiet hours of a territory, in Paris time; instants go in and come out in UTC."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import count

from shared.clock import PARIS, day_in_paris
from shared.settings import AlertSettings, ClockMode

_MINUTE = timedelta(minutes=1)

_FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
_FROM_EASTER = (1, 39, 50)
"""Easter Monday, Ascension, Pentecost Monday: days after Easter Sunday."""

_LOCAL: dict[str, tuple[tuple[tuple[int, int], ...], tuple[int, ...]]] = {
    "57": (((12, 26),), (-2,)),
    "6AE": (((12, 26),), (-2,)),
    "971": (((5, 27), (7, 21)), (-2, -24)),
    "972": (((5, 22), (7, 21)), ()),
    "973": (((6, 10),), ()),
    "974": (((12, 20),), ()),
    "976": (((4, 27),), ()),
    "BL": (((10, 9),), ()),
    "MF": (((5, 28), (7, 21)), ()),
    "NC": (((9, 24),), ()),
    "PF": (((3, 5), (11, 20)), (-2,)),
    "WF": (((4, 28), (6, 29), (7, 29)), ()),
}
"""What a subdivision adds: fixed days, days from Easter."""

_BEFORE: dict[tuple[str, int], tuple[tuple[tuple[int, int], ...], tuple[int, ...]]] = {
    ("PF", 2024): (((3, 5), (6, 29)), (-2,)),
}
"""What it added in a year before the law changed; kept as far back as an alert can be."""


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar, by the method of Meeus, Jones and Butcher."""
    century, rest = divmod(year, 100)
    golden = year % 19
    shift = century - century // 4 - (century - (century + 8) // 25 + 1) // 3
    moon = (19 * golden + shift + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


@lru_cache(maxsize=64)
def public_holidays(year: int, subdivision: str = "") -> frozenset[date]:
    """The public holidays of a year; `subdivision` as in `shared.settings`, empty for the mainland.

    Computed rather than asked of a library: the reference library (which the tests compare with) costs half a second
    and five megabytes at each cold start.
    """
    fixed, from_easter = _BEFORE.get((subdivision, year)) or _LOCAL.get(subdivision, ((), ()))
    sunday = easter(year)
    moving = {sunday + timedelta(days=days) for days in (*_FROM_EASTER, *from_easter)}
    return frozenset(moving | {date(year, month, day) for month, day in (*_FIXED, *fixed)})


@dataclass(frozen=True)
class Calendar:
    """The days and hours that a territory has chosen."""

    settings: AlertSettings

    def is_worked(self, day: date) -> bool:
        """A day of the working week that is no public holiday."""
        worked = day.weekday() in self.settings.open_days
        return worked and day not in public_holidays(day.year, self.settings.subdivision_on(day))

    def is_quiet(self, instant: datetime) -> bool:
        """Nobody should be disturbed: at night, or on a day off."""
        return self.is_night(instant) or not self.is_worked(day_in_paris(instant))

    def is_night(self, instant: datetime) -> bool:
        """Within the quiet hours of any day, worked or not."""
        return not self.settings.quiet_to_hour <= instant.astimezone(PARIS).hour < self.settings.quiet_from_hour

    def no_later(self, instant: datetime) -> datetime:
        """The instant itself, or the last minute before it that is not quiet."""
        if not self.is_quiet(instant):
            return instant
        evenings = (self.at(day, self.settings.quiet_from_hour) - _MINUTE for day in self._worked_days(instant, -1))
        return next(evening for evening in evenings if evening <= instant)

    def before_night(self, instant: datetime) -> datetime:
        """The instant itself, or the last minute before the night it falls in; a day off is a day like another."""
        if not self.is_night(instant):
            return instant
        local = instant.astimezone(PARIS)
        evening = local.date() if local.hour >= self.settings.quiet_from_hour else local.date() - timedelta(days=1)
        return self.at(evening, self.settings.quiet_from_hour) - _MINUTE

    def no_sooner(self, instant: datetime) -> datetime:
        """The instant itself, or the first one after it that is not quiet."""
        if not self.is_quiet(instant):
            return instant
        mornings = (self.at(day, self.settings.quiet_to_hour) for day in self._worked_days(instant, +1))
        return next(morning for morning in mornings if morning >= instant)

    def eve_of_days_off(self, deadline: datetime) -> datetime | None:
        """When to announce a deadline that falls between the eve of days off and the return; else None.

        Friday at 15:00 for what falls before Monday at 10:00, and the same around a public holiday.
        """
        eves = (day for day in self._worked_days(deadline, -1) if not self.is_worked(day + timedelta(days=1)))
        leaving = (self.at(day, self.settings.pre_notice_hour) for day in eves)
        eve = next(instant for instant in leaving if instant < deadline)
        back = next(self._worked_days(eve + timedelta(days=1), +1))
        return eve if deadline < self.at(back, self.settings.pre_notice_until_hour) else None

    def after(self, start: datetime, hours: int, mode: ClockMode) -> datetime:
        """`hours` later: elapsed hours are UTC arithmetic, business hours are walked through the open ones."""
        if mode == "elapsed":
            return start + timedelta(hours=hours)
        left = timedelta(hours=hours)
        for opens, closes in self._open_spans(start):
            begins = max(opens, start)
            if left <= closes - begins:
                return begins + left
            left -= max(closes - begins, timedelta())
        raise AssertionError("the open hours of a calendar never end")

    def deadline(self, received_at: datetime, mode: ClockMode, hours: int) -> datetime:
        """When an alert received then must have been transmitted."""
        return self.after(received_at, hours, mode)

    def open_seconds(self, start: datetime, end: datetime) -> int:
        """Seconds of open hours between two instants; 0 if `end` is not after `start`."""
        total = timedelta()
        for opens, closes in self._open_spans(start):
            if opens >= end:
                return int(total.total_seconds())
            total += max(min(closes, end) - max(opens, start), timedelta())
        raise AssertionError("the open hours of a calendar never end")

    def at(self, day: date, hour: int) -> datetime:
        """That hour of that day in Paris, in UTC; 24 is the next midnight."""
        midnight = datetime.combine(day + timedelta(days=hour // 24), time(hour % 24), PARIS)
        return midnight.astimezone(UTC)

    def _worked_days(self, instant: datetime, step: int) -> Iterator[date]:
        first = day_in_paris(instant)
        days = (first + timedelta(days=step * distance) for distance in count())
        return filter(self.is_worked, days)

    def _open_spans(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        hours = self.settings
        for day in self._worked_days(start, +1):
            yield self.at(day, hours.open_from_hour), self.at(day, hours.open_to_hour)


@lru_cache(maxsize=64)
def calendar_of(settings: AlertSettings) -> Calendar:
    """The calendar of a territory's settings."""
    return Calendar(settings)
