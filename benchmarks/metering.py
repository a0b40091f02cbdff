"""Counts what AWS would bill, by looking on at each call and each invocation of the local system."""

from __future__ import annotations

import base64
import json
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from email import message_from_bytes
from email.utils import getaddresses
from pathlib import Path
from typing import Any

from benchmarks.units import Held, chunks, index_units, item_bytes, read_units, write_units
from infra.local.calls import Answer, Call
from infra.local.journal import Change
from infra.local.outbox import segments

PRICES = Path(__file__).with_name("prices.toml")
BATCH = 5
"""Messages, and records of a stream, that one poll and one invocation share on a busy day; stated with every figure."""
BILLED_S = 0.050
"""Of one invocation, warm: an assumption, since a local machine's time says nothing of Lambda's."""
PLATFORM_LOG_BYTES = 700
"""What Lambda itself logs of one invocation in JSON: its start and its report."""
LINE_OVERHEAD_BYTES = 26
"""What CloudWatch counts for each log event besides its text."""
TABLE_KEYS = ("pk", "sk")
_EVENT_BYTES, _SQS_BYTES = 65_536, 65_536


@dataclass(frozen=True)
class Price:
    """`price` dollars for `per` units."""

    price: float
    per: float
    source: str

    def of(self, units: float) -> float:
        return units * self.price / self.per


def read_prices(path: Path = PRICES) -> dict[str, Price]:
    """The dated price of each unit."""
    return {unit: Price(**entry) for unit, entry in tomllib.loads(path.read_text()).items()}


@dataclass(frozen=True)
class Keys:
    """The key attributes of an index, and whether it holds nothing else."""

    names: tuple[str, ...]
    alone: bool

    def held(self, item: Mapping[str, Any]) -> Held:
        """What the index holds of an item."""
        place = tuple(json.dumps(item[name]) for name in self.names) if item.keys() >= set(self.names) else None
        kept = {name: item[name] for name in (*TABLE_KEYS, *self.names)} if self.alone and place else item
        return Held(place, item_bytes(kept))


@dataclass(frozen=True)
class Deployment:
    """What the templates say that a bill depends on: memory of each function, indexes of each table."""

    memory_mb: Mapping[str, int]
    indexes: Mapping[str, Sequence[Keys]]
    """Of each table, each index."""
    scheduled: Set[str]
    """The functions that the clock alone wakes."""


def read_deployment(templates: Sequence[Mapping[str, Any]]) -> Deployment:
    """Reads them from the synthesized templates."""
    resources = [each for template in templates for each in template["Resources"].values()]
    functions = [each["Properties"] for each in resources if each["Type"] == "AWS::Lambda::Function"]
    tables = [each["Properties"] for each in resources if each["Type"] == "AWS::DynamoDB::Table"]
    schedules = [each["Properties"] for each in resources if each["Type"] == "AWS::Scheduler::Schedule"]
    return Deployment(
        {each["FunctionName"]: int(each["MemorySize"]) for each in functions},
        {each["TableName"]: [_keys(index) for index in each.get("GlobalSecondaryIndexes", [])] for each in tables},
        {each["Name"] for each in schedules},
    )


def _keys(index: Mapping[str, Any]) -> Keys:
    names = tuple(part["AttributeName"] for part in index["KeySchema"])
    return Keys(names, index["Projection"]["ProjectionType"] == "KEYS_ONLY")


class Meter:
    """Adds up billed units, and AWS calls by what was called; scheduled invocations are a fixed cost and left out.

    `batch` messages share one receive, one delete and one invocation.
    """

    def __init__(self, deployment: Deployment, batch: int = BATCH) -> None:
        self._deployment = deployment
        self._batch = batch
        self.units: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()

    def reset(self) -> None:
        """Begins again at nothing."""
        self.units.clear()
        self.calls.clear()

    def invocation(self, function: str, event: Any) -> None:
        """Lambda's own bill, and that of what carried the event to it."""
        records = event.get("Records", [])
        if not records and "routeKey" not in event:
            return
        share = len(records) / self._batch if records else 1.0
        self._add("lambda-request", share)
        self._add("lambda-gb-second", share * BILLED_S * self._deployment.memory_mb[function] / 1024)
        self._add("log-byte", share * (PLATFORM_LOG_BYTES + 2 * LINE_OVERHEAD_BYTES))
        self._add("http-request", float("routeKey" in event))
        for record in records:
            self._carried(record)

    def call(self, function: str, call: Call, answer: Answer, changes: Sequence[Change]) -> None:
        """One request of a function to the AWS endpoint."""
        if not function or function in self._deployment.scheduled:
            return
        self.calls[f"{call.service}:{call.action}"] += 1
        measure = getattr(self, f"_{call.service.replace('-', '_')}", None)
        if measure:
            measure(call, answer, changes)

    def logged(self, text: bytes) -> None:
        """What functions wrote to their logs."""
        self._add("log-byte", len(text) + LINE_OVERHEAD_BYTES * text.count(b"\n"))

    def _add(self, unit: str, amount: float) -> None:
        self.units[unit] += amount  # type: ignore[assignment]

    def _carried(self, record: Mapping[str, Any]) -> None:
        """A message's share of its receive and delete; the rule's own send, when it came off the bus."""
        if record.get("eventSource") != "aws:sqs":
            return  # reading a stream is free for Lambda
        size = chunks(len(record["body"].encode()), _SQS_BYTES)
        self._add("sqs-request", 2 / self._batch)
        self._add("sqs-request", size if '"detail-type"' in record["body"] else 0)

    def _sqs(self, call: Call, _answer: Answer, _changes: Sequence[Change]) -> None:
        self._add("sqs-request", chunks(len(call.body), _SQS_BYTES))

    def _events(self, call: Call, _answer: Answer, _changes: Sequence[Change]) -> None:
        for entry in call.request.get("Entries", []):
            size = sum(len(str(entry.get(name, "")).encode()) for name in ("Source", "DetailType", "Detail"))
            self._add("event", chunks(size, _EVENT_BYTES))

    def _ses(self, call: Call, _answer: Answer, _changes: Sequence[Change]) -> None:
        message = message_from_bytes(base64.b64decode(call.request["Content"]["Raw"]["Data"]))
        headers = [str(value) for name in ("To", "Cc", "Bcc") for value in message.get_all(name, [])]
        self._add("email", len(getaddresses(headers)))

    def _sms_voice(self, call: Call, _answer: Answer, _changes: Sequence[Change]) -> None:
        self._add("sms-part", segments(call.request["MessageBody"])[0])

    def _s3(self, call: Call, _answer: Answer, _changes: Sequence[Change]) -> None:
        self._add("s3-put", float(call.action == "PutObject"))

    def _kms(self, _call: Call, _answer: Answer, _changes: Sequence[Change]) -> None:
        self._add("kms-request", 1)

    def _secretsmanager(self, _call: Call, _answer: Answer, _changes: Sequence[Change]) -> None:
        self._add("secret-request", 1)

    def _dynamodb(self, call: Call, answer: Answer, changes: Sequence[Change]) -> None:
        if call.action in ("GetItem", "Query", "BatchGetItem"):
            self._add("dynamodb-read", _read_units(call, json.loads(answer.body)))
        elif not answer.succeeded:
            self._add("dynamodb-write", 2 * len(call.request.get("TransactItems", [])) or 1)
        else:
            factor = 2 if call.action == "TransactWriteItems" else 1
            self._add("dynamodb-write", sum(self._write_units(change, factor) for change in changes))

    def _write_units(self, change: Change, factor: int) -> int:
        """The larger of before and after, twice in a transaction, and once more for each entry of an index."""
        before, after = _item(change.before), _item(change.after)
        sizes = item_bytes(before), item_bytes(after)
        indexes = self._deployment.indexes.get(change.table, [])
        changed = before != after
        units = (
            index_units(keys.held(before), keys.held(after), changed=changed and not keys.alone) for keys in indexes
        )
        return write_units(*sizes) * factor + sum(units)


def _read_units(call: Call, answer: Mapping[str, Any]) -> float:
    """A batch pays each item for itself, found or not."""
    if call.action == "BatchGetItem":
        asked = sum(len(wanted["Keys"]) for wanted in call.request["RequestItems"].values())
        found = [item for items in answer["Responses"].values() for item in items]
        return asked - len(found) + sum(read_units(item_bytes(item), consistent=True) for item in found)
    items = [answer["Item"]] if "Item" in answer else answer.get("Items", [])
    return read_units(sum(map(item_bytes, items)), consistent=bool(call.request.get("ConsistentRead")))


def _item(image: str | None) -> dict[str, Any]:
    return dict(json.loads(image)) if image else {}


def largest_first(amounts: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    """The parts of a sum, largest first, without those that are nothing."""
    yield from sorted(((name, amount) for name, amount in amounts.items() if amount), key=lambda part: -part[1])
