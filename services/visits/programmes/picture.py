"""The drawing of a progress: a column a month, what was promised behind, what was done and is planned in front."""

from __future__ import annotations

from dataclasses import dataclass

from services.visits.programmes.progress import MonthProgress, Progress
from shared.web.formats import SHORT_MONTHS

HEIGHT = 88
"""Units of the drawing that the highest column has."""
BAND = 44
"""Units that a month has in width."""


@dataclass(frozen=True)
class Column:
    """A month of the drawing: heights in units, from the bottom."""

    month: MonthProgress
    x: int
    committed: int
    done: int
    planned: int
    label: str
    is_current: bool


@dataclass(frozen=True)
class Picture:
    """The columns of one progress."""

    progress: Progress
    columns: tuple[Column, ...]

    @property
    def width(self) -> int:
        return BAND * len(self.columns)


def draw(progress: Progress, current: str, highest: int) -> Picture:
    """`highest` is what the full height means: the same for all the drawings of a page, so that they compare."""
    scale = max(highest, 1)
    columns = (
        Column(
            month,
            BAND * place,
            committed=HEIGHT * month.committed // scale,
            done=HEIGHT * month.done // scale,
            planned=HEIGHT * (month.done + month.planned) // scale - HEIGHT * month.done // scale,
            label=short_month(month.month),
            is_current=month.month == current,
        )
        for place, month in enumerate(progress.months)
    )
    return Picture(progress, tuple(columns))


def highest_of(*lines: Progress) -> int:
    """The most that a month of these has to show."""
    return max((month.height for line in lines for month in line.months), default=0)


def short_month(month: str) -> str:
    """`nov. 26`."""
    year, _, number = month.partition("-")
    return f"{SHORT_MONTHS[int(number) - 1]} {year[2:]}"
