"""The dead-letter queues of an environment: what waits there and why, and how a message goes back where it came from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from shared.errors import NotFound

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

DEAD = "-dead"
HELD_S = 600
"""How long a message that was read is hidden from others: a redrive of all of them takes less."""
MOST = 10_000
"""Messages of one queue in one run; run again for more."""


@dataclass(frozen=True)
class DeadLetter:
    """A message that failed for good. `source` is the queue it came from, empty when the message does not say."""

    body: str
    code: str
    reason: str
    source: str
    buried_at: datetime
    receipt: str


class DeadLetters:
    """Reads, releases and sends back."""

    def __init__(self, sqs: SQSClient, prefix: str) -> None:
        self._sqs = sqs
        self._prefix = prefix

    def queues(self) -> list[str]:
        """Every dead-letter queue of the environment, by name."""
        pages = self._sqs.get_paginator("list_queues").paginate(QueueNamePrefix=f"{self._prefix}-")
        urls = [url for page in pages for url in page.get("QueueUrls", [])]
        return sorted(name for url in urls if (name := url.rpartition("/")[2]).endswith(DEAD))

    def named(self, text: str) -> str:
        """The dead-letter queue meant by `alerts-emails`, `alerts-emails-dead` or the whole name; raises NotFound."""
        known = self.queues()
        plain = text.replace("_", "-").removesuffix(DEAD).removeprefix(f"{self._prefix}-")
        wanted = f"{self._prefix}-{plain}{DEAD}"
        if wanted not in known:
            choice = ", ".join(name.removeprefix(f"{self._prefix}-").removesuffix(DEAD) for name in known)
            raise NotFound(f"Aucune file « {text} ». Files connues : {choice or 'aucune'}.")
        return wanted

    def hold(self, queue: str) -> list[DeadLetter]:
        """All that waits, hidden from others meanwhile. What fails again later is not in it: it comes as a new message."""
        held: list[DeadLetter] = []
        while len(held) < MOST and (batch := list(self._receive(queue))):
            held += batch
        return held

    def release(self, queue: str, letters: list[DeadLetter]) -> None:
        """Lets others see the messages again."""
        url = self._url(queue)
        for letter in letters:
            self._sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=letter.receipt, VisibilityTimeout=0)

    def origin(self, queue: str, letter: DeadLetter) -> str | None:
        """The queue that a message goes back to; None for a stream or a schedule, which has none."""
        name = letter.source if letter.source.startswith(f"{self._prefix}-") else queue.removesuffix(DEAD)
        try:
            self._url(name)
        except self._sqs.exceptions.QueueDoesNotExist:
            return None
        return name

    def replay(self, queue: str, letter: DeadLetter, origin: str) -> None:
        """Sends the body back as it was, then forgets the dead letter: cut short, it is there twice, never lost."""
        self._sqs.send_message(QueueUrl=self._url(origin), MessageBody=letter.body)
        self._sqs.delete_message(QueueUrl=self._url(queue), ReceiptHandle=letter.receipt)

    def _receive(self, queue: str) -> Iterator[DeadLetter]:
        answer = self._sqs.receive_message(
            QueueUrl=self._url(queue),
            MaxNumberOfMessages=10,
            VisibilityTimeout=HELD_S,
            WaitTimeSeconds=1,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["SentTimestamp"],
        )
        yield from map(_letter, answer.get("Messages", []))

    def _url(self, name: str) -> str:
        return self._sqs.get_queue_url(QueueName=name)["QueueUrl"]


def _letter(message: MessageTypeDef) -> DeadLetter:
    said = {name: part.get("StringValue", "") for name, part in message.get("MessageAttributes", {}).items()}
    buried_at = datetime.fromtimestamp(int(message["Attributes"]["SentTimestamp"]) / 1000, UTC)
    # A rule that could not reach its queue says so in its own words; a queue that gave up says nothing.
    code = said.get("code") or said.get("ERROR_CODE") or "tentatives-epuisees"
    reason = said.get("reason") or said.get("ERROR_MESSAGE") or "Toutes les tentatives ont échoué."
    return DeadLetter(message["Body"], code, reason, said.get("source", ""), buried_at, message["ReceiptHandle"])
