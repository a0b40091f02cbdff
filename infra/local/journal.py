"""Notes which items a DynamoDB call changes: written through to the state, put on the streams, rolled back on failure."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType

from infra.local import partitions
from infra.local.arns import ACCOUNT, REGION
from infra.local.cures import json_ready
from infra.local.durability import Store
from infra.local.streams import Streams

Attributes = dict[str, Any]


@dataclass(frozen=True)
class Touched:
    """An item that a call may change, as it was before."""

    table: str
    key: Attributes
    before: str | None


@dataclass(frozen=True)
class Change:
    """What a call did to an item: its JSON before and after, None where there was none."""

    table: str
    key: Attributes
    before: str | None
    after: str | None


class TableJournal:
    """Looks at each item before and after a call. Call with the world's lock held."""

    def __init__(self, store: Store, streams: Streams) -> None:
        self._store = store
        self._streams = streams

    def before(self, action: str, request: Mapping[str, Any]) -> list[Touched]:
        """The items that this call names for writing, as they are; a malformed call names none."""
        return [
            Touched(table, key, _image(table, key))
            for table, key in _keys(action, request)
            if table in dynamodb_backends[ACCOUNT][REGION].tables
        ]

    def after(self, touched: list[Touched], succeeded: bool) -> list[Change]:
        """Keeps and streams what changed, and returns all that was written; puts everything back when the call failed."""
        if not succeeded:
            for item in touched:
                _put(item.table, item.key, item.before)
        for item in touched:
            partitions.touched(_table(item.table), *_typed(_table(item.table), item.key))
        if not succeeded:
            return []
        written = [Change(item.table, item.key, item.before, _image(item.table, item.key)) for item in touched]
        changes = [change for change in written if change.after != change.before]
        self._store.save_items((one.table, json.dumps(one.key, sort_keys=True), one.after) for one in changes)
        for one in changes:
            self._streams.append(one.table, one.key, _loaded(one.before), _loaded(one.after))
        return written

    def expire(self, table: str, key: Attributes) -> None:
        """Removes an item whose time to live is over, as DynamoDB would."""
        touched = Touched(table, key, _image(table, key))
        _put(table, key, None)
        self.after([touched], succeeded=True)

    def load(self, table: str) -> None:
        """Puts the kept items back into a table that was just created; streams stay silent."""
        target = _table(table)
        for item in self._store.items(table):
            target.put_item(_with_bytes(item))


def expired(now_s: float) -> Iterator[tuple[str, Attributes]]:
    """(table, key) of every item whose time to live is over."""
    for name, table in dynamodb_backends[ACCOUNT][REGION].tables.items():
        attribute = table.ttl.get("AttributeName", "")
        for item in partitions.everything(table) if attribute else []:
            end = item.attrs.get(attribute)
            if end is not None and end.type == "N" and float(end.value) <= now_s:
                yield name, {key: item.attrs[key].to_json() for key in table.table_key_attrs}


def _table(name: str) -> Any:
    return dynamodb_backends[ACCOUNT][REGION].tables[name]


def _keys(action: str, request: Mapping[str, Any]) -> Iterator[tuple[str, Attributes]]:
    match action:
        case "PutItem":
            yield from _put_key(request)
        case "UpdateItem" | "DeleteItem":
            yield request.get("TableName", ""), request.get("Key", {})
        case "BatchWriteItem":
            for table, writes in request.get("RequestItems", {}).items():
                for write in writes:
                    yield from _one(table, write.get("PutRequest"), write.get("DeleteRequest"))
        case "TransactWriteItems":
            for write in request.get("TransactItems", []):
                named = write.get("Update") or write.get("Delete")
                table = (write.get("Put") or named or {}).get("TableName", "")
                yield from _one(table, write.get("Put"), named)


def _one(table: str, put: Any, keyed: Any) -> Iterator[tuple[str, Attributes]]:
    if put:
        yield from _put_key({"TableName": table, **put})
    elif keyed:
        yield table, keyed.get("Key", {})


def _put_key(request: Mapping[str, Any]) -> Iterator[tuple[str, Attributes]]:
    table = dynamodb_backends[ACCOUNT][REGION].tables.get(request.get("TableName", ""))
    item = request.get("Item", {})
    if table is not None and all(name in item for name in table.table_key_attrs):
        yield table.name, {name: item[name] for name in table.table_key_attrs}


def _typed(table: Any, key: Attributes) -> list[DynamoType | None]:
    names = [table.hash_key_attr, table.range_key_attr]
    return [DynamoType(_with_bytes(key[name])) if name and name in key else None for name in names]


def _image(name: str, key: Attributes) -> str | None:
    table = _table(name)
    hash_key, range_key = _typed(table, key)
    if hash_key is None or (table.has_range_key and range_key is None):
        return None
    item = partitions.item_at(table, hash_key, range_key)
    return None if item is None else json.dumps(json_ready(item.to_json()["Attributes"]), sort_keys=True)


def _put(name: str, key: Attributes, image: str | None) -> None:
    table = _table(name)
    if image is None:
        table.delete_item(*_typed(table, key))
    elif image != _image(name, key):
        table.put_item(_with_bytes(json.loads(image)))


def _with_bytes(value: Any) -> Any:
    """Attribute values as moto holds them: `B` and `BS` as bytes."""
    if isinstance(value, list):
        return [_with_bytes(part) for part in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"B"} and isinstance(value["B"], str):
        return {"B": base64.b64decode(value["B"])}
    if set(value) == {"BS"} and isinstance(value["BS"], list):
        return {"BS": [base64.b64decode(part) for part in value["BS"]]}
    return {name: _with_bytes(part) for name, part in value.items()}


def _loaded(image: str | None) -> Attributes | None:
    return None if image is None else json.loads(image)
