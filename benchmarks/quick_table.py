"""A table in memory as quick whatever its size, for runs of a hundred thousand calls: what they cost is the code's own.

`shared.tables.MemoryTable` sorts all its items at each query; `benchmarks.sqlite_table` bills each call, which takes longer
than the call. Items are held as bytes, so that nothing that was read or written is shared.
"""

from __future__ import annotations

import marshal
from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterator, Sequence

from shared.resources import Table
from shared.tables import (
    Check,
    Delete,
    Item,
    MemoryTable,
    Page,
    Put,
    Update,
    Write,
    can_exist,
    check_once,
    check_transaction,
    decode_cursor,
    encode_cursor,
    key_names,
    key_of,
    last_key,
)

Place = tuple[str, str, str]
"""In the order of an index: its sort key, then the table's own key."""
Spot = tuple[str, Place]
"""A partition of an index, and the place there."""
_LAST = "\U0010ffff"


class QuickTable:
    """`shared.tables.TableClient` in memory; `stream` holds the new images since it was last emptied."""

    def __init__(self, declared: Table) -> None:
        self._indexes = [(name, *key_names(name)) for name in (None, *(index.name for index in declared.indexes))]
        self._held: dict[tuple[str, str], bytes] = {}
        self._judge = MemoryTable()
        self._places: defaultdict[tuple[str | None, str], list[Place]] = defaultdict(list)
        self.stream: list[Item] = []

    def everything(self) -> Iterator[Item]:
        """Every item, as it stands now."""
        return map(_loaded, list(self._held.values()))

    def get(self, pk: str, sk: str) -> Item | None:
        held = self._held.get((pk, sk))
        return _loaded(held) if held else None

    def get_many(self, keys: Sequence[tuple[str, str]]) -> list[Item]:
        found = (self.get(*key) for key in dict.fromkeys(keys))
        return [item for item in found if item is not None]

    def query(
        self,
        pk: str,
        *,
        index: str | None = None,
        begins: str = "",
        up_to: str | None = None,
        limit: int = 100,
        cursor: str | None = None,
        newest_first: bool = False,
    ) -> Page:
        if not can_exist(pk):
            return Page([])
        places = self._places.get((index, pk), [])
        first, last = _bounds(places, begins, up_to)
        if cursor is not None:
            key = decode_cursor(cursor, index, pk)
            place = key[key_names(index)[1]], key["pk"], key["sk"]
            first, last = (first, bisect_left(places, place)) if newest_first else (bisect_right(places, place), last)
        found = places[first:last][-limit:][::-1] if newest_first else places[first : min(last, first + limit)]
        items = [_loaded(self._held[one[1:]]) for one in found]
        return Page(items, encode_cursor(last_key(items[-1], index)) if last - first > limit else None)

    def write(self, *writes: Write) -> None:
        check_transaction(writes)
        before = {key: item for key in map(key_of, writes) if (item := self.get(*key)) is not None}
        self._judge.items = before
        self._judge.write(*(Check(*key_of(write), write.when) for write in writes))
        for write in writes:
            self._settle(key_of(write), before.get(key_of(write)), write)

    def put_many(self, items: Sequence[Item]) -> None:
        check_once([(item["pk"], item["sk"]) for item in items])
        for item in items:
            self.write(Put(item))

    def _settle(self, key: tuple[str, str], before: Item | None, write: Write) -> None:
        """The item as the write leaves it, in every index that it belongs to."""
        after = _written(write, before)
        for index, *names in self._indexes:
            old, new = _spot(before, *names), _spot(after, *names)
            if old != new:
                self._move(index, old, new)
        if after is None:
            self._held.pop(key, None)
        elif after != before:
            self._held[key] = marshal.dumps(after)
            self.stream.append(after)

    def _move(self, index: str | None, old: Spot | None, new: Spot | None) -> None:
        if old:
            places = self._places[index, old[0]]
            del places[bisect_left(places, old[1])]
        if new:
            insort(self._places[index, new[0]], new[1])


def _bounds(places: list[Place], begins: str, up_to: str | None) -> tuple[int, int]:
    """From where to where the sort keys begin so, or are at most so."""
    last = bisect_right(places, (begins + _LAST, "", "")) if begins else len(places)
    if up_to is not None:
        last = min(last, bisect_right(places, (up_to, _LAST, _LAST)))
    return bisect_left(places, (begins, "", "")), last


def _loaded(held: bytes) -> Item:
    item: Item = marshal.loads(held)  # noqa: S302 - written by this very table
    return item


def _written(write: Write, before: Item | None) -> Item | None:
    match write:
        case Put(item):
            return item
        case Update(pk, sk, changes, removes):
            changed = {"pk": pk, "sk": sk, **(before or {}), **changes}
            return {name: value for name, value in changed.items() if name not in removes}
        case Check():
            return before
        case Delete():
            return None


def _spot(item: Item | None, pk: str, sk: str) -> Spot | None:
    """Where an item stands in an index: its partition and its place there; None outside."""
    return (item[pk], (item[sk], item["pk"], item["sk"])) if item and pk in item and sk in item else None
