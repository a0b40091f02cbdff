"""The tables of a release: coverage in whole numbers, passerelles one way, the same bytes for the same files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from services.matching.reference import coverage as covering
from services.matching.reference.coverage import coverage, rarity
from services.matching.reference.release import read_release
from services.matching.reference.shipped import demonstration
from services.matching.reference.tables import Tables, dump, load, tables_of
from shared.errors import Unreadable
from tests.unit.matching.reference.published import written


@pytest.fixture
def tables(tmp_path: Path) -> Tables:
    return tables_of(read_release(written(tmp_path)))


def told(tables: Tables, table: NDArray[np.integer], source: str, target: str) -> int:
    """One cell, by codes."""
    places = tables.occupations.find(source), tables.occupations.find(target)
    return int(table[places])


def covered(tables: Tables, source: int, target: int) -> int:
    """The definition of coverage, item by item."""
    skills, held = tables.skills, set(tables.skills.of(source).tolist())
    groups = {int(skills.macro[item]) for item in held} - {-1}
    part = whole = 0
    for place in range(skills.indptr[target], skills.indptr[target + 1]):
        item = int(skills.item[place])
        weight = int(skills.weight[item]) * (2 if skills.core[place] else 1)
        whole += 2 * weight
        part += 2 * weight if item in held else weight if int(skills.macro[item]) in groups else 0
    return (2000 * part + whole) // (2 * whole) if whole else 0


def test_official_passerelles_go_one_way(tables: Tables) -> None:
    """Reversed, a pair of the ROME's table is none."""
    assert told(tables, tables.official_rank, "H2909", "B1616") == 2
    assert told(tables, tables.official_rank, "B1616", "H2909") == 0


def test_contexts_of_work_are_not_skills(tables: Tables) -> None:
    """Working at night says nothing of what one can do."""
    assert "5" not in tables.skills.codes
    assert tables.skills.labels[0] == "Assembler une pièce"


def test_families_are_those_of_version_3(tables: Tables) -> None:
    """Métiers that were one share a number."""
    assert tables.occupations.family.tolist() == [0, 0, 1, 2]
    assert tables.occupations.domain.tolist() == ["B16", "B16", "H29", "J15"]


def test_coverage_counts_what_the_target_asks(tables: Tables) -> None:
    """Whole for oneself, nothing for strangers, and not the same both ways."""
    assert told(tables, tables.coverage, "J1501", "J1501") == 1000
    assert told(tables, tables.coverage, "H2909", "J1501") == 0
    assert told(tables, tables.coverage, "B1604", "B1616") == 1000
    assert told(tables, tables.coverage, "H2909", "B1616") == 500, "half, through the macro-competence"
    assert 0 < told(tables, tables.coverage, "B1616", "B1604") < 1000


@pytest.mark.parametrize("block", [1, 7, 2_000_000])
def test_coverage_is_its_definition_whatever_the_blocks(monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    """Every pair of the demonstration, item by item, to the thousandth."""
    monkeypatch.setattr(covering, "BLOCK", block)
    shipped = tables_of(demonstration())
    count = len(shipped.occupations)
    assert shipped.coverage.tolist() == [
        [covered(shipped, one, other) for other in range(count)] for one in range(count)
    ]


def test_rare_items_weigh_more() -> None:
    """What everybody has still weighs a little; what nobody has is no exception."""
    indptr, item = np.array([0, 2, 3, 4], dtype=np.int32), np.array([0, 1, 0, 0], dtype=np.int32)
    common, rare, unheld = rarity(indptr, item, 3).tolist()
    assert 0 < common < rare <= unheld


def test_a_metier_without_items_is_covered_by_nobody() -> None:
    """Nothing divided by nothing is nothing."""
    none = np.zeros(0, dtype=np.int32)
    made = coverage(np.zeros(3, dtype=np.int32), none, none.astype(np.bool_), none, none)
    assert made.tolist() == [[0, 0], [0, 0]]


def test_tables_come_back_as_they_were(tables: Tables) -> None:
    """Texts, numbers and pairs; and the same tables give the same bytes."""
    inferred = np.full((4, 4), 7, dtype=np.int16)
    content = dump(Tables(**{**vars(tables), "inferred": inferred}))
    back = load(content)
    assert back.version == tables.version
    assert back.occupations.titles == tables.occupations.titles
    assert back.skills.macro_labels == ("Monter des mécanismes",)
    assert back.inferred.tolist() == inferred.tolist()
    assert back.coverage.dtype == np.int16
    assert dump(back) == content


def test_what_was_not_dumped_is_not_loaded(tables: Tables) -> None:
    """Cut, empty or something else: refused, never half read."""
    content = dump(tables)
    for other in (b"", b"PK", content[:-40], b"\x93NUMPY" + content):
        with pytest.raises(Unreadable):
            load(other)
