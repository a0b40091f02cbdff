"""Months as `2026-11`: text that sorts in the order of time."""

from __future__ import annotations

import re
from datetime import date

from shared.errors import Invalid

_MONTH = re.compile(r"(20\d{2})-(0[1-9]|1[0-2])")
PER_YEAR = 12


def month_of(day: date) -> str:
    """The month that a day belongs to."""
    return f"{day.year:04}-{day.month:02}"


def read_month(text: str) -> str:
    """A month as typed, `2026-11`; raises Invalid."""
    if not _MONTH.fullmatch(text.strip()):
        raise Invalid("Indiquez un mois sous la forme AAAA-MM, par exemple 2026-11.")
    return text.strip()


def later(month: str, months: int) -> str:
    """The month that comes so many months after; before, when negative."""
    year, number = divmod(_index(month) + months, PER_YEAR)
    return f"{year:04}-{number + 1:02}"


def span(first: str, months: int) -> tuple[str, ...]:
    """So many months, from the first on."""
    return tuple(later(first, rank) for rank in range(months))


def months_between(earlier: date, day: date) -> int:
    """Whole months gone by from one day to another; none when they are in the other order."""
    gone = (day.year - earlier.year) * PER_YEAR + day.month - earlier.month - (day.day < earlier.day)
    return max(gone, 0)


def _index(month: str) -> int:
    year, _, number = month.partition("-")
    return int(year) * PER_YEAR + int(number) - 1
