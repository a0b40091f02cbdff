"""The table's protocol, held alike by DynamoDB (moto, one thread), by the fake, and by the table of the benchmarks."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from shared.errors import Invalid
from shared.tables import (
    Absent,
    AtMost,
    Check,
    ConditionFailed,
    Delete,
    Equals,
    Put,
    TableClient,
    Update,
    encode_cursor,
)


def _thing(number: int, **attributes: object) -> Put:
    return Put({"pk": "T#one", "sk": f"THING#{number:03}", "number": number, **attributes})


def test_an_item_comes_back_as_it_was_written(table: TableClient) -> None:
    """Texts, whole numbers, booleans, nulls, lists and maps survive a round trip."""
    item = {
        "pk": "T#one",
        "sk": "X",
        "n": 12,
        "yes": True,
        "none": None,
        "list": [1, "é"],
        "map": {"a": {"b": 2}},
    }
    table.write(Put(item))
    assert table.get("T#one", "X") == item
    assert table.get("T#one", "Y") is None


def test_a_second_creation_of_the_same_item_is_refused(table: TableClient) -> None:
    """`Absent` lets one writer create an item, and only one."""
    table.write(Put({"pk": "T#one", "sk": "X", "by": "first"}, (Absent(),)))
    with pytest.raises(ConditionFailed) as refusal:
        table.write(Put({"pk": "T#one", "sk": "X", "by": "second"}, (Absent(),)))
    assert refusal.value.failed == (0,)
    assert (table.get("T#one", "X") or {})["by"] == "first"


def test_an_expected_version_guards_an_update(table: TableClient) -> None:
    """`Equals` refuses a stale version and an item that does not exist."""
    table.write(Put({"pk": "T#one", "sk": "X", "version": 1, "old": "yes"}))
    table.write(Update("T#one", "X", {"version": 2, "name": "new"}, ("old",), (Equals({"version": 1}),)))
    assert table.get("T#one", "X") == {"pk": "T#one", "sk": "X", "version": 2, "name": "new"}
    for key in ("X", "absent"):
        with pytest.raises(ConditionFailed):
            table.write(Update("T#one", key, {"version": 2}, (), (Equals({"version": 1}),)))


def test_a_limit_guards_an_update(table: TableClient) -> None:
    """`AtMost` compares texts in their order and fails where the attribute is missing."""
    table.write(Put({"pk": "T#one", "sk": "X", "until": "2026-11-22T10:00:00Z"}))
    table.write(Delete("T#one", "X", (AtMost("until", "2026-11-22T10:00:00Z"),)))
    with pytest.raises(ConditionFailed):
        table.write(Delete("T#one", "X", (AtMost("until", "2026-11-22T10:00:00Z"),)))


def test_a_transaction_is_all_or_nothing_and_says_which_write_failed(table: TableClient) -> None:
    """One false condition among several leaves everything as it was."""
    table.write(_thing(1))
    with pytest.raises(ConditionFailed) as refusal:
        table.write(_thing(2), _thing_if_absent(1))
    assert refusal.value.failed == (1,)
    assert table.get("T#one", "THING#002") is None


def test_a_check_writes_nothing_and_can_stop_a_transaction(table: TableClient) -> None:
    """A `Check` on another item decides whether the transaction goes through."""
    table.write(_thing(1))
    table.write(_thing(2), Check("T#one", "THING#001", (Equals({"number": 1}),)))
    with pytest.raises(ConditionFailed):
        table.write(_thing(3), Check("T#one", "THING#001", (Equals({"number": 9}),)))
    assert table.get("T#one", "THING#003") is None


def test_a_partition_is_read_page_by_page_in_the_order_of_its_keys(table: TableClient) -> None:
    """Cursors lead through every item once, forwards and backwards."""
    table.write(*(_thing(number) for number in range(7)))
    for newest_first in (False, True):
        seen: list[int] = []
        cursor: str | None = None
        while True:
            page = table.query("T#one", begins="THING#", limit=3, cursor=cursor, newest_first=newest_first)
            seen += [item["number"] for item in page.items]
            cursor = page.cursor
            if cursor is None:
                break
        assert seen == sorted(range(7), reverse=newest_first)


def test_a_prefix_and_a_bound_narrow_a_query(table: TableClient) -> None:
    """`begins` keeps one kind of item, `up_to` all keys up to and including a bound."""
    table.write(_thing(1), _thing(2), Put({"pk": "T#one", "sk": "OTHER"}), Put({"pk": "T#two", "sk": "THING#001"}))
    assert len(table.query("T#one", begins="THING#").items) == 2
    assert [item["sk"] for item in table.query("T#one", up_to="THING#001").items] == ["OTHER", "THING#001"]


def test_an_index_holds_only_the_items_that_carry_its_keys(table: TableClient) -> None:
    """A sparse index loses an item when the attributes are removed."""
    table.write(_thing(1, due_pk="T#one", due_sk="09:00"), _thing(2, due_pk="T#one", due_sk="08:00"), _thing(3))
    assert [item["number"] for item in table.query("T#one", index="due").items] == [2, 1]
    assert [item["number"] for item in table.query("T#one", index="due", up_to="08:30").items] == [2]
    table.write(Update("T#one", "THING#002", {}, ("due_pk", "due_sk")))
    assert [item["number"] for item in table.query("T#one", index="due").items] == [1]


def test_an_index_is_read_page_by_page(table: TableClient) -> None:
    """Cursors work on an index, also where several items share the sort key."""
    table.write(*(_thing(number, due_pk="T#one", due_sk="same") for number in range(5)))
    first = table.query("T#one", index="due", limit=3)
    second = table.query("T#one", index="due", limit=3, cursor=first.cursor)
    assert sorted(item["number"] for item in (*first.items, *second.items)) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    "cursor", ["", "x", "e30", "bm9uc2Vuc2U", "eyJwayI6IlQjdHdvIiwic2siOiJYIn0", "eyJwayI6IlQjb25lIn0"]
)
def test_a_cursor_of_elsewhere_is_refused(table: TableClient, cursor: str) -> None:
    """Noise, an empty key and the cursor of another territory's partition are all Invalid."""
    with pytest.raises(Invalid):
        table.query("T#one", cursor=cursor)


FORGED = [
    {"pk": "T#one", "sk": ""},
    {"pk": "T#one", "sk": "x" * 1025},
    {"pk": "T#one", "sk": "\ud800"},
    {"pk": "T#one", "sk": 1},
]


@pytest.mark.parametrize("key", FORGED, ids=["empty", "too long", "half a character", "a number"])
def test_a_cursor_that_no_key_could_have_made_is_refused(table: TableClient, key: dict[str, Any]) -> None:
    """DynamoDB would answer with an error of its own, which people would see as a fault of ours."""
    with pytest.raises(Invalid):
        table.query("T#one", cursor=encode_cursor(key))


def test_a_cursor_too_deep_to_read_is_refused(table: TableClient) -> None:
    """A few kilobytes of brackets are no key."""
    with pytest.raises(Invalid):
        table.query("T#one", cursor=base64.urlsafe_b64encode(b"[" * 6000).decode())


def test_a_key_longer_than_any_key_is_of_nothing(table: TableClient) -> None:
    """An identifier typed in an address may be of any length: it is unknown, not an error."""
    assert table.get("T#" + "a" * 2047, "X") is None
    assert table.get("T#one", "a" * 1025) is None
    assert table.query("T#" + "a" * 2047).items == []


def test_what_dynamodb_would_refuse_is_refused_by_both(table: TableClient) -> None:
    """A transaction has 1 to 100 writes and touches a key once."""
    with pytest.raises(ValueError, match="0 writes"):
        table.write()
    with pytest.raises(ValueError, match="101 writes"):
        table.write(*(_thing(number) for number in range(101)))
    with pytest.raises(ValueError, match="on 1 keys"):
        table.write(_thing(1), _thing(1))


def test_many_items_are_written_and_read_at_once(table: TableClient) -> None:
    """Any number of them, over every limit of one call; a second writing replaces the whole item."""
    table.put_many([_thing(number, old="yes").item for number in range(130)])
    table.put_many([_thing(number, due_pk="T#one", due_sk="09:00").item for number in range(128)])
    found = table.get_many([("T#one", f"THING#{number:03}") for number in range(130)])
    assert [item["number"] for item in found] == list(range(130))
    assert [item["number"] for item in found if "old" in item] == [128, 129]
    assert len(table.query("T#one", index="due", limit=200).items) == 128


def test_reading_many_leaves_out_what_is_not_there(table: TableClient) -> None:
    """In the order asked, each once; a key that nothing can have is of nothing."""
    table.put_many([_thing(1).item, _thing(2).item])
    asked = [("T#one", f"THING#{number:03}") for number in (2, 9, 1, 2)]
    assert [item["number"] for item in table.get_many([*asked, ("T#one", ""), ("T#one", "a" * 1025)])] == [2, 1]
    assert table.get_many([]) == []


def test_writing_many_takes_a_key_once(table: TableClient) -> None:
    """Which of the two would stay is nobody's guess, so neither is written."""
    with pytest.raises(ValueError, match="on 1 keys"):
        table.put_many([_thing(1).item, _thing(1).item])
    table.put_many([])
    assert table.get_many([("T#one", "THING#001")]) == []


def _thing_if_absent(number: int) -> Put:
    return Put(_thing(number).item, (Absent(),))
