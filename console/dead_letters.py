"""The dead-letter queues of an environment: what waits there and why, and how a message goes back where it came from."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from shared.errors import NotFound

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

DEAD = "-dead"
HELD_S = 600
"""How long a message that was read is hidden from others: a redrive of all of them takes less."""
MOST = 10_000
"""Messages of one queue in one run; run again for more."""
TOGETHER = 16
"""Queues asked at the same time: an empty one takes a second to say so."""
SHOWN = ("detail-type", "event_id", "territory_id", "correlation_id", "alert_id", "sk", "visit_id", "import_id")
BATCH = 10
BATCH_BYTES = 200_000
"""What one sending may carry; SQS takes 10 messages and 256 kB."""


@dataclass(frozen=True)
class DeadLetter:
    """A message that failed for good. `source` is the queue it came from, empty when the message does not say."""

    id: str
    body: str
    code: str
    reason: str
    source: str
    buried_at: datetime
    receipt: str

    @property
    def is_tick(self) -> bool:
        """A schedule's: it says when, and nothing else."""
        return self.body.startswith('{"scheduled_at"')

    @property
    def ids(self) -> list[tuple[str, str]]:
        """What the message is about, by identifiers: an event's or a command's; nothing else of it is shown."""
        try:
            return list(_ids(json.loads(self.body)))
        except ValueError:
            return []


class DeadLetters:
    """Reads, releases, sends back and forgets."""

    def __init__(self, sqs: SQSClient, prefix: str, *, wait_s: int = 1) -> None:
        """`wait_s` is how long a queue that seems empty is listened to: without it, SQS asks only some of its servers."""
        self._sqs = sqs
        self._prefix = prefix
        self._wait_s = wait_s
        self._urls: dict[str, str] = {}

    def queues(self) -> list[str]:
        """Every dead-letter queue of the environment, by name."""
        pages = self._sqs.get_paginator("list_queues").paginate(QueueNamePrefix=f"{self._prefix}-")
        self._urls |= {url.rpartition("/")[2]: url for page in pages for url in page.get("QueueUrls", [])}
        return sorted(name for name in self._urls if name.endswith(DEAD))

    def named(self, text: str) -> str:
        """The dead-letter queue meant by `alerts-emails`, `alerts-emails-dead` or the whole name; raises NotFound."""
        known = self.queues()
        plain = text.replace("_", "-").removesuffix(DEAD).removeprefix(f"{self._prefix}-")
        wanted = f"{self._prefix}-{plain}{DEAD}"
        if wanted not in known:
            choice = ", ".join(name.removeprefix(f"{self._prefix}-").removesuffix(DEAD) for name in known)
            raise NotFound(f"Aucune file « {text} ». Files connues : {choice or 'aucune'}.")
        return wanted

    def hold(self, queues: Sequence[str]) -> list[list[DeadLetter]]:
        """All that waits in each, hidden from others meanwhile; what fails again later comes as a new message."""
        with ThreadPoolExecutor(TOGETHER) as pool:
            return list(pool.map(self._hold, queues))

    def release(self, queue: str, letters: Sequence[DeadLetter]) -> None:
        """Lets others see the messages again."""
        for batch in _batches(letters, lambda _: 0):
            entries = [
                {"Id": str(place), "ReceiptHandle": letter.receipt, "VisibilityTimeout": 0}
                for place, letter in enumerate(batch)
            ]
            self._sqs.change_message_visibility_batch(QueueUrl=self._url(queue), Entries=entries)  # type: ignore[arg-type]

    def origin(self, queue: str, letter: DeadLetter) -> str | None:
        """The queue that a message goes back to; None for a stream or a schedule, which has none."""
        name = letter.source if letter.source.startswith(f"{self._prefix}-") else queue.removesuffix(DEAD)
        try:
            self._url(name)
        except self._sqs.exceptions.QueueDoesNotExist:
            return None
        return name

    def replay(self, queue: str, letters: Sequence[DeadLetter], origin: str) -> Iterator[int]:
        """Sends the bodies back as they were, then forgets the dead letters; yields how many, batch after batch.

        Cut short, a message is there twice, never lost. What the queue did not take is not forgotten.
        """
        for batch in _batches(letters, lambda letter: len(letter.body.encode())):
            entries = [{"Id": str(place), "MessageBody": letter.body} for place, letter in enumerate(batch)]
            answer = self._sqs.send_message_batch(QueueUrl=self._url(origin), Entries=entries)  # type: ignore[arg-type]
            taken = [batch[int(one["Id"])] for one in answer.get("Successful", [])]
            self.forget(queue, taken)
            yield len(taken)

    def forget(self, queue: str, letters: Sequence[DeadLetter]) -> None:
        """Deletes dead letters for good."""
        for batch in _batches(letters, lambda _: 0):
            entries = [{"Id": str(place), "ReceiptHandle": letter.receipt} for place, letter in enumerate(batch)]
            self._sqs.delete_message_batch(QueueUrl=self._url(queue), Entries=entries)  # type: ignore[arg-type]

    def _hold(self, queue: str) -> list[DeadLetter]:
        held: list[DeadLetter] = []
        while len(held) < MOST and (batch := list(self._receive(queue))):
            held += batch
        return held

    def _receive(self, queue: str) -> Iterator[DeadLetter]:
        answer = self._sqs.receive_message(
            QueueUrl=self._url(queue),
            MaxNumberOfMessages=BATCH,
            VisibilityTimeout=HELD_S,
            WaitTimeSeconds=self._wait_s,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["SentTimestamp"],
        )
        yield from map(_letter, answer.get("Messages", []))

    def _url(self, name: str) -> str:
        if name not in self._urls:
            self._urls[name] = self._sqs.get_queue_url(QueueName=name)["QueueUrl"]
        return self._urls[name]


def _ids(part: Any) -> Iterator[tuple[str, str]]:
    """The identifiers at any depth, in their order."""
    if isinstance(part, dict):
        yield from ((name, part[name]) for name in SHOWN if isinstance(part.get(name), str))
        for inner in part.values():
            yield from _ids(inner)


def _batches(letters: Iterable[DeadLetter], size: Callable[[DeadLetter], int]) -> Iterator[list[DeadLetter]]:
    """Ten at a time, or fewer when they are large."""
    batch: list[DeadLetter] = []
    weight = 0
    for letter in letters:
        if batch and (len(batch) == BATCH or weight + size(letter) > BATCH_BYTES):
            yield batch
            batch, weight = [], 0
        batch.append(letter)
        weight += size(letter)
    if batch:
        yield batch


def _letter(message: MessageTypeDef) -> DeadLetter:
    said = {name: part.get("StringValue", "") for name, part in message.get("MessageAttributes", {}).items()}
    buried_at = datetime.fromtimestamp(int(message["Attributes"]["SentTimestamp"]) / 1000, UTC)
    # A rule that could not reach its queue says so in its own words; a queue that gave up says nothing.
    code = said.get("code") or said.get("ERROR_CODE") or said.get("ErrorCode") or "tentatives-epuisees"
    reason = said.get("reason") or said.get("ERROR_MESSAGE") or "Toutes les tentatives ont échoué."
    source = said.get("source", "")
    return DeadLetter(message["MessageId"], message["Body"], code, reason, source, buried_at, message["ReceiptHandle"])
