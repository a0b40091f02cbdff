"""What the benchmarks bill is what DynamoDB says that it bills."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmarks.sqlite_table import SqliteTable
from benchmarks.units import item_bytes
from shared.tables import Absent, ConditionFailed, Delete, Item, Put, Update
from shared.topology import Index, Table


@pytest.fixture
def table(tmp_path: Path) -> SqliteTable:
    """Empty, with one index."""
    return SqliteTable(tmp_path / "t.sqlite", Table("t", indexes=(Index("due"),)))


def thing(sk: str = "X", size: int = 500, **attributes: Any) -> Item:
    return {"pk": "T#t", "sk": sk, "text": "a" * size, **attributes}


def units(table: SqliteTable) -> tuple[float, int, int]:
    """Reads, writes and writes to indexes since the last time."""
    found = (table.bill.reads, table.bill.writes, table.bill.index_writes)
    table.bill.reset()
    return found


def test_sizes_are_counted_as_dynamodb_says() -> None:
    """Names and texts in UTF-8, two digits a byte, one byte for a boolean, three for a list and one for each of its parts."""
    assert item_bytes({"é": {"S": "é"}, "n": {"N": "1234"}, "b": {"BOOL": True}}) == 4 + 1 + 3 + 2
    assert item_bytes({"l": {"L": [{"NULL": True}, {"S": "ab"}]}, "m": {"M": {"a": {"S": "b"}}}}) == 9 + 7


def test_a_write_costs_a_unit_a_kilobyte_and_twice_that_in_a_transaction(table: SqliteTable) -> None:
    """The larger of before and after counts."""
    table.put_many([thing("A", 500), thing("B", 1500)])
    assert units(table) == (0, 1 + 2, 0)
    table.put_many([thing("B", 10)])
    assert units(table) == (0, 2, 0)
    table.write(Put(thing("A")), Put(thing("C")))
    assert units(table) == (0, 4, 0)
    table.write(Delete("T#t", "C"))
    assert units(table) == (0, 1, 0)


def test_a_refused_write_costs_too(table: SqliteTable) -> None:
    """DynamoDB bills the look at the condition."""
    table.write(Put(thing()))
    table.bill.reset()
    with pytest.raises(ConditionFailed):
        table.write(Put(thing(), (Absent(),)))
    assert units(table) == (0, 1, 0)


def test_an_index_costs_for_what_changes_in_it(table: SqliteTable) -> None:
    """Entering it: one; moving in it: a removal and an addition; the same item again: nothing; leaving it: one."""
    here: dict[str, Any] = {"due_pk": "T#t", "due_sk": "1"}
    there = here | {"due_sk": "2"}
    found = []
    for item in (thing(**here), thing(**here), thing(size=600, **here), thing(size=600, **there), thing()):
        table.put_many([item])
        found.append(units(table)[2])
    assert found == [1, 0, 1, 2, 1]


def test_an_update_is_billed_as_the_item_that_it_leaves(table: SqliteTable) -> None:
    """Changing one attribute writes the whole item again."""
    table.put_many([thing(size=3000)])
    table.bill.reset()
    table.write(Update("T#t", "X", {"n": 1}))
    assert units(table) == (0, 3, 0)


def test_a_page_is_read_as_one_and_a_batch_item_by_item(table: SqliteTable) -> None:
    """4 kB begun, at half price on an index; what is not there is billed as if it were small."""
    table.put_many([thing(f"{number}", 900, due_pk="T#t", due_sk=f"{number}") for number in range(5)])
    table.bill.reset()
    table.query("T#t")
    assert units(table)[0] == 2
    table.query("T#t", index="due")
    assert units(table)[0] == 1
    table.query("T#other", index="due")
    assert units(table)[0] == 0.5
    table.get_many([("T#t", "0"), ("T#t", "1"), ("T#t", "9")])
    assert units(table)[0] == 3
