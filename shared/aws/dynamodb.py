"""DynamoDB behind `shared.tables.TableClient`."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from shared.aws.attributes import from_attributes, to_attributes
from shared.aws.calls import call
from shared.errors import Unavailable
from shared.tables import (
    Absent,
    AtMost,
    Check,
    Condition,
    ConditionFailed,
    Contended,
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
    last_key,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEYS_PER_READ, ITEMS_PER_WRITE = 100, 25
PAUSES_S = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
"""Between tries of what a batch left undone: a table that grows with its traffic needs a moment to follow."""


class DynamoTable:
    """`shared.tables.TableClient` on DynamoDB; `pause` waits that many seconds."""

    def __init__(self, client: DynamoDBClient, name: str, pause: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self._name = name
        self._pause = pause

    def get(self, pk: str, sk: str) -> Item | None:
        if not can_exist(pk, sk):
            return None
        answer = call(
            self._client.get_item, TableName=self._name, Key=to_attributes({"pk": pk, "sk": sk}), ConsistentRead=True
        )
        return from_attributes(answer["Item"]) if "Item" in answer else None

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
        request = {
            "TableName": self._name,
            "Limit": limit,
            "ScanIndexForward": not newest_first,
            "ConsistentRead": index is None,
            **_key_condition(key_names(index), pk, begins, up_to),
        }
        if index:
            request["IndexName"] = index
        if cursor is not None:
            request["ExclusiveStartKey"] = to_attributes(decode_cursor(cursor, index, pk))
        return _page(call(self._client.query, **request), index)

    def write(self, *writes: Write) -> None:
        check_transaction(writes)
        try:
            if len(writes) == 1 and not isinstance(writes[0], Check):
                self._write_one(writes[0])
            else:
                requests: Any = [self._request(write) for write in writes]
                call(self._client.transact_write_items, TransactItems=requests)
        except ClientError as error:
            raise _condition_failure(error) from None

    def get_many(self, keys: Sequence[tuple[str, str]]) -> list[Item]:
        asked = [key for key in dict.fromkeys(keys) if can_exist(*key)]
        found = {
            (item["pk"], item["sk"]): item
            for some in _parts(asked, KEYS_PER_READ)
            for item in self._read_batch([to_attributes({"pk": pk, "sk": sk}) for pk, sk in some])
        }
        return [found[key] for key in asked if key in found]

    def put_many(self, items: Sequence[Item]) -> None:
        check_once([(item["pk"], item["sk"]) for item in items])
        for some in _parts(items, ITEMS_PER_WRITE):
            self._write_batch([{"PutRequest": {"Item": to_attributes(item)}} for item in some])

    def _read_batch(self, keys: list[dict[str, Any]]) -> list[Item]:
        """Asks again for what a batch left out: over 16 MB, or faster than the table follows."""
        found: list[Item] = []
        for pause_s in (*PAUSES_S, None):
            wanted = {self._name: {"Keys": keys, "ConsistentRead": True}}
            answer = call(self._client.batch_get_item, RequestItems=wanted)
            found += map(from_attributes, answer["Responses"].get(self._name, []))
            keys = answer.get("UnprocessedKeys", {}).get(self._name, {}).get("Keys", [])
            if not keys:
                break
            self._wait(pause_s)
        return found

    def _write_batch(self, writes: list[dict[str, Any]]) -> None:
        for pause_s in (*PAUSES_S, None):
            answer = call(self._client.batch_write_item, RequestItems={self._name: writes})
            writes = answer.get("UnprocessedItems", {}).get(self._name, [])
            if not writes:
                break
            self._wait(pause_s)

    def _wait(self, pause_s: float | None) -> None:
        """Before the next try; raises Unavailable where there is none."""
        if pause_s is None:
            raise Unavailable("La base de données est très sollicitée : recommencez dans un instant.")
        self._pause(pause_s)

    def _write_one(self, write: Write) -> None:
        ((kind, request),) = self._request(write).items()
        call(getattr(self._client, f"{kind.lower()}_item"), **request)

    def _request(self, write: Write) -> dict[str, dict[str, Any]]:
        expression = _Expression(write.when)
        request: dict[str, Any] = {"TableName": self._name}
        match write:
            case Put(item):
                request["Item"] = to_attributes(item)
            case Update(pk, sk, changes, removes):
                request |= {"Key": to_attributes({"pk": pk, "sk": sk})}
                request["UpdateExpression"] = expression.update(changes, removes)
            case Delete(pk, sk) | Check(pk, sk):
                request["Key"] = to_attributes({"pk": pk, "sk": sk})
        kind = "ConditionCheck" if isinstance(write, Check) else type(write).__name__
        return {kind: request | expression.parameters()}


def _parts(things: Sequence[Any], most: int) -> list[Sequence[Any]]:
    return [things[start : start + most] for start in range(0, len(things), most)]


def _page(answer: Mapping[str, Any], index: str | None) -> Page:
    items = [from_attributes(item) for item in answer["Items"]]
    more = "LastEvaluatedKey" in answer and bool(items)
    return Page(items, encode_cursor(last_key(items[-1], index)) if more else None)


def _key_condition(names: tuple[str, str], pk: str, begins: str, up_to: str | None) -> dict[str, Any]:
    """The part of a query that says which keys: a whole partition, a prefix of it, or all up to a bound."""
    clauses, values, placeholders = ["#pk = :pk"], {":pk": pk}, {"#pk": names[0]}
    if up_to is not None or begins:
        clauses.append("#sk <= :sk" if up_to is not None else "begins_with(#sk, :sk)")
        values[":sk"] = begins if up_to is None else up_to
        placeholders["#sk"] = names[1]
    return {
        "KeyConditionExpression": " AND ".join(clauses),
        "ExpressionAttributeNames": placeholders,
        "ExpressionAttributeValues": to_attributes(values),
    }


class _Expression:
    """Condition and update expressions with every name and value as a placeholder."""

    def __init__(self, conditions: Sequence[Condition]) -> None:
        self._names: dict[str, str] = {}
        self._values: dict[str, Any] = {}
        self._condition = " AND ".join(self._clause(condition) for condition in conditions)

    def update(self, changes: Mapping[str, Any], removes: Sequence[str]) -> str:
        sets = ", ".join(f"{self._name(name)} = {self._value(value)}" for name, value in changes.items())
        gone = ", ".join(self._name(name) for name in removes)
        return " ".join(filter(None, [f"SET {sets}" if sets else "", f"REMOVE {gone}" if gone else ""]))

    def parameters(self) -> dict[str, Any]:
        parameters: dict[str, Any] = {}
        if self._condition:
            parameters["ConditionExpression"] = self._condition
        if self._names:
            parameters["ExpressionAttributeNames"] = self._names
        if self._values:
            parameters["ExpressionAttributeValues"] = to_attributes(self._values)
        return parameters

    def _clause(self, condition: Condition) -> str:
        match condition:
            case Absent():
                return f"attribute_not_exists({self._name('pk')})"
            case Equals(attributes):
                return " AND ".join(f"{self._name(n)} = {self._value(v)}" for n, v in attributes.items())
            case AtMost(attribute, value):
                return f"{self._name(attribute)} <= {self._value(value)}"

    def _name(self, name: str) -> str:
        placeholder = f"#{len(self._names)}"
        self._names[placeholder] = name
        return placeholder

    def _value(self, value: Any) -> str:
        placeholder = f":{len(self._values)}"
        self._values[placeholder] = value
        return placeholder


def _condition_failure(error: ClientError) -> Exception:
    """The caller's error for a failed condition; a transaction that lost a race is worth another try."""
    match error.response["Error"]["Code"]:
        case "ConditionalCheckFailedException":
            return ConditionFailed([0])
        case "TransactionConflictException":
            return Contended()
        case "TransactionCanceledException":
            reasons = error.response.get("CancellationReasons", [])
            return _cancellation([reason.get("Code", "None") for reason in reasons], error)
    return error


def _cancellation(reasons: Sequence[str], error: ClientError) -> Exception:
    """Why a whole transaction was given up; what DynamoDB calls invalid in it is our own fault and stays as it is."""
    failed = [position for position, reason in enumerate(reasons) if reason == "ConditionalCheckFailed"]
    if failed:
        return ConditionFailed(failed)
    if "TransactionConflict" in reasons:
        return Contended()
    return error if "ValidationError" in reasons else Unavailable(f"Transaction annulée : {', '.join(reasons)}.")
