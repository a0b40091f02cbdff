"""The address book: one read a territory, whatever its size, and people by role."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from shared.address_book import AddressBook, Directory, Member, Territory
from shared.errors import NotFound
from shared.published import REGISTRY, Registry
from shared.tables import MemoryTable, Put


def _table(*items: Mapping[str, object]) -> MemoryTable:
    table = MemoryTable()
    for item in items:
        table.write(Put(dict(item)))
    return table


def _member(number: int) -> dict[str, object]:
    member = {"id": f"m{number}", "structure_id": "s", "name": f"Membre {number}", "roles": ["capteur"]}
    return {"pk": "T#val", "sk": f"MEMBER#m{number}", **member}


TERRITORY = {"pk": "T#val", "sk": "TERRITORY", "id": "val", "name": "Val"}


def test_a_territory_larger_than_a_page_is_read_whole() -> None:
    """Twelve hundred members come in three pages and are all there."""
    table = _table(TERRITORY, *map(_member, range(1200)))
    assert len(AddressBook(table).directory("val").members) == 1200


def test_another_territorys_entries_are_not_seen() -> None:
    """A territory is a partition of its own."""
    table = _table(TERRITORY, _member(1) | {"pk": "T#vallon"}, _member(2))
    assert [member.id for member in AddressBook(table).directory("val").members] == ["m2"]


def test_an_unknown_territory_is_not_found() -> None:
    """Even when something stands in its partition: a territory is known by its own item."""
    with pytest.raises(NotFound):
        AddressBook(_table(_member(1))).directory("val")


def test_the_registry_names_every_territory() -> None:
    """The sweeps go by it."""
    table = _table({"pk": REGISTRY, "sk": "b"}, {"pk": REGISTRY, "sk": "a"}, TERRITORY)
    assert Registry(table).territory_ids() == ["a", "b"]


def test_what_a_later_release_adds_is_ignored() -> None:
    """Functions of two releases read the same items during a deployment."""
    later = {"pk": "T#val", "sk": "COMMITTEE#c1", "id": "c1"}
    territory = TERRITORY | {"colour": "blue", "settings": {"alert_hours": 48, "moon_phase": "full"}}
    assert AddressBook(_table(territory, later)).directory("val").territory == Territory(id="val", name="Val")


def test_a_role_and_a_channel_that_came_later_are_ignored() -> None:
    """A person keeps the roles that are known here; a partner on an unknown channel is told by who knows it."""
    several = _member(1) | {
        "roles": ["capteur", "astronaut"],
        "absent": [["2026-06-01", "2026-06-02"]],
        "deputy_id": "m2",
    }
    only_new = _member(2) | {"roles": ["astronaut"]}
    known = {"pk": "T#val", "sk": "PARTNER#p1", "id": "p1", "name": "P", "channel": "email", "address": "a@b.example"}
    pigeon = known | {"sk": "PARTNER#p2", "id": "p2", "channel": "pigeon"}
    directory = AddressBook(_table(TERRITORY, several, only_new, known, pigeon)).directory("val")
    assert [(member.id, member.roles) for member in directory.members] == [("m1", ("capteur",)), ("m2", ())]
    assert [partner.id for partner in directory.partners] == ["p1"]
    assert directory.members[0].is_absent(date(2026, 6, 2))


def test_a_member_of_before_has_no_absence() -> None:
    """Items written by an earlier release are read as they are."""
    (member,) = AddressBook(_table(TERRITORY, _member(1))).directory("val").members
    assert (member.absent, member.deputy_id, member.is_absent(date(2026, 6, 2))) == ((), None, False)


def test_a_users_roles_are_read_the_same_way() -> None:
    """Somebody with a role of a later release still signs in, with what is known here."""
    membership = {
        "territory_id": "val",
        "territory_name": "Val",
        "structure_id": "s",
        "structure_name": "S",
        "member_id": "m1",
        "roles": ["astronaut", "manager"],
    }
    item = {"pk": "USER#x", "sk": "USER", "subject": "x", "name": "X", "memberships": [membership]}
    user = AddressBook(_table(item)).user("x")
    assert user is not None
    assert user.memberships[0].roles == ("manager",)


def test_an_unknown_subject_is_nobody() -> None:
    """The caller decides what that means."""
    assert AddressBook(_table()).user("x") is None


def test_people_are_found_by_any_of_the_roles_asked_for() -> None:
    """One person with two of them is there once."""
    both = Member(id="a", structure_id="s", name="A", roles=("coordinator", "manager"))
    other = Member(id="b", structure_id="s", name="B", roles=("capteur",))
    directory = Directory(territory=Territory(id="val", name="Val"), members=(both, other))
    assert directory.having("coordinator", "manager") == (both,)
    assert directory.member("b") is other
    assert directory.member("c") is None
