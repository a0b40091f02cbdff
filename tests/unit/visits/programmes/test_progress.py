"""Progress against the commitment, and who reads whose."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.visits.programmes.picture import BAND, HEIGHT, draw, highest_of
from services.visits.programmes.progress import MonthProgress, Progress, total
from services.visits.programmes.seeing import Overview, Window
from shared.errors import Forbidden
from tests.unit.visits.programmes.world import SIRETS, World

counts = st.integers(0, 60)
some_months = ("2026-10", "2026-11", "2026-12")
a_line = st.builds(
    Progress,
    name=st.sampled_from(["CCI", "OPCO"]),
    months=st.tuples(*(st.builds(MonthProgress, st.just(month), counts, counts, counts) for month in some_months)),
)


def overview(world: World, who: str, month: str | None = None) -> Overview:
    window = Window(world.desk.store, world.desk.surroundings)
    return window.overview(world.caller(who), world.clock.now(), month)


def numbers(line: Progress) -> list[tuple[int, int, int]]:
    """Done, planned, committed, month by month."""
    return [(month.done, month.planned, month.committed) for month in line.months]


def test_each_visit_counts_in_its_month_and_its_structure(world: World) -> None:
    """Done, to come, promised; what was cancelled, declined or put off without a date is neither."""
    world.active()
    for day, state in [("2026-10-05", "reported"), ("2026-10-31", "no_follow_up"), ("2026-11-02", "done")]:
        world.visit(day, state=state)
    world.visit("2026-12-01", state="planned")
    world.visit("2026-12-02", state="rescheduled")
    world.visit("2026-12-03", state="rescheduled", planned_on=None)
    world.visit("2026-12-04", state="cancelled")
    world.visit("2026-12-05", state="declined")
    shown = overview(world, "claire")

    assert shown.months == ("2026-09", "2026-10", "2026-11", "2026-12", "2027-01", "2027-02")
    assert numbers(shown.lines[0]) == [(0, 0, 0), (2, 0, 10), (1, 0, 10), (0, 2, 10), (0, 0, 10), (0, 0, 10)]


def test_completion_is_of_the_months_that_are_over(world: World) -> None:
    """Indicator A2: two of the ten of October; November is not over; nothing over, nothing to say."""
    world.active()
    world.visit("2026-10-05")
    world.visit("2026-10-06")
    world.visit("2026-11-06")
    line = overview(world, "claire").lines[0]

    assert line.completion("2026-11") == 0.2
    assert line.completion("2026-10") is None


def test_a_structure_reads_its_own_line_and_the_total(world: World) -> None:
    """The coordination reads them all; the total is the territory's for everybody."""
    world.active()
    world.active("oscar", per_month=6)
    world.visit("2026-11-02", structure="opco")

    mine, all_of_them = overview(world, "claire"), overview(world, "carole")
    assert [line.name for line in mine.lines] == ["CCI du Doubs"]
    assert [line.name for line in all_of_them.lines] == ["CCI du Doubs", "OPCO 2i"]
    assert numbers(mine.total)[2] == numbers(all_of_them.total)[2] == (1, 0, 16)
    assert [len(shown.programmes) for shown in (mine, all_of_them)] == [1, 2]


def test_the_programmes_are_no_business_of_the_agency(world: World) -> None:
    """Forbidden, not empty."""
    with pytest.raises(Forbidden):
        overview(world, "franck")


def test_a_programme_counts_its_own_visits(world: World) -> None:
    """Those said to be for it, or to an enterprise of its list by its structure; not those of another programme."""
    programme = world.active()
    world.visit("2026-11-02", enterprise_id=SIRETS[0])
    world.visit("2026-11-03", enterprise_id=SIRETS[3])
    world.visit("2026-11-04", enterprise_id=SIRETS[3], programme_id=programme.id)
    world.visit("2026-11-05", enterprise_id=SIRETS[0], programme_id="other")
    world.visit("2026-11-06", enterprise_id=SIRETS[0], structure="opco")
    window = Window(world.desk.store, world.desk.surroundings)
    sheet = window.sheet(programme.id, world.caller("claire"), world.clock.now())

    assert sheet.progress.done == 2
    assert sheet.counts == {"pending": 3, "claimed": 0, "visited": 0, "withdrawn": 0}
    assert sheet.coverage == 0


@given(st.lists(a_line, max_size=4))
def test_the_total_is_the_sum_of_the_lines(lines: list[Progress]) -> None:
    """Month by month, for each number."""
    whole = total(lines, some_months)

    assert whole.done == sum(line.done for line in lines)
    assert whole.planned == sum(line.planned for line in lines)
    assert whole.committed == sum(line.committed for line in lines)


@given(a_line)
def test_the_drawing_stays_in_its_frame(line: Progress) -> None:
    """No column is higher than the frame, and all stand side by side."""
    drawn = draw(line, "2026-11", highest_of(line))

    assert all(0 <= column.done + column.planned <= HEIGHT for column in drawn.columns)
    assert all(0 <= column.committed <= HEIGHT for column in drawn.columns)
    assert [column.x for column in drawn.columns] == [0, BAND, 2 * BAND]
    assert [column.is_current for column in drawn.columns] == [False, True, False]
