"""SQS → function: batches, partial failures, redelivery after the visibility time-out (moto redrives to the dead queue)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from infra.local import patterns, queues
from infra.local.children import Functions, Outcome
from infra.local.conducting import Job, nothing
from infra.local.locking import World


@dataclass(frozen=True)
class QueueMapping:
    """An event source mapping from a queue."""

    queue: str
    function: str
    batch: int
    partial_failures: bool
    concurrency: int
    filters: tuple[Mapping[str, Any], ...] = ()


class QueuePump:
    """Feeds one function from one queue; a batching window is not waited for."""

    def __init__(self, mapping: QueueMapping, world: World, functions: Functions) -> None:
        self._mapping = mapping
        self._world = world
        self._functions = functions
        self._running = 0

    def ready(self) -> bool:
        return queues.has_visible(self._mapping.queue)

    def take(self) -> Job | None:
        mapping = self._mapping
        place = self._running < mapping.concurrency and self._functions.free(mapping.function)
        if not place or not self.ready():
            return None
        received = queues.receive(mapping.queue, mapping.batch)
        messages = [message for message in received if self._wanted(message)]
        if not messages:
            return nothing
        self._running += 1
        self._functions.claim(mapping.function)
        return partial(self._deliver, messages)

    def next_due(self) -> datetime | None:
        due = queues.next_due_ms(self._mapping.queue)
        return None if due is None else datetime.fromtimestamp(due / 1000, UTC)

    def _wanted(self, message: Any) -> bool:
        """A message that no filter matches is deleted, as Lambda does."""
        filters = self._mapping.filters
        record = queues.as_record(message, self._mapping.queue)
        if not filters or any(patterns.matches(wanted, patterns.parsed_body(record)) for wanted in filters):
            return True
        queues.delete(self._mapping.queue, message.receipt_handle)
        return False

    def _deliver(self, messages: list[Any]) -> None:
        mapping = self._mapping
        records = [queues.as_record(message, mapping.queue) for message in messages]
        outcome = self._functions.run(mapping.function, {"Records": records})
        failed = self._failed(outcome, {message.id for message in messages})
        with self._world.changing():
            self._running -= 1
            for message in messages:
                if message.id not in failed:
                    queues.delete(mapping.queue, message.receipt_handle)

    def _failed(self, outcome: Outcome, ids: set[str]) -> set[str]:
        """An error, an empty or an unknown identifier fails the whole batch, as Lambda has it."""
        if outcome.error:
            return ids
        if not self._mapping.partial_failures or not outcome.result:
            return set()
        failures = {item.get("itemIdentifier") for item in outcome.result.get("batchItemFailures") or []}
        return ids if failures - ids else failures
