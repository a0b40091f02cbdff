"""The address book: one read a territory, whatever its size, and people by role."""

from __future__ import annotations

from collections.abc import Mapping

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
