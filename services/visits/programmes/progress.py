"""How far the commitments are: visits done, planned and committed, by structure and month."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.visits.programmes.programme import Programme
from services.visits.programmes.surroundings import VisitMark

TERRITORY = "Ensemble du territoire"


@dataclass(frozen=True)
class MonthProgress:
    """One month: what was done, what is to come, what was promised."""

    month: str
    done: int
    planned: int
    committed: int

    @property
    def height(self) -> int:
        """The most that this month has to show."""
        return max(self.done + self.planned, self.committed)


@dataclass(frozen=True)
class Progress:
    """The months of a structure, of a programme or of the territory."""

    name: str
    months: tuple[MonthProgress, ...]
    structure_id: str | None = None

    @property
    def done(self) -> int:
        return sum(month.done for month in self.months)

    @property
    def planned(self) -> int:
        return sum(month.planned for month in self.months)

    @property
    def committed(self) -> int:
        return sum(month.committed for month in self.months)

    def completion(self, current_month: str) -> float | None:
        """Done over committed, in the months that are over (indicator A2); None when nothing was committed for them."""
        over = [month for month in self.months if month.month < current_month]
        committed = sum(month.committed for month in over)
        return sum(month.done for month in over) / committed if committed else None


def progress_by_structure(
    programmes: Sequence[Programme], marks: Mapping[str, Iterable[VisitMark]], months: Sequence[str]
) -> list[Progress]:
    """A line for each structure that committed to something in these months or visited, by name. `marks` are by month."""
    names = {mark.structure_id: mark.structure_name for found in marks.values() for mark in found}
    names |= {each.structure_id: each.structure_name for each in programmes if any(map(each.committed_in, months))}
    lines = [
        Progress(
            name,
            _months(
                [each for each in programmes if each.structure_id == structure_id], marks, months, _of(structure_id)
            ),
            structure_id,
        )
        for structure_id, name in names.items()
    ]
    return sorted(lines, key=lambda line: (line.name, line.structure_id or ""))


def progress_of_programme(
    programme: Programme,
    enterprise_ids: frozenset[str],
    marks: Mapping[str, Iterable[VisitMark]],
    months: Sequence[str],
) -> Progress:
    """A programme's own visits: those said to be for it, else those of its structure to an enterprise of its list."""

    def belongs(mark: VisitMark) -> bool:
        if mark.programme_id is not None:
            return mark.programme_id == programme.id
        return mark.structure_id == programme.structure_id and mark.enterprise_id in enterprise_ids

    return Progress(programme.title, _months([programme], marks, months, belongs), programme.structure_id)


def total(lines: Sequence[Progress], months: Sequence[str]) -> Progress:
    """The sum of the lines, month by month."""
    columns = ((month, [line.months[place] for line in lines]) for place, month in enumerate(months))
    return Progress(TERRITORY, tuple(_sum(month, column) for month, column in columns))


def _sum(month: str, column: Sequence[MonthProgress]) -> MonthProgress:
    return MonthProgress(
        month,
        sum(each.done for each in column),
        sum(each.planned for each in column),
        sum(each.committed for each in column),
    )


def _months(
    programmes: Sequence[Programme],
    marks: Mapping[str, Iterable[VisitMark]],
    months: Sequence[str],
    belongs: Callable[[VisitMark], bool],
) -> tuple[MonthProgress, ...]:
    def of(month: str) -> MonthProgress:
        own = [mark for mark in marks.get(month, ()) if belongs(mark)]
        return MonthProgress(
            month,
            done=sum(mark.is_done for mark in own),
            planned=sum(mark.is_planned for mark in own),
            committed=sum(programme.committed_in(month) for programme in programmes),
        )

    return tuple(map(of, months))


def _of(structure_id: str) -> Callable[[VisitMark], bool]:
    return lambda mark: mark.structure_id == structure_id
