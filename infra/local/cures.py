"""What has to be put right inside moto 5.2.5 (pinned) before a whole system can stand on it; each with its symptom."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, wraps
from operator import itemgetter
from typing import Any

from moto import backends
from moto.core import responses
from moto.core.common_models import BaseModel
from moto.core.serialize import BaseJSONSerializer
from moto.core.utils import method_names_from_class, unix_time
from moto.dynamodb.models.table import Table
from moto.moto_api._internal.models import moto_api_backend
from moto.sqs.models import Message, Queue, SQSBackend

from infra.local.partitions import partitions

_COUNTS = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesDelayed",
    "ApproximateNumberOfMessagesNotVisible",
)


_INDEX_NAME = 4
"""Where `Table.query` takes the index's name, after the condition on the sort key."""


@cache
def cure() -> None:
    """Puts moto right, once a process."""
    _do_not_track_instances()
    _do_not_copy_tables()
    _query_one_partition_only()
    _answer_items_as_they_are()
    _do_not_search_again()
    _count_messages_only_when_asked()
    _drop_expired_messages_before_receiving()


def _replace(owner: Any, name: str, value: Any) -> None:
    setattr(owner, name, value)


def forget_everything() -> None:
    """Empties moto: no resource, no data."""
    moto_api_backend.reset()


def _do_not_track_instances() -> None:
    """moto keeps every object ever made in a list: 4 kB a message, for ever."""
    untracked = staticmethod(lambda cls, *_args, **_named: object.__new__(cls))
    _replace(BaseModel, "__new__", untracked)


def _do_not_copy_tables() -> None:
    """A transaction copies whole tables to roll back; `TableJournal` rolls back the touched items instead."""
    _replace(Table, "__deepcopy__", lambda self, _memo: self)


def _query_one_partition_only() -> None:
    """A query sorts and measures the whole table: 340 ms at 10,000 items; here it looks at one prefix of one partition."""
    query = Table.query

    @wraps(query)
    def query_partition(self: Any, hash_key: Any, compared: str, to: Any, *args: Any, **named: Any) -> Any:
        index = named.get("index_name") or next(iter(args[_INDEX_NAME : _INDEX_NAME + 1]), None)
        items = _in_order(_partition(self, index, hash_key), _sort_name(self, index))
        prefix = to[0].value if compared == "BEGINS_WITH" else ""
        with _all_items_are(self, [item for key, item in items if key.startswith(prefix)]):
            return query(self, hash_key, compared, to, *args, **named)

    _replace(Table, "query", query_partition)


@contextmanager
def _all_items_are(table: Any, items: list[Any]) -> Iterator[None]:
    table.all_items = lambda: items
    try:
        yield
    finally:
        del table.all_items


def _partition(table: Any, index: str | None, hash_key: Any) -> list[Any]:
    if index:
        return partitions(table).items(index, hash_key)
    found = table.items.get(hash_key)
    if found is None:
        return []
    return list(found.values()) if table.has_range_key else [found]


def _sort_name(table: Any, index: str | None) -> str:
    schema = table.get_index(index).schema if index else table.schema
    return str(next(key["AttributeName"] for key in schema if key["KeyType"] == "RANGE"))


def _in_order(items: list[Any], range_key: str) -> list[tuple[str, Any]]:
    """The items with their sort keys as text, which moto would compare one object at a time."""
    keyed = [(str(item.attrs[range_key].value), item) for item in items if range_key in item.attrs]
    return sorted(keyed, key=itemgetter(0))


def _answer_items_as_they_are() -> None:
    """A page of 20 items is looked up attribute by attribute in the service model: 25 ms for what is JSON already."""
    by_model = BaseJSONSerializer._serialize_type_structure

    def serialize(self: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
        if shape.name == "AttributeValue" and isinstance(value, dict):
            serialized[key] = json_ready(value)
        else:
            by_model(self, serialized, value, shape, key)

    _replace(BaseJSONSerializer, "_serialize_type_structure", serialize)


def json_ready(value: Any) -> Any:
    """An attribute value with its bytes in base64, as it travels."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {key: json_ready(part) for key, part in value.items()}
    return [json_ready(part) for part in value] if isinstance(value, list) else value


def _do_not_search_again() -> None:
    """Each request walks moto's folder for its services, a class for its methods, and draws 52 random letters."""
    modules = frozenset(backends.list_of_moto_modules())
    _replace(backends, "list_of_moto_modules", lambda: modules)
    _replace(responses, "method_names_from_class", cache(method_names_from_class))
    _replace(responses, "gen_amzn_requestid_long", _request_id)


def _request_id(headers: dict[str, Any] | None = None) -> str:
    identifier = uuid.uuid4().hex.upper()
    if headers is not None:
        headers["x-amzn-requestid"] = identifier
    return identifier


def _count_messages_only_when_asked() -> None:
    """Every send and every received message counts the whole queue three times."""
    attributes = vars(Queue)["attributes"].fget
    asked = SQSBackend.get_queue_attributes
    constant = [name for name in Queue.BASE_ATTRIBUTES if name not in _COUNTS]

    def without_counts(self: Any) -> Any:
        self.BASE_ATTRIBUTES = constant
        try:
            return attributes(self)
        finally:
            del self.BASE_ATTRIBUTES

    def with_counts(self: Any, queue_name: str, attribute_names: list[str]) -> Any:
        answer = asked(self, queue_name, attribute_names)
        queue = self.get_queue(queue_name)
        counts = _counts(queue) if {"All", *_COUNTS} & set(attribute_names) else {}
        return answer | {n: v for n, v in counts.items() if {"All", n} & set(attribute_names)}

    _replace(Queue, "attributes", property(without_counts))
    _replace(SQSBackend, "get_queue_attributes", with_counts)


def _counts(queue: Any) -> dict[str, int]:
    visible = len(queue.messages)
    delayed = queue.approximate_number_of_messages_delayed
    in_flight = queue.approximate_number_of_messages_not_visible
    return dict(zip(_COUNTS, (visible, delayed, in_flight), strict=True))


def _drop_expired_messages_before_receiving() -> None:
    """One expired message at the head makes the receive answer nothing, though live ones wait behind it."""
    receive = SQSBackend.receive_message

    @wraps(receive)
    def receive_live(self: Any, queue_name: str, *args: Any, **named: Any) -> Any:
        queue = self.get_queue(queue_name)
        oldest_ms = (unix_time() - queue.message_retention_period) * 1000
        queue._messages = [m for m in queue._messages if m.sent_timestamp > oldest_ms]
        return receive(self, queue_name, *args, **named)

    _replace(SQSBackend, "receive_message", receive_live)
    _replace(SQSBackend, "is_message_valid_based_on_retention_period", lambda *_: True)


def is_due(message: Message) -> bool:
    """Whether a receive would see this message now."""
    return bool(message.visible and not message.delayed)
