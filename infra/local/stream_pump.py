"""DynamoDB stream → function: in order, one batch at a time, retried with backoff, bisected, given up to a queue."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from infra.local import patterns, queues
from infra.local.children import Functions, Outcome
from infra.local.clock import Clock
from infra.local.conducting import Job, nothing
from infra.local.locking import World

_LONGEST_BACKOFF_S = 60


@dataclass(frozen=True)
class StreamMapping:
    """An event source mapping from a stream. `max_attempts` < 0 retries until the record is too old."""

    stream: str
    function: str
    batch: int
    partial_failures: bool
    bisect: bool
    max_attempts: int
    max_age_s: int
    failure_queue: str = ""
    filters: tuple[Mapping[str, Any], ...] = ()


@dataclass
class _Batch:
    """Records that are tried together, and how often they were."""

    records: list[dict[str, Any]]
    attempts: int = 0
    not_before: datetime = field(default=datetime.min.replace(tzinfo=UTC))


class StreamPump:
    """Feeds one function from one stream."""

    def __init__(
        self,
        mapping: StreamMapping,
        world: World,
        functions: Functions,
        clock: Clock,
        source: deque[dict[str, Any]],
    ) -> None:
        self._mapping = mapping
        self._world = world
        self._functions = functions
        self._clock = clock
        self._source = source
        self._retries: deque[_Batch] = deque()
        self._running = False

    def ready(self) -> bool:
        if self._retries:
            return self._retries[0].not_before <= self._clock.now()
        return bool(self._source)

    def take(self) -> Job | None:
        if self._running or not self.ready() or not self._functions.free(self._mapping.function):
            return None
        batch = self._retries.popleft() if self._retries else self._read()
        if not batch.records:
            return nothing
        self._running = True
        self._functions.claim(self._mapping.function)
        return partial(self._deliver, batch)

    def next_due(self) -> datetime | None:
        return self._retries[0].not_before if self._retries and not self._running else None

    def _read(self) -> _Batch:
        records: list[dict[str, Any]] = []
        while self._source and len(records) < self._mapping.batch:
            record = self._source.popleft()
            filters = self._mapping.filters
            if not filters or any(patterns.matches(wanted, record) for wanted in filters):
                records.append(record)
        return _Batch(records)

    def _deliver(self, batch: _Batch) -> None:
        outcome = self._functions.run(self._mapping.function, {"Records": batch.records})
        left = self._left(outcome, batch.records)
        with self._world.changing():
            self._running = False
            if left:
                self._try_again(batch, left, whole=bool(outcome.error))

    def _left(self, outcome: Outcome, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The records still to be handled: from the lowest reported failure on, or all after an error."""
        if outcome.error:
            return records
        failures = (outcome.result or {}).get("batchItemFailures") if self._mapping.partial_failures else None
        sequences = [record["dynamodb"]["SequenceNumber"] for record in records]
        failed = [item.get("itemIdentifier") for item in failures or []]
        positions = [sequences.index(number) for number in failed if number in sequences]
        if len(positions) < len(failed):
            return records
        return records[min(positions, default=len(records)) :]

    def _try_again(self, batch: _Batch, left: list[dict[str, Any]], *, whole: bool) -> None:
        attempts = batch.attempts + 1 if len(left) == len(batch.records) else 1
        wait_s = min(2 ** (attempts - 1), _LONGEST_BACKOFF_S)
        again = _Batch(left, attempts, self._clock.now() + timedelta(seconds=wait_s))
        if self._mapping.bisect and whole and len(left) > 1:
            half = len(left) // 2
            self._retries.extendleft((_Batch(left[half:]), _Batch(left[:half])))
        elif self._is_over(again):
            self._give_up(again)
        else:
            self._retries.appendleft(again)

    def _is_over(self, batch: _Batch) -> bool:
        if 0 <= self._mapping.max_attempts < batch.attempts:
            return True
        age: float = self._clock.now().timestamp() - batch.records[0]["dynamodb"]["ApproximateCreationDateTime"]
        return 0 <= self._mapping.max_age_s < age

    def _give_up(self, batch: _Batch) -> None:
        """The destination gets where the records were, never the records: so it is with AWS."""
        if not self._mapping.failure_queue:
            return
        first, last = batch.records[0]["dynamodb"], batch.records[-1]["dynamodb"]
        body = {
            "requestContext": {
                "functionArn": self._functions.specs[self._mapping.function].arn,
                "condition": "RetryAttemptsExhausted",
                "approximateInvokeCount": batch.attempts,
            },
            "version": "1.0",
            "timestamp": self._clock.now().isoformat(),
            "DDBStreamBatchInfo": {
                "shardId": "shardId-local",
                "startSequenceNumber": first["SequenceNumber"],
                "endSequenceNumber": last["SequenceNumber"],
                "batchSize": len(batch.records),
                "streamArn": self._mapping.stream,
            },
        }
        queues.send(self._mapping.failure_queue, json.dumps(body))
