"""Which items stand in each partition of each index: moto itself keeps no index, and reads the whole table for a query."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

_KEPT = "vigie_partitions"
"""Where a moto table carries its own, so that both are forgotten together."""

Key = tuple[Any, Any]
"""Hash and range key of an item, as moto's DynamoType; the second is None in a table without one."""


class Partitions:
    """The indexes of one table, by the keys of their items; whoever writes to the table says so by `touch`."""

    def __init__(self, table: Any) -> None:
        self._table = table
        self._members: dict[tuple[str, Any], dict[Key, None]] = defaultdict(dict)
        self._places: dict[Key, list[tuple[str, Any]]] = {}
        for item in everything(table):
            self.touch(item.hash_key, item.range_key)

    def items(self, index: str, hash_key: Any) -> list[Any]:
        """The items of one partition of an index, in no order."""
        found = (item_at(self._table, *key) for key in self._members.get((index, hash_key), ()))
        return [item for item in found if item is not None]

    def touch(self, hash_key: Any, range_key: Any) -> None:
        """Puts the item where it now belongs, or nowhere when it is gone."""
        key = (hash_key, range_key)
        for place in self._places.pop(key, []):
            self._members[place].pop(key, None)
        item = item_at(self._table, *key)
        places = [] if item is None else self._places_of(item)
        for place in places:
            self._members[place][key] = None
        if places:
            self._places[key] = places

    def _places_of(self, item: Any) -> list[tuple[str, Any]]:
        hashes = {
            index.name: key["AttributeName"]
            for index in self._table.all_indexes()
            for key in index.schema
            if key["KeyType"] == "HASH"
        }
        return [(index, item.attrs[name]) for index, name in hashes.items() if name in item.attrs]


def partitions(table: Any) -> Partitions:
    """The table's own, built at the first query of an index."""
    kept: Partitions | None = vars(table).get(_KEPT)
    if kept is None:
        kept = Partitions(table)
        setattr(table, _KEPT, kept)
    return kept


def touched(table: Any, hash_key: Any, range_key: Any) -> None:
    """Tells the table's partitions, if there are any yet, that this item was written."""
    kept: Partitions | None = vars(table).get(_KEPT)
    if kept is not None:
        kept.touch(hash_key, range_key)


def item_at(table: Any, hash_key: Any, range_key: Any) -> Any:
    """The item with this key, or None."""
    found = table.items.get(hash_key)
    return found.get(range_key) if found is not None and table.has_range_key else found


def everything(table: Any) -> list[Any]:
    """Every item of a table, in no order."""
    if not table.has_range_key:
        return list(table.items.values())
    return [item for partition in table.items.values() for item in partition.values()]
