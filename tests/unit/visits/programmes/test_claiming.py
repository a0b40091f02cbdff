"""Claims of targets: one at a time, for a time, by name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from services.visits.programmes.claiming import claim_target, release_target, withdraw_target
from services.visits.programmes.commands import CloseProgramme, WithdrawTarget
from services.visits.programmes.committing import close_programme
from services.visits.programmes.programme import Programme
from services.visits.programmes.target import Target
from services.visits.programmes.target_rules import Taken
from shared.errors import Conflict, Forbidden, NotFound
from shared.tables import Contended, MemoryTable, Write
from tests.unit.visits.programmes.world import HERE, SIRETS, World, enterprise

ONE = SIRETS[0]


class OvertakenTable(MemoryTable):
    """A table where somebody else writes first, once: between what is read and what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.overtaken_by: Callable[[], object] | None = None

    def write(self, *writes: Write) -> None:
        first, self.overtaken_by = self.overtaken_by, None
        if first is not None:
            first()
        super().write(*writes)


class BusyTable(MemoryTable):
    """A table whose items are being written by others, so many times."""

    busy = 0

    def write(self, *writes: Write) -> None:
        if self.busy:
            self.busy -= 1
            raise Contended
        super().write(*writes)


def claim(world: World, who: str, programme: Programme, enterprise_id: str = ONE) -> None:
    claim_target(world.asked(who, programme, enterprise_id), world.desk)


def kept(world: World, programme: Programme, enterprise_id: str = ONE) -> Target:
    """A target as it stands."""
    found = world.desk.store.rivals(HERE, enterprise_id)
    return next(target for target in found if target.programme_id == programme.id)


def test_a_claim_names_its_holder_and_its_end(world: World) -> None:
    """The territory's delay from now on, the names of the day, and the fact is told."""
    world.settle(claim_days=10)
    programme = world.active()
    claim(world, "claire", programme)

    held = kept(world, programme).claim_at(world.clock.now())
    assert held is not None
    assert (held.member_name, held.structure_name) == ("Claire Martin", "CCI du Doubs")
    assert held.until == world.clock.now() + timedelta(days=10)
    assert world.facts().count("TargetClaimed") == 1


def test_the_second_capteur_is_told_who_and_until_when(world: World) -> None:
    """One wins; the other reads a name, a structure and a day, and nothing is written for them."""
    programme = world.active()
    claim(world, "claire", programme)

    with pytest.raises(Taken, match=r"Claire Martin \(CCI du Doubs\), jusqu’au dimanche 27.décembre 2026"):
        claim(world, "karim", programme)
    assert kept(world, programme).version == 2


def test_a_claim_that_is_overtaken_is_told_who_won() -> None:
    """Both have read a free target; the write that comes second fails, reads again, and knows."""
    table = OvertakenTable()
    world = World(visits=table)
    world.keep(enterprise(ONE))
    programme = world.active()
    table.overtaken_by = lambda: claim(world, "claire", programme)

    with pytest.raises(Taken, match="Claire Martin"):
        claim(world, "karim", programme)
    held = kept(world, programme).claim
    assert held is not None
    assert held.member_id == "claire"
    assert world.facts().count("TargetClaimed") == 1


def test_a_claim_overtaken_in_another_programme_is_told_who_won() -> None:
    """Two structures seek the same enterprise: they do not both visit it."""
    table = OvertakenTable()
    world = World(visits=table)
    world.keep(enterprise(ONE))
    mine, theirs = world.active(), world.active("oscar")
    table.overtaken_by = lambda: claim(world, "oscar", theirs)

    with pytest.raises(Taken, match=r"Oscar Leroy \(OPCO 2i\)"):
        claim(world, "claire", mine)


def test_a_claim_overtaken_by_a_visit_is_refused() -> None:
    """The target was fulfilled meanwhile."""
    table = OvertakenTable()
    world = World(visits=table)
    world.keep(enterprise(ONE))
    programme = world.active()
    table.overtaken_by = lambda: withdraw_target(
        WithdrawTarget(reason="Fermée"), world.asked("marie", programme, ONE), world.desk
    )

    with pytest.raises(Conflict, match="retirée"):
        claim(world, "claire", programme)


def test_a_claim_does_not_outrun_the_closing() -> None:
    """A programme that closes between the reading and the writing lets nothing be claimed."""
    table = OvertakenTable()
    world = World(visits=table)
    world.keep(enterprise(ONE))
    programme = world.active()
    closing = CloseProgramme(expected_version=programme.version, reason="Fin")

    def close() -> None:
        close_programme(closing, programme.id, world.request("marie"), world.caller("marie"), world.desk)

    table.overtaken_by = close
    with pytest.raises(Conflict):
        claim(world, "claire", programme)
    assert kept(world, programme).state == "pending"


@pytest.mark.parametrize("busy", [1, 3])
def test_a_busy_table_is_tried_again(busy: int) -> None:
    """Contention is no refusal."""
    table = BusyTable()
    world = World(visits=table)
    world.keep(enterprise(ONE))
    programme = world.active()
    table.busy = busy
    claim(world, "claire", programme)

    assert kept(world, programme).state == "claimed"


def test_a_claim_lapses_by_the_clock(world: World) -> None:
    """After the delay the target is free, without anything having run, and a colleague takes it."""
    programme = world.active()
    claim(world, "claire", programme)
    world.clock.now_is += timedelta(days=30)

    assert kept(world, programme).state_at(world.clock.now()) == "pending"
    claim(world, "karim", programme)
    held = kept(world, programme).claim
    assert held is not None
    assert held.member_id == "karim"


def test_the_claims_of_a_member_are_found_alone(world: World) -> None:
    """Whatever the length of the list; what was given up or visited is no longer among them."""
    programme = world.active()
    claim(world, "claire", programme)
    claim(world, "karim", programme, SIRETS[1])
    claim(world, "claire", programme, SIRETS[2])
    release_target(world.asked("claire", programme, SIRETS[2]), world.desk)
    store = world.desk.store

    assert [target.enterprise_id for target in store.claimed_by(programme, "claire")] == [ONE]
    assert len(store.targets(programme)) == 3


def test_its_holder_claims_again_to_hold_longer(world: World) -> None:
    """A claim renewed counts from the renewal."""
    programme = world.active()
    claim(world, "claire", programme)
    world.clock.now_is += timedelta(days=20)
    claim(world, "claire", programme)

    held = kept(world, programme).claim
    assert held is not None
    assert held.until == world.clock.now() + timedelta(days=30)


def test_the_same_request_said_twice_claims_once(world: World) -> None:
    """A double click has one effect and one answer."""
    programme = world.active()
    asked = world.asked("claire", programme, ONE)
    first = claim_target(asked, world.desk)
    world.clock.now_is += timedelta(hours=1)

    assert claim_target(asked, world.desk) == first
    assert world.facts().count("TargetClaimed") == 1


def test_a_claim_is_given_up_by_its_holder_or_their_manager(world: World) -> None:
    """A colleague cannot; the manager can, and so can the coordination."""
    programme = world.active()
    for releaser in ("claire", "marie", "carole"):
        claim(world, "claire", programme)
        with pytest.raises(Forbidden, match="a réservé"):
            release_target(world.asked("karim", programme, ONE), world.desk)
        release_target(world.asked(releaser, programme, ONE), world.desk)
        assert kept(world, programme).state == "pending"

    with pytest.raises(Conflict, match="pas réservée"):
        release_target(world.asked("claire", programme, ONE), world.desk)


def test_a_withdrawal_keeps_its_reason(world: World) -> None:
    """Out of the list for good, and it says why."""
    programme = world.active()
    withdraw_target(WithdrawTarget(reason="Fermée"), world.asked("claire", programme, ONE), world.desk)

    assert (kept(world, programme).state, kept(world, programme).reason) == ("withdrawn", "Fermée")
    with pytest.raises(Conflict, match="retirée"):
        claim(world, "claire", programme)


def test_what_a_colleague_holds_is_withdrawn_by_the_manager_alone(world: World) -> None:
    """A withdrawal is no way to take an enterprise from somebody."""
    programme = world.active()
    claim(world, "claire", programme)
    command = WithdrawTarget(reason="Fermée")

    with pytest.raises(Taken):
        withdraw_target(command, world.asked("karim", programme, ONE), world.desk)
    withdraw_target(command, world.asked("marie", programme, ONE), world.desk)
    assert kept(world, programme).state == "withdrawn"


def test_the_targets_of_another_structure_do_not_exist(world: World) -> None:
    """404, as for another territory."""
    programme = world.active("oscar")

    with pytest.raises(NotFound):
        claim(world, "claire", programme)
    with pytest.raises(Forbidden):
        claim(world, "franck", programme)


def test_an_enterprise_out_of_the_list_is_not_found(world: World) -> None:
    """Only what was frozen can be claimed."""
    programme = world.active()

    with pytest.raises(NotFound, match="pas dans la liste"):
        claim(world, "claire", programme, SIRETS[3])
