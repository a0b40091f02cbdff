"""Endpoints in their table: written once by whoever was first, found again by their territory and by the sweep."""

from __future__ import annotations

import pytest

from services.alerts.endpoints import endpoint as rules
from services.alerts.endpoints.endpoint import MACHINE, born
from services.alerts.endpoints.endpoint_store import EndpointStore
from shared.errors import Unavailable
from shared.tables import Contended, MemoryTable, Put, Write
from tests.unit.alerts.delivery_scene import NOON, PORTAL, TERRITORY
from tests.unit.alerts.endpoint_scene import portal_endpoint


class Refusing(MemoryTable):
    """A table that takes no write, for one reason."""

    def __init__(self, refusal: Exception) -> None:
        super().__init__()
        self.refusal = refusal

    def write(self, *writes: Write) -> None:
        raise self.refusal


def test_what_was_written_is_read_back() -> None:
    """Keys, history and circuit, to the microsecond."""
    store, endpoint = EndpointStore(MemoryTable()), rules.paused(portal_endpoint(), MACHINE, NOON)
    assert store.get(TERRITORY, PORTAL.id) is None
    assert store.replace(None, endpoint)
    assert store.get(TERRITORY, PORTAL.id) == endpoint.becoming(revision=1)


def test_of_two_writers_the_first_one_wins() -> None:
    """Also when both believed that there was no record yet."""
    store = EndpointStore(MemoryTable())
    first = born(TERRITORY, PORTAL, NOON)
    assert store.replace(first, first)
    assert not store.replace(first, first)
    found = store.get(TERRITORY, PORTAL.id)
    assert found
    assert store.replace(found, rules.paused(found, MACHINE, NOON))
    assert not store.replace(found, rules.disabled(found, "Fermée.", MACHINE, NOON))


def test_what_goes_beside_is_written_with_it_or_not_at_all() -> None:
    """The message that tells of a change exists exactly if the change does."""
    table = MemoryTable()
    store, beside = EndpointStore(table), Put({"pk": "T#x", "sk": "y"})
    assert store.replace(None, portal_endpoint(), (beside,))
    assert not store.replace(None, portal_endpoint(), (Put({"pk": "T#x", "sk": "z"}),))
    assert table.get("T#x", "y")
    assert table.get("T#x", "z") is None


def test_a_table_that_is_busy_is_a_lost_race_and_one_that_is_away_is_said() -> None:
    """Busy: somebody else is writing this very record."""
    assert not EndpointStore(Refusing(Contended())).replace(None, portal_endpoint())
    with pytest.raises(Unavailable):
        EndpointStore(Refusing(Unavailable("DynamoDB"))).replace(None, portal_endpoint())


def test_a_territory_sees_its_own_endpoints_only() -> None:
    """By partner id; the other territory's partner of the same name is another endpoint."""
    store = EndpointStore(MemoryTable())
    for territory, partner in ((TERRITORY, "p-b"), (TERRITORY, "p-a"), ("ailleurs", "p-a")):
        store.replace(None, portal_endpoint().becoming(territory_id=territory, partner_id=partner))
    assert [one.partner_id for one in store.of_territory(TERRITORY)] == ["p-a", "p-b"]
    assert store.get("ailleurs", "p-b") is None


def test_the_sweep_finds_an_endpoint_only_while_it_has_to_look() -> None:
    """An endpoint at which nothing waits costs the sweep nothing."""
    table = MemoryTable()
    store, watched = EndpointStore(table), rules.watched(portal_endpoint(), NOON)
    assert store.replace(None, watched)
    found = table.query(f"T#{TERRITORY}", index="due").items
    assert [(item["kind"], item["partner_id"]) for item in found] == [("endpoint", PORTAL.id)]
    assert store.replace(watched.becoming(revision=1), watched.becoming(look_at=None))
    assert table.query(f"T#{TERRITORY}", index="due").items == []
