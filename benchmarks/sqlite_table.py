"""A table of half a million items on one disk, with a B-tree for each index, that counts what DynamoDB would bill.

`shared.tables.MemoryTable` sorts all its items at each query; this one is as quick whatever its size, like DynamoDB.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.units import Bill, Held, index_units, item_bytes, read_units, write_units
from shared.aws.attributes import to_attributes
from shared.resources import Table
from shared.tables import (
    Check,
    ConditionFailed,
    Delete,
    Item,
    MemoryTable,
    Page,
    Put,
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

_AFTER_ANY = "\U0010ffff"
"""Sorts behind whatever continues a prefix."""


class SqliteTable:
    """`shared.tables.TableClient` in one file; `bill` adds up the units."""

    def __init__(self, path: Path, declared: Table) -> None:
        self.bill = Bill()
        self._indexes = [key_names(index.name) for index in declared.indexes]
        self._bare = {key_names(index.name) for index in declared.indexes if index.keys_only}
        self._base = sqlite3.connect(path, isolation_level=None)
        self._base.executescript("pragma journal_mode=off; pragma synchronous=off;")
        self._create()

    def _create(self) -> None:
        """Sparse indexes: an item without its keys is not there."""
        names = [name for pair in self._indexes for name in pair]
        columns = ", ".join(["pk text", "sk text", "item text", "bytes int", *(f"{name} text" for name in names)])
        self._base.execute(f"create table items ({columns}, primary key (pk, sk)) without rowid")
        for pk, sk in self._indexes:
            self._base.execute(f"create index of_{pk} on items ({pk}, {sk}, pk, sk) where {sk} is not null")
        values = ", ".join("?" * (4 + len(names)))
        self._insert = f"insert or replace into items values ({values})"  # noqa: S608 - question marks
        self._names = names

    def close(self) -> None:
        """Closes the file."""
        self._base.close()

    def get(self, pk: str, sk: str) -> Item | None:
        if not can_exist(pk, sk):
            return None
        item, size = self._held(pk, sk)
        self.bill.reads += read_units(size, consistent=True)
        return item

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
        where, values = _within(key_names(index), pk, begins, up_to)
        if cursor is not None:
            after, place = _after(decode_cursor(cursor, index, pk), index, newest_first=newest_first)
            where, values = f"{where} and {after}", [*values, *place]
        order = ", ".join(f"{name}{' desc' if newest_first else ''}" for name in _order(index))
        rows = self._base.execute(
            f"select item, bytes from items where {where} order by {order} limit ?",  # noqa: S608 - names are declared
            [*values, limit + 1],
        ).fetchall()
        return self._page(rows, limit, index)

    def _page(self, rows: list[tuple[str, int]], limit: int, index: str | None) -> Page:
        size = sum(size for _, size in rows[:limit])
        self.bill.reads += read_units(size, consistent=index is None)
        items = [json.loads(text) for text, _ in rows[:limit]]
        return Page(items, encode_cursor(last_key(items[-1], index)) if len(rows) > limit else None)

    def put_many(self, items: Sequence[Item]) -> None:
        check_once([(item["pk"], item["sk"]) for item in items])
        self._base.execute("begin")
        for item in items:
            self._apply(Put(item), 1)
        self._base.execute("commit")

    def write(self, *writes: Write) -> None:
        check_transaction(writes)
        alone = len(writes) == 1 and not isinstance(writes[0], Check)
        tried = MemoryTable()
        for key in map(key_of, writes):
            if (item := self._held(*key)[0]) is not None:
                tried.items[key] = item
        try:
            tried.write(*writes)
        except ConditionFailed:
            self.bill.writes += len(writes) * (1 if alone else 2)
            raise
        for write in writes:
            self._apply(_outcome(write, tried), 1 if alone else 2)

    def _apply(self, write: Write, factor: int) -> None:
        pk, sk = key_of(write)
        before, old_size = self._held(pk, sk)
        after = write.item if isinstance(write, Put) else None
        size = item_bytes(to_attributes(after)) if after else 0
        self.bill.writes += factor * write_units(old_size, size)
        for keys in self._indexes:
            held = Held(_place(keys, before), old_size), Held(_place(keys, after), size)
            # Keys are far from a kilobyte: an index of keys alone costs one unit where they move, and nothing elsewhere.
            bare = keys in self._bare
            held = (Held(held[0].place, 1), Held(held[1].place, 1)) if bare else held
            self.bill.index_writes += index_units(*held, changed=before != after and not bare)
        if after is not None:
            text = json.dumps(after, ensure_ascii=False, separators=(",", ":"))
            self._base.execute(self._insert, [pk, sk, text, size, *map(after.get, self._names)])
        elif isinstance(write, Delete):
            self._base.execute("delete from items where pk = ? and sk = ?", (pk, sk))

    def _held(self, pk: str, sk: str) -> tuple[Item | None, int]:
        """The item and its size."""
        row = self._base.execute("select item, bytes from items where pk = ? and sk = ?", (pk, sk)).fetchone()
        return (json.loads(row[0]), int(row[1])) if row else (None, 0)


def _outcome(write: Write, tried: MemoryTable) -> Write:
    """The write as the whole item that it leaves, so that sizes are known; one that leaves nothing stays as it is."""
    item = tried.items.get(key_of(write))
    return write if item is None or isinstance(write, Check) else Put(item)


def _place(keys: tuple[str, str], item: Item | None) -> tuple[str, ...] | None:
    return (item[keys[0]], item[keys[1]]) if item and keys[0] in item and keys[1] in item else None


def _order(index: str | None) -> list[str]:
    """The order of an index, its ties broken by the table's own key."""
    return [key_names(index)[1], "pk", "sk"] if index else ["sk"]


def _within(names: tuple[str, str], pk: str, begins: str, up_to: str | None) -> tuple[str, list[Any]]:
    """The keys of a query, as bounds that a B-tree understands."""
    where, values = f"{names[0]} = ? and {names[1]} >= ?", [pk, begins]
    if begins:
        where, values = f"{where} and {names[1]} < ?", [*values, begins + _AFTER_ANY]
    return (where, values) if up_to is None else (f"{where} and {names[1]} <= ?", [*values, up_to])


def _after(key: dict[str, str], index: str | None, *, newest_first: bool) -> tuple[str, list[str]]:
    names = _order(index)
    row = f"({', '.join(names)}) {'<' if newest_first else '>'} ({', '.join('?' * len(names))})"
    return row, [key[name] for name in names]
