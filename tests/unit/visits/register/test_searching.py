"""A search finds exactly what reading every row would find, page after page, for a bounded price."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.visits.register.criteria import Criteria, read_criteria
from services.visits.register.enterprise import SIZE_BANDS, Enterprise, item_of
from services.visits.register.searching import MOST_ROWS, READ_UNITS
from services.visits.register.store import RegisterStore
from shared.errors import Invalid
from shared.tables import MemoryTable
from tests.unit.visits.register.rows import ELSEWHERE, HERE, CountingTable, enterprise, many, unregistered

NAMES = (
    "Bois",
    "Boissons d’Alsace",
    "SARL Bois & Fils",
    "BÔIS",
    "Éts Boîte",
    "bo",
    "S.N.C.F.",
    "Garage du Lion",
    "---",
)
COMMUNES, BANDS, ACTIVITIES = ("25388", "90010", None), ("NN", "00", "12", "53"), ("26.52Z", "26.51Y", "01.11Z", None)

rows: st.SearchStrategy[list[dict[str, Any]]] = st.lists(
    st.builds(
        dict,
        name=st.sampled_from(NAMES),
        insee=st.sampled_from(COMMUNES),
        size_band=st.sampled_from(BANDS),
        naf=st.sampled_from(ACTIVITIES),
        state=st.sampled_from(("active", "active", "active", "closed")),
        diffusible=st.sampled_from((True, True, False)),
        registered=st.booleans(),
    ),
    max_size=40,
)
searches = st.builds(
    Criteria,
    name=st.none() | st.sampled_from(("bo", "bois", "Boiss", "sarl bo", "BOÎS", "sncf", "garage du lion", "zz")),
    siret_or_siren=st.none() | st.sampled_from(("100000000", "10000000000001", "999999999")),
    insee=st.sampled_from((None, "25388", "90010", "70000")),
    naf=st.sampled_from((None, "26", "26.5", "26.52Z", "99")),
    size_bands=st.sampled_from(((), ("NN",), ("00", "12"), ("53",))),
)


def made(number: int, registered: bool, **attributes: Any) -> Enterprise:
    """The row of a number, with a SIRET or without."""
    if registered:
        return enterprise(siret=f"{100_000_000 + number // 3}{number:05}", **attributes)
    return unregistered(number, **attributes)


def pages(store: RegisterStore, criteria: Criteria, limit: int) -> list[Enterprise]:
    """All that a search finds, read to its last page."""
    found: list[Enterprise] = []
    cursor = None
    while True:
        page = store.search(HERE, criteria, limit, cursor)
        assert len(page.enterprises) <= limit
        found += page.enterprises
        cursor = page.cursor
        if cursor is None:
            return found


@settings(max_examples=150, deadline=None)
@given(rows, searches, st.integers(1, 7))
def test_a_search_finds_what_a_naive_filter_finds(kept: list[dict[str, Any]], criteria: Criteria, limit: int) -> None:
    """Whatever way it takes through the indexes: each match once, nothing else, over all pages."""
    table = MemoryTable()
    everybody = [made(number, **row) for number, row in enumerate(kept)]
    strangers = [enterprise(territory_id=ELSEWHERE, siret=f"100000000{number:05}") for number in range(3)]
    table.items = {(item["pk"], item["sk"]): item for item in map(item_of, everybody + strangers)}

    found = pages(RegisterStore(table), criteria, limit)

    assert sorted(each.id for each in found) == sorted(each.id for each in everybody if criteria.match(each))


@pytest.mark.parametrize(
    "criteria",
    [
        Criteria(),
        Criteria(name="bo"),
        Criteria(name="bo", naf="99"),
        Criteria(name="boulangerie", insee="25999", size_bands=("53",)),
        Criteria(insee="25100"),
        Criteria(insee="25100", name="ga", naf="12"),
        Criteria(naf="12"),
        Criteria(naf="12", size_bands=tuple(SIZE_BANDS)),
        Criteria(siret_or_siren="100000001"),
    ],
)
def test_the_price_of_a_page_does_not_grow_with_the_territory(criteria: Criteria) -> None:
    """A thousand rows or four thousand: at most the stated rows and read units a page, the first and the next ones."""
    for count in (1000, 4000):
        table = CountingTable()
        table.items = {(item["pk"], item["sk"]): item for item in map(item_of, many(count))}
        store, cursor = RegisterStore(table), None
        for _ in range(3):
            table.rows, table.units = 0, 0.0
            cursor = store.search(HERE, criteria, 100, cursor).cursor
            assert table.rows <= MOST_ROWS
            assert table.units <= READ_UNITS
            if cursor is None:
                break


def test_the_largest_enterprises_come_first() -> None:
    """A search without a name runs from the largest band to the one that nobody has stated."""
    store = RegisterStore(MemoryTable())
    for number, band in enumerate(("01", "NN", "53", "12")):
        store.add(unregistered(number, size_band=band))

    assert [each.size_band for each in pages(store, Criteria(insee="25388"), 2)] == ["53", "12", "01", "NN"]


@pytest.mark.parametrize("forged", ["x", "W10", "bnVsbA", "WyJhIiwgMCwgbnVsbF0"])
def test_a_forged_cursor_is_refused(forged: str) -> None:
    """What a page's address says is input like any other."""
    with pytest.raises(Invalid):
        RegisterStore(MemoryTable()).search(HERE, Criteria(), 10, forged)


def test_a_cursor_serves_its_own_search_only() -> None:
    """Another territory or other criteria begin at their own first page."""
    store = RegisterStore(MemoryTable())
    for number in range(3):
        store.add(unregistered(number))
    cursor = store.search(HERE, Criteria(name="horlogerie"), 1).cursor

    for territory, criteria in ((ELSEWHERE, Criteria(name="horlogerie")), (HERE, Criteria(name="horlog"))):
        with pytest.raises(Invalid):
            store.search(territory, criteria, 1, cursor)


def test_a_closed_establishment_is_found_by_its_siret_alone() -> None:
    """Its name, its commune and its SIREN lead to those that are open."""
    store = RegisterStore(MemoryTable())
    store.add(enterprise(state="closed"))

    searches = (Criteria(name="horlogerie"), Criteria(insee="25388"), read_criteria("732 829 320"))
    assert [pages(store, criteria, 5) for criteria in searches] == [[], [], []]
    assert pages(store, read_criteria("732 829 320 00074"), 5)[0].state == "closed"
