"""A table in memory as quick whatever its size, for runs of a hundred thousand calls: what they cost is the code's own.

`shared.tables.MemoryTable` sorts all its items at each query; `benchmarks.sqlite_table` bills each call, which takes longer
than the call. Items are held as bytes, so that nothing that was read or written is shared.
"""

from __future__ import annotations

import marshal
from collections.abc import Iterator, Sequence

from benchmarks.ordered_index import Key, OrderedIndex
from shared.resources import Table
from shared.tables import (
    Check,
    ConditionFailed,
    Delete,
    Item,
    Page,
    Put,
    Update,
    Write,
    can_exist,
    check_once,
    check_transaction,
    encode_cursor,
    holds,
    key_of,
    last_key,
)


class QuickTable:
    """`shared.tables.TableClient` in memory; `stream` holds the new images since it was last emptied."""

    def __init__(self, declared: Table) -> None:
        self._indexes = {name: OrderedIndex(name) for name in (None, *(index.name for index in declared.indexes))}
        self._held: dict[Key, bytes] = {}
        self.stream: list[Item] = []

    def everything(self) -> Iterator[Item]:
        """Every item, as it stands now."""
        return map(_loaded, list(self._held.values()))

    def get(self, pk: str, sk: str) -> Item | None:
        held = self._held.get((pk, sk))
        return _loaded(held) if held else None

    def get_many(self, keys: Sequence[Key]) -> list[Item]:
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
        places, total = self._indexes[index].find(
            pk, begins=begins, up_to=up_to, limit=limit, cursor=cursor, newest_first=newest_first
        )
        items = [_loaded(self._held[place[1:]]) for place in places]
        return Page(items, encode_cursor(last_key(items[-1], index)) if total > limit else None)

    def write(self, *writes: Write) -> None:
        check_transaction(writes)
        before = [self.get(*key_of(write)) for write in writes]
        asked = enumerate(zip(writes, before, strict=True))
        failed = [place for place, (write, item) in asked if not all(holds(one, item) for one in write.when)]
        if failed:
            raise ConditionFailed(failed)
        for write, item in zip(writes, before, strict=True):
            self._settle(key_of(write), item, _written(write, item))

    def put_many(self, items: Sequence[Item]) -> None:
        check_once([(item["pk"], item["sk"]) for item in items])
        for item in items:
            self.write(Put(item))

    def _settle(self, key: Key, before: Item | None, after: Item | None) -> None:
        """The item as the write leaves it, in every index that it belongs to."""
        for index in self._indexes.values():
            index.move(before, after)
        if after is None:
            self._held.pop(key, None)
        elif after != before:
            self._held[key] = marshal.dumps(after)
            self.stream.append(after)


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
