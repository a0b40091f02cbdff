"""One narrow seam to a table: what services may ask of it, in plain data; its fake stands beside it.

Conditions are a closed vocabulary, so that DynamoDB and the fake can be held to the same contract suite.
They and the writes are named tuples: frozen dataclasses would cost each cold start 15 M instructions more.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from shared.errors import Conflict, Invalid, Unavailable

Item = dict[str, Any]
"""An item: JSON values with `int` for numbers (no floats), always with text `pk` and `sk`."""

TRANSACTION_LIMIT = 100
LONGEST_PK, LONGEST_SK = 2048, 1024
"""Bytes of a key; DynamoDB refuses a longer one even where it is only asked for."""


@dataclass(frozen=True)
class Absent:
    """Holds when no item has this key."""


class Equals(NamedTuple):
    """Holds when the item exists and each attribute has this value."""

    attributes: Mapping[str, Any]


class AtMost(NamedTuple):
    """Holds when the attribute exists and is lower than or equal to the value (both text or both numbers)."""

    attribute: str
    value: Any


Condition = Absent | Equals | AtMost


class Put(NamedTuple):
    """Writes the whole item."""

    item: Item
    when: tuple[Condition, ...] = ()


class Update(NamedTuple):
    """Sets and removes attributes of the item with this key."""

    pk: str
    sk: str
    changes: Mapping[str, Any] = MappingProxyType({})
    removes: tuple[str, ...] = ()
    when: tuple[Condition, ...] = ()


class Delete(NamedTuple):
    """Deletes the item with this key."""

    pk: str
    sk: str
    when: tuple[Condition, ...] = ()


class Check(NamedTuple):
    """Writes nothing; the transaction fails unless the conditions hold."""

    pk: str
    sk: str
    when: tuple[Condition, ...]


Write = Put | Update | Delete | Check


class ConditionFailed(Conflict):
    """A condition did not hold, so nothing was written. `failed` has the positions of the writes refused."""

    def __init__(self, failed: Iterable[int]) -> None:
        super().__init__("La fiche a changé entre-temps : rechargez la page et recommencez.")
        self.failed = tuple(failed)


class Contended(Unavailable):
    """Somebody else is writing the same items at this very moment, so nothing was written: read again, then decide."""

    def __init__(self) -> None:
        super().__init__("La fiche est en cours de modification : recommencez dans un instant.")


@dataclass(frozen=True)
class Page:
    """Some items in the order of the key, and the opaque cursor of the next page, or None."""

    items: list[Item]
    cursor: str | None = None


class TableClient(Protocol):
    """What a store may do with its table."""

    def get(self, pk: str, sk: str) -> Item | None:
        """The item as last written (strongly consistent), or None."""
        ...

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
        """Up to `limit` items of one partition whose sort key begins with `begins`, or is at most `up_to`.

        Raises Invalid for a cursor that this query did not give. An index may lag by a moment.
        """
        ...

    def write(self, *writes: Write) -> None:
        """All or nothing, at most 100 writes. Raises ConditionFailed when a condition does not hold, Contended."""
        ...

    def get_many(self, keys: Sequence[tuple[str, str]]) -> list[Item]:
        """The items with these (pk, sk), any number, as last written, in the order asked; what is missing is left out."""
        ...

    def put_many(self, items: Sequence[Item]) -> None:
        """Writes any number of whole items, each for itself and without condition: after a failure, some are written.

        Raises Unavailable, and ValueError where a key stands twice.
        """
        ...


def encode_cursor(key: Mapping[str, str]) -> str:
    """An opaque, URL-safe text for a last key."""
    return base64.urlsafe_b64encode(json.dumps(key, separators=(",", ":")).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, index: str | None, pk: str) -> dict[str, str]:
    """The last key, if it is one of this very partition; raises Invalid otherwise."""
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        key = None
    partition, _ = key_names(index)
    if not _is_key(key) or set(key) != {"pk", "sk", *key_names(index)} or key[partition] != pk:
        raise Invalid("Ce curseur de page n’est pas valable ici : reprenez à la première page.", code="curseur")
    return dict(key)


def can_exist(pk: str, sk: str = "x") -> bool:
    """Whether an item could have this key: what somebody typed in an address may be longer than any key, or empty."""
    sizes = (len(part.encode(errors="replace")) for part in (pk, sk))
    return all(0 < size <= most for size, most in zip(sizes, (LONGEST_PK, LONGEST_SK), strict=True))


def _is_key(value: Any) -> bool:
    """Text by text, and what a table's key may hold: a forged cursor must not reach DynamoDB."""
    return isinstance(value, dict) and all(
        isinstance(part, str) and part.isprintable() and can_exist(part, part) for part in value.values()
    )


class MemoryTable:
    """The fake: a table in memory that keeps the protocol's promises, for tests and simulations."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, str], Item] = {}

    def get(self, pk: str, sk: str) -> Item | None:
        return deepcopy(self.items.get((pk, sk)))

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
        pk_name, sk_name = key_names(index)
        rows = [
            item
            for item in sorted(self.items.values(), key=lambda item: _position(item, index), reverse=newest_first)
            if item.get(pk_name) == pk and _in_range(item.get(sk_name), begins, up_to)
        ]
        if cursor is not None:
            last = _position(decode_cursor(cursor, index, pk), index)
            rows = [
                row for row in rows if (_position(row, index) < last if newest_first else _position(row, index) > last)
            ]
        page = rows[:limit]
        return Page(deepcopy(page), encode_cursor(last_key(page[-1], index)) if len(rows) > limit else None)

    def write(self, *writes: Write) -> None:
        check_transaction(writes)
        failed = [i for i, write in enumerate(writes) if not self._allows(write)]
        if failed:
            raise ConditionFailed(failed)
        for write in writes:
            self._apply(write)

    def get_many(self, keys: Sequence[tuple[str, str]]) -> list[Item]:
        return [deepcopy(self.items[key]) for key in dict.fromkeys(keys) if key in self.items]

    def put_many(self, items: Sequence[Item]) -> None:
        check_once([(item["pk"], item["sk"]) for item in items])
        for item in items:
            self._apply(Put(item))

    def _allows(self, write: Write) -> bool:
        current = self.items.get(key_of(write))
        return all(holds(condition, current) for condition in write.when)

    def _apply(self, write: Write) -> None:
        key = key_of(write)
        match write:
            case Put(item):
                self.items[key] = deepcopy(item)
            case Update(_, _, changes, removes):
                item = self.items.setdefault(key, {"pk": key[0], "sk": key[1]})
                item.update(deepcopy(dict(changes)))
                for attribute in removes:
                    item.pop(attribute, None)
            case Delete():
                self.items.pop(key, None)
            case Check():
                pass


def key_names(index: str | None) -> tuple[str, str]:
    """The names of the partition and sort attributes of the table or of one of its indexes."""
    return (f"{index}_pk", f"{index}_sk") if index else ("pk", "sk")


def last_key(item: Item, index: str | None) -> dict[str, str]:
    """The key that a following page starts after."""
    return {name: item[name] for name in {"pk", "sk", *key_names(index)}}


def key_of(write: Write) -> tuple[str, str]:
    """The key that a write touches."""
    return (write.item["pk"], write.item["sk"]) if isinstance(write, Put) else (write.pk, write.sk)


def check_transaction(writes: tuple[Write, ...]) -> None:
    """Raises ValueError for a transaction that DynamoDB would refuse: empty, over 100 writes, one key twice."""
    keys = [key_of(write) for write in writes]
    if not 0 < len(keys) <= TRANSACTION_LIMIT:
        raise ValueError(f"{len(keys)} writes on {len(set(keys))} keys")
    check_once(keys)


def check_once(keys: Sequence[tuple[str, str]]) -> None:
    """Raises ValueError where a key stands twice: DynamoDB refuses that in one call."""
    if len(set(keys)) < len(keys):
        raise ValueError(f"{len(keys)} writes on {len(set(keys))} keys")


def _position(item: Mapping[str, Any], index: str | None) -> tuple[str, str, str]:
    """Where an item stands in the order of a query; items outside the index stand anywhere."""
    return (str(item.get(key_names(index)[1], "")), str(item["pk"]), str(item["sk"]))


def _in_range(sort_key: Any, begins: str, up_to: str | None) -> bool:
    return isinstance(sort_key, str) and sort_key.startswith(begins) and (up_to is None or sort_key <= up_to)


def holds(condition: Condition, item: Item | None) -> bool:
    """Whether an item, or its absence, is what a write asks for."""
    match condition:
        case Absent():
            return item is None
        case Equals(attributes):
            return item is not None and all(item.get(name) == value for name, value in attributes.items())
        case AtMost(attribute, value):
            return item is not None and attribute in item and bool(item[attribute] <= value)
