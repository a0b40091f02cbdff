"""Likely duplicates are proposed with their reasons, out of a bounded number of records."""

from __future__ import annotations

import pytest

from services.visits.register.duplicates import likely_duplicates, unregistered_with_duplicates
from services.visits.register.enterprise import item_of
from services.visits.register.store import RegisterStore
from shared.tables import MemoryTable
from tests.unit.visits.register.rows import HERE, CountingTable, enterprise, many, unregistered

LION = enterprise(address="12 rue de la Mouche")


def proposed(*known: object, new: object = None) -> list[tuple[str, tuple[str, ...]]]:
    """What is proposed for an enterprise without SIRET, by id with the reasons."""
    store = RegisterStore(MemoryTable())
    store.keep(known)  # type: ignore[arg-type]
    found = likely_duplicates(new or unregistered(9, name="Horlogerie Lion SARL"), store)  # type: ignore[arg-type]
    return [(each.enterprise.id, each.reasons) for each in found.candidates]


def test_a_near_name_in_the_same_commune_is_proposed_with_its_reasons() -> None:
    """The person who decides reads why."""
    ((found, reasons),) = proposed(LION)

    assert found == LION.id
    assert reasons == ("noms semblables à 93 %", "même commune", "même activité")


@pytest.mark.parametrize(
    "stranger",
    [
        enterprise(commune="Belfort", insee="90010", postcode="90000"),
        enterprise(name="Horlogerie des Trois Frères Réunis"),
        enterprise(state="closed"),
        enterprise(territory_id="vallee-de-l-arve"),
        unregistered(4, merged_into=LION.id),
    ],
)
def test_what_is_elsewhere_otherwise_named_closed_or_merged_is_not_proposed(stranger: object) -> None:
    """A list of what nobody would merge is not read for long."""
    assert proposed(stranger) == []


def test_a_sibling_of_the_same_siren_is_proposed_whatever_its_name() -> None:
    """Two establishments of one enterprise in a commune: the right one is chosen, though they are never merged."""
    sibling = enterprise(siret="73282932000082", name="Atelier Nord")

    assert [found for found, _ in proposed(sibling, new=LION)] == [sibling.id]


def test_the_likeliest_comes_first_and_at_most_five() -> None:
    """The same name before a near one."""
    near = [unregistered(number, name=f"Horlogerie Lion {'x' * number}") for number in range(1, 8)]
    found = proposed(*near, LION, unregistered(30, name="HORLOGERIE LION"))

    assert len(found) == 5
    assert found[0][1][0] == "même nom"


def test_the_reads_do_not_grow_with_the_territory() -> None:
    """A thousand records or four thousand, the same price for each enterprise compared."""
    read = []
    for count in (1000, 4000):
        table = CountingTable()
        table.items = {(item["pk"], item["sk"]): item for item in map(item_of, many(count))}
        likely_duplicates(unregistered(1, name="Boulangerie 12"), RegisterStore(table))
        read.append(table.rows)

    assert read[0] == read[1] <= 120


def test_the_list_shows_those_that_nothing_stands_for_yet() -> None:
    """Page by page; a merged one is done with."""
    store = RegisterStore(MemoryTable())
    store.keep([LION, *(unregistered(number) for number in range(3)), unregistered(3, merged_into=LION.id)])

    found, cursor = unregistered_with_duplicates(store, HERE, 2, None)
    more, end = unregistered_with_duplicates(store, HERE, 2, cursor)

    assert [each.enterprise.id for each in (*found, *more)] == [unregistered(number).id for number in range(3)]
    assert end is None
