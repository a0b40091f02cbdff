"""What a reported visit does to targets."""

from __future__ import annotations

from datetime import date

import pytest

from services.visits.programmes.claiming import claim_target, withdraw_target
from services.visits.programmes.commands import WithdrawTarget
from services.visits.programmes.programme import Programme
from services.visits.programmes.target import Target
from services.visits.programmes.visited import visited_writes
from services.visits.visit_keys import enterprise_partition
from shared.tables import ConditionFailed, Update
from tests.unit.visits.programmes.world import HERE, SIRETS, World

ONE = SIRETS[0]
DAY = date(2026, 11, 26)


def writes(world: World, structure: str = "cci", day: date = DAY, visit: str = "v1") -> list[Update]:
    """The writes of a visit to the first enterprise."""
    items = world.visits.query(enterprise_partition(HERE, ONE)).items
    return visited_writes(items, structure_id=structure, visit_id=visit, visited_on=day)


def visit(world: World, structure: str = "cci", day: date = DAY, visit: str = "v1") -> None:
    for update in writes(world, structure, day, visit):
        world.visits.write(update)


def kept(world: World, programme: Programme) -> Target:
    """The target of the first enterprise as it stands."""
    return next(each for each in world.desk.store.rivals(HERE, ONE) if each.programme_id == programme.id)


def test_the_targets_of_the_visiting_structure_are_fulfilled(world: World) -> None:
    """Whoever had claimed them; those of others only learn the day."""
    mine, theirs = world.active(), world.active("oscar")
    claim_target(world.asked("karim", mine, ONE), world.desk)
    visit(world)

    fulfilled, other = kept(world, mine), kept(world, theirs)
    assert (fulfilled.state, fulfilled.visit_id, fulfilled.visited_on, fulfilled.claim) == ("visited", "v1", DAY, None)
    assert (other.state, other.visited_on, other.last_visited_on) == ("pending", None, DAY)


def test_an_older_visit_reported_late_is_not_the_last(world: World) -> None:
    """The last day stays the last."""
    programme = world.active()
    visit(world)
    visit(world, "opco", date(2026, 3, 1), "v2")

    assert kept(world, programme).last_visited_on == DAY


def test_a_second_visit_leaves_the_first_fulfilment(world: World) -> None:
    """A target is fulfilled once; later visits only change the last day."""
    programme = world.active()
    visit(world)
    visit(world, day=date(2026, 11, 27), visit="v2")

    target = kept(world, programme)
    assert (target.visit_id, target.visited_on, target.last_visited_on) == ("v1", DAY, date(2026, 11, 27))


def test_a_corrected_day_is_corrected_on_the_target(world: World) -> None:
    """The same visit said to be of another day."""
    programme = world.active()
    visit(world)
    visit(world, day=date(2026, 11, 20))

    assert kept(world, programme).visited_on == date(2026, 11, 20)


def test_a_correction_may_bring_the_last_day_back(world: World) -> None:
    """Who corrects a report has read the other visits, and says which is the last."""
    programme = world.active("oscar")
    visit(world)
    items = world.visits.query(enterprise_partition(HERE, ONE)).items
    last = date(2026, 3, 1)
    world.visits.write(*visited_writes(items, structure_id="cci", visit_id="v1", visited_on=last, last_visited_on=last))

    assert kept(world, programme).last_visited_on == last


def test_what_was_withdrawn_stays_withdrawn(world: World) -> None:
    """Its reason too."""
    programme = world.active()
    withdraw_target(WithdrawTarget(reason="Fermée"), world.asked("claire", programme, ONE), world.desk)
    visit(world)

    assert (kept(world, programme).state, kept(world, programme).reason) == ("withdrawn", "Fermée")


def test_a_target_that_moved_meanwhile_fails_the_report(world: World) -> None:
    """The report reads again: a visit never undoes what it has not read."""
    programme = world.active()
    late = writes(world)
    claim_target(world.asked("claire", programme, ONE), world.desk)

    with pytest.raises(ConditionFailed):
        world.visits.write(*late)


def test_a_visit_to_a_stranger_writes_nothing(world: World) -> None:
    """No target, no write; the other items of the enterprise are passed over."""
    world.active()
    items = [{"pk": enterprise_partition(HERE, ONE), "sk": "SUMMARY", "visits": 1}]

    assert visited_writes(items, structure_id="cci", visit_id="v", visited_on=DAY) == []
