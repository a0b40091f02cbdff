"""A table in memory that is quick, keeps DynamoDB's limits, and whose indexes and stream may lag behind it."""

from __future__ import annotations

import marshal
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from benchmarks.ordered_index import Key, OrderedIndex, Place
from shared.resources import Index
from shared.tables import (
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

ITEM_BYTES = 400 * 1024
TRANSACTION_BYTES = 4 * 1024 * 1024
PAGE_BYTES = 1024 * 1024
SMALL_PAGE = 200
LAG = 5_000_000
"""How far an index may be behind, in microseconds."""
PLAIN = frozenset({str, int, bool, bytes, type(None)})
"""What is kept as it is."""


class Record(NamedTuple):
    """One change, as the stream keeps it: when, and the new image."""

    at: int
    item: Item


class LateIndex(OrderedIndex):
    """One index: what it shows, and what it has still to hear of."""

    def __init__(self, name: str, *, keys_only: bool) -> None:
        super().__init__(name)
        self._shown = tuple({"pk", "sk", self.pk, self.sk}) if keys_only else None
        self._images: dict[Key, Item] = {}
        self._unheard: deque[tuple[int, Key, Item | None]] = deque()

    def hear(self, at: int, key: Key, item: Item | None) -> None:
        """What became of an item; shown once it is caught up with."""
        self._unheard.append((at, key, item))

    def catch_up(self, until: int) -> None:
        """Shows everything written by then."""
        while self._unheard and self._unheard[0][0] <= until:
            _, key, item = self._unheard.popleft()
            self.move(self._images.pop(key, None), item)
            if item is not None and self.pk in item:
                self._images[key] = item

    def image(self, key: Key) -> Item:
        """What the index has of an item that it shows."""
        item = self._images[key]
        return item if self._shown is None else {name: item[name] for name in self._shown}


class FakeTable:
    """`shared.tables.TableClient`. `now` gives microseconds; `seen` is told of each new image."""

    def __init__(
        self,
        indexes: Sequence[Index] = (),
        now: Callable[[], int] = lambda: 0,
        seen: Callable[[Item], None] = lambda item: None,
    ) -> None:
        self.stream: list[Record] = []
        self._items: dict[Key, Item] = {}
        self._order = OrderedIndex()
        self._indexes = {index.name: LateIndex(index.name, keys_only=index.keys_only) for index in indexes}
        self._now = now
        self._seen = seen

    def get(self, pk: str, sk: str) -> Item | None:
        found = self._items.get((pk, sk))
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
        source = self._caught_up(index, lag) if index else self._order
        places, total = source.find(
            pk, begins=begins, up_to=up_to, limit=limit, cursor=cursor, newest_first=newest_first
        )
        images = map(source.image if isinstance(source, LateIndex) else self._items.__getitem__, map(_key, places))
        items = _page(images) if len(places) > SMALL_PAGE else list(map(dict, images))
        more = bool(items) and (len(items) == limit or len(items) < total)
        return Page(items, encode_cursor(last_key(items[-1], index)) if more else None)

    def _caught_up(self, index: str, lag: int = 0) -> LateIndex:
        self._indexes[index].catch_up(self._now() - lag)
        return self._indexes[index]

    def write(self, *writes: Write) -> None:
        check_transaction(writes)
        before = [self._items.get(key_of(write)) for write in writes]
        asked = enumerate(zip(writes, before, strict=True))
        failed = [place for place, (write, item) in asked if not all(holds(one, item) for one in write.when)]
        if failed:
            raise ConditionFailed(failed)
        after = [_after(write, item) for write, item in zip(writes, before, strict=True)]
        if sum(size for _, size in after) > TRANSACTION_BYTES:
            raise ValueError("a transaction of more than 4 MB")
        for write, held, (item, _) in zip(writes, before, after, strict=True):
            if held != item:
                self._replace(key_of(write), held, item)

    def get_many(self, keys: Sequence[Key]) -> list[Item]:
        found = (self.get(*key) for key in dict.fromkeys(keys))
        return [item for item in found if item is not None]

    def put_many(self, items: Sequence[Item]) -> None:
        check_once([(item["pk"], item["sk"]) for item in items])
        for item in items:
            self.write(Put(item))

    def items(self) -> list[Item]:
        """Everything, in no order."""
        return list(map(dict, self._items.values()))

    def first(self, pk: str) -> Item | None:
        """What a query of a partition would give first."""
        sk = self._order.first(pk)
        return None if sk is None else self._items[pk, sk]

    def first_due(self, index: str, pk: str) -> str | None:
        """The lowest sort key of an index's partition, as it will be once everything is heard."""
        return self._caught_up(index).first(pk)

    def _replace(self, key: Key, before: Item | None, item: Item | None) -> None:
        now = self._now()
        self._order.move(before, item)
        for index in self._indexes.values():
            if index.pk in (before or ()) or index.pk in (item or ()):
                index.hear(now, key, item)
        if item is None:
            del self._items[key]
            return
        self._items[key] = item
        self.stream.append(Record(now, item))
        self._seen(item)


def _key(place: Place) -> Key:
    return place[1], place[2]


def _page(images: Iterable[Item]) -> list[Item]:
    """As many as DynamoDB reads at once."""
    items: list[Item] = []
    size = 0
    for image in images:
        items.append(dict(image))
        size += _size(image)
        if size > PAGE_BYTES:
            break
    return items


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
    if size > ITEM_BYTES or (item is None and not can_exist(becoming["pk"], becoming["sk"])):
        raise ValueError("an item of more than 400 kB, or a key that is too long")
    return becoming, size


def _size(item: Item) -> int:
    """About as many bytes as DynamoDB counts."""
    return len(marshal.dumps(item, 2))


def _stored(value: Any) -> Any:
    """As it comes back; raises TypeError for what DynamoDB does not keep as we write it."""
    if type(value) in PLAIN:
        return value
    if isinstance(value, Mapping):
        return {str(name): part if type(part) in PLAIN else _stored(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [part if type(part) in PLAIN else _stored(part) for part in value]
    if isinstance(value, str):
        return str.__str__(value)
    raise TypeError(f"not stored: {type(value).__name__}")
