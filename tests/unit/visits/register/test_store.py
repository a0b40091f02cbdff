"""The register keeps what it is given, once, in as few write units as there are changed records."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest

from services.visits.register.enterprise import SIZE_BANDS, digest, enterprise_of, item_of, renewed
from services.visits.register.store import RegisterStore
from shared.errors import NotFound
from shared.tables import ConditionFailed, MemoryTable
from tests.unit.visits.register.rows import ELSEWHERE, HERE, enterprise, unregistered

LONGEST = enterprise(
    name="SOCIÉTÉ " + "X" * 92,
    trade_name="Y" * 100,
    address="Z" * 80,
    commune="Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson",
    naf_2025="26.52Y",
    size_year=2023,
    created_on="1987-03-01",
    head_office=True,
    employer=True,
)


def test_a_record_read_is_the_record_kept() -> None:
    """Nothing is lost on the way, whatever is left out of the item."""
    for kept in (LONGEST, enterprise(diffusible=False, state="closed"), unregistered(1, insee=None, naf=None)):
        assert enterprise_of(json.loads(json.dumps(item_of(kept)))) == kept


def test_the_longest_record_takes_one_write_unit() -> None:
    """A kilobyte, keys of the indexes included."""
    item = item_of(LONGEST)

    assert sum(len(name) + len(str(value).encode()) for name, value in item.items()) <= 1024


def test_the_digest_changes_with_what_a_source_says_and_with_nothing_else() -> None:
    """An import skips what has not changed, though people merged it or the file is of another day."""
    plain = enterprise()

    assert digest(plain) == digest(enterprise(recorded_on="2030-01-01", merged_into="x"))
    changes = ({"name": "Autre"}, {"naf": "26.51Z"}, {"size_band": "11"}, {"state": "closed"}, {"diffusible": False})
    assert len({digest(plain), *(digest(enterprise(**change)) for change in changes)}) == 6


def test_what_people_merged_stays_merged_when_a_source_speaks_again() -> None:
    """A file does not undo a decision."""
    merged = unregistered(1, merged_into="73282932000074")

    assert renewed(merged, unregistered(1, name="Autre")).merged_into == "73282932000074"
    assert renewed(None, merged) == merged


def test_each_commune_is_noted_once_with_its_label() -> None:
    """One write for a commune seen first, none for those known, also to another process."""
    table = MemoryTable()
    RegisterStore(table).keep([enterprise(), unregistered(1, commune="MONTBELIARD"), unregistered(2, insee=None)])
    RegisterStore(table).add(unregistered(3, insee="90010", commune="Belfort"))

    assert RegisterStore(table).communes(HERE) == {"25388": "Montbéliard", "90010": "Belfort"}
    assert RegisterStore(table).communes(ELSEWHERE) == {}


def test_a_known_enterprise_is_not_added_over() -> None:
    """Two that add the same SIRET at once: the first record stands."""
    store = RegisterStore(MemoryTable())
    store.add(enterprise())

    with pytest.raises(ConditionFailed):
        store.add(enterprise(name="Autre"))
    assert store.get(HERE, enterprise().id).name == "Horlogerie du Lion"


def test_those_known_are_told_from_those_unknown() -> None:
    """In one go, with or without SIRET, whole or only their digests."""
    store = RegisterStore(MemoryTable())
    store.keep([enterprise(), unregistered(1)])
    ids = [enterprise().id, unregistered(1).id, unregistered(2).id, enterprise().id]

    assert store.known(HERE, ids) == {each.id: each for each in (enterprise(), unregistered(1))}
    assert store.digests(HERE, ids) == {each.id: digest(each) for each in (enterprise(), unregistered(1))}


def test_another_territorys_enterprise_does_not_exist() -> None:
    """The same SIRET may be in two registers; each reads its own."""
    store = RegisterStore(MemoryTable())
    store.add(enterprise(territory_id=ELSEWHERE))

    with pytest.raises(NotFound):
        store.get(HERE, enterprise().id)


def test_the_bands_of_headcount_have_no_gap() -> None:
    """Each begins where the one before ends."""
    bands = [band for code, band in SIZE_BANDS.items() if code != "NN"]

    assert all(one.most is not None and one.most + 1 == two.least for one, two in pairwise(bands))
