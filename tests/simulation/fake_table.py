"""A table in memory that is quick, keeps DynamoDB's limits, and whose indexes and stream may lag behind it."""

from __future__ import annotations

import marshal
from bisect import bisect_left, bisect_right, insort
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from shared.resources import Index
from shared.tables import (
    Absent,
    AtMost,
    Condition,
    ConditionFailed,
    Delete,
    Equals,
    Item,
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

ITEM_BYTES = 400 * 1024
TRANSACTION_BYTES = 4 * 1024 * 1024
PAGE_BYTES = 1024 * 1024
SMALL_PAGE = 200
LAG = 5_000_000
"""How far an index may be behind, in microseconds."""
_AFTER_ANY = "\U0010ffff"

Key = tuple[str, str]
Place = tuple[str, str, str]
"""Sort key, then the item's own key: where an item stands in a partition of an index."""


class Record(NamedTuple):
    """One change, as the stream keeps it: when, and the new image."""

    at: int
    item: Item


class FakeIndex:
    """One index: what it shows, and what it has still to hear of."""

    def __init__(self, name: str | None, *, keys_only: bool = False) -> None:
        self.pk, self.sk = key_names(name)
        self._keys_only = keys_only
        self.places: defaultdict[str, list[Place]] = defaultdict(list)
        self.images: dict[Key, Item] = {}
        self._unheard: deque[tuple[int, Key, Item | None]] = deque()

    def hear(self, at: int, key: Key, item: Item | None) -> None:
        """What became of an item; shown once it is caught up with."""
        self._unheard.append((at, key, item))

    def catch_up(self, until: int) -> None:
        """Shows everything written by then."""
        while self._unheard and self._unheard[0][0] <= until:
            _, key, item = self._unheard.popleft()
            self.show(key, item)

    def show(self, key: Key, item: Item | None) -> None:
        """The item stands where its sort key says, or nowhere without its keys."""
        shown = self.images.pop(key, None)
        there = item is not None and self.pk in item and self.sk in item
        if item is not None and there:
            self.images[key] = item
            if shown and (shown[self.pk], shown[self.sk]) == (item[self.pk], item[self.sk]):
                return
            insort(self.places[item[self.pk]], (item[self.sk], *key))
        if shown:
            within = self.places[shown[self.pk]]
            del within[bisect_left(within, (shown[self.sk], *key))]

    def projected(self, place: Place) -> Item:
        """What the index has of the item at that place."""
        item = self.images[place[1], place[2]]
        return {name: item[name] for name in ("pk", "sk", self.pk, self.sk)} if self._keys_only else dict(item)

    def first(self, pk: str) -> str | None:
        """The lowest sort key of a partition."""
        within = self.places.get(pk)
        return within[0][0] if within else None


class FakeTable:
    """`shared.tables.TableClient`. `now` gives microseconds; `seen` is told of each new image."""

    def __init__(
        self,
        indexes: Sequence[Index] = (),
        now: Callable[[], int] = lambda: 0,
        seen: Callable[[Item], None] = lambda item: None,
    ) -> None:
        self.stream: list[Record] = []
        self._main = FakeIndex(None)
        self._indexes = {index.name: FakeIndex(index.name, keys_only=index.keys_only) for index in indexes}
        self._now = now
        self._seen = seen

    def get(self, pk: str, sk: str) -> Item | None:
        found = self._main.images.get((pk, sk))
        return dict(found) if found else None

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
        lag: int = 0,
    ) -> Page:
        """As the protocol says; with a `lag`, what an index knew so many microseconds ago."""
        source = self._indexes[index] if index else self._main
        if index:
            source.catch_up(self._now() - lag)
        places = _between(source.places.get(pk, []), begins, up_to)
        if cursor is not None:
            key = decode_cursor(cursor, index, pk)
            places = _following(places, (key[source.sk], key["pk"], key["sk"]), newest_first)
        ordered = places[::-1] if newest_first else places
        items = _page(source, ordered, limit)
        more = bool(items) and (len(items) == limit or len(items) < len(ordered))
        return Page(items, encode_cursor(last_key(items[-1], index)) if more else None)

    def write(self, *writes: Write) -> None:
        check_transaction(writes)
        before = [self._main.images.get(key_of(write)) for write in writes]
        failed = [
            place
            for place, (write, item) in enumerate(zip(writes, before, strict=True))
            if not all(_holds(condition, item) for condition in write.when)
        ]
        if failed:
            raise ConditionFailed(failed)
        after = [_after(write, item) for write, item in zip(writes, before, strict=True)]
        if sum(size for _, size in after) > TRANSACTION_BYTES:
            raise ValueError("a transaction of more than 4 MB")
        for write, (item, _) in zip(writes, after, strict=True):
            self._replace(key_of(write), item)

    def get_many(self, keys: Sequence[Key]) -> list[Item]:
        found = (self.get(*key) for key in dict.fromkeys(keys))
        return [item for item in found if item is not None]

    def put_many(self, items: Sequence[Item]) -> None:
        check_once([(item["pk"], item["sk"]) for item in items])
        for item in items:
            self.write(Put(item))

    def items(self) -> list[Item]:
        """Everything, in no order."""
        return [dict(item) for item in self._main.images.values()]

    def first_due(self, index: str, pk: str) -> str | None:
        """The lowest sort key of an index's partition, as it will be once everything is heard."""
        self._indexes[index].catch_up(self._now())
        return self._indexes[index].first(pk)

    def _replace(self, key: Key, item: Item | None) -> None:
        if self._main.images.get(key) == item:
            return
        now = self._now()
        self._main.show(key, item)
        for index in self._indexes.values():
            index.hear(now, key, item)
        if item is not None:
            self.stream.append(Record(now, item))
            self._seen(item)


def _page(source: FakeIndex, places: list[Place], limit: int) -> list[Item]:
    items: list[Item] = []
    size = 0
    for place in places[:limit]:
        items.append(source.projected(place))
        size += _size(items[-1]) if len(places) > SMALL_PAGE else 0
        if size > PAGE_BYTES:
            break
    return items


def _between(places: list[Place], begins: str, up_to: str | None) -> list[Place]:
    first = bisect_left(places, (begins, "", ""))
    bound = begins + _AFTER_ANY if up_to is None else up_to
    last = bisect_right(places, (bound, _AFTER_ANY, _AFTER_ANY))
    return places[first:last]


def _following(places: list[Place], last: Place, newest_first: bool) -> list[Place]:
    return places[: bisect_left(places, last)] if newest_first else places[bisect_right(places, last) :]


def _after(write: Write, item: Item | None) -> tuple[Item | None, int]:
    """The item as it becomes, and its size; raises ValueError for one that DynamoDB would refuse."""
    match write:
        case Put(new):
            becoming: Item = _stored(new)
        case Update(pk, sk, changes, removes):
            becoming = {**(item or {"pk": pk, "sk": sk}), **_stored(changes)}
            for name in removes:
                becoming.pop(name, None)
        case Delete():
            return None, 0
        case _:
            return item, 0
    size = _size(becoming)
    if size > ITEM_BYTES or not can_exist(becoming["pk"], becoming["sk"]):
        raise ValueError("an item of more than 400 kB, or a key that is too long")
    return becoming, size


def _size(item: Item) -> int:
    """About as many bytes as DynamoDB counts."""
    return len(marshal.dumps(item, 2))


def _stored(value: Any) -> Any:
    """As it comes back; raises TypeError for what DynamoDB does not keep as we write it."""
    kind = type(value)
    if kind is str or value is None or kind is int or kind is bool or kind is bytes:
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, list | tuple):
        return [_stored(part) for part in value]
    if isinstance(value, Mapping):
        return {str(name): _stored(part) for name, part in value.items()}
    raise TypeError(f"not stored: {kind.__name__}")


def _holds(condition: Condition, item: Item | None) -> bool:
    match condition:
        case Absent():
            return item is None
        case Equals(attributes):
            return item is not None and all(item.get(name) == value for name, value in attributes.items())
        case AtMost(attribute, value):
            return item is not None and attribute in item and bool(item[attribute] <= value)
