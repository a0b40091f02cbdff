"""A message that kills the process that handles it: its neighbours are handled all the same, and it ends by itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws
from pydantic import BaseModel

from shared.runtime.messages import worker

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

RECEIVES = 4
"""Of the queue itself; the function would bury one receive before, but it dies each time."""


class Greet(BaseModel):
    """A command."""

    name: str


class Killed(BaseException):
    """The process is no more: nothing catches it."""


class Street:
    """A queue with its dead-letter queue, and the function that Lambda starts with what it finds there."""

    def __init__(self, sqs: SQSClient, monkeypatch: pytest.MonkeyPatch) -> None:
        self._sqs = sqs
        self._dead = sqs.create_queue(QueueName="greetings-dead")["QueueUrl"]
        self._url = sqs.create_queue(QueueName="greetings", Attributes=self._attributes())["QueueUrl"]
        monkeypatch.setenv("VIGIE_DEAD_QUEUE", self._dead)
        monkeypatch.setenv("VIGIE_MAX_RECEIVES", str(RECEIVES - 1))
        self.greeted: list[str] = []
        self._handler = worker(lambda _aws: self._greet, Greet)

    def _attributes(self) -> Any:
        arn = self._sqs.get_queue_attributes(QueueUrl=self._dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": RECEIVES})
        return {"VisibilityTimeout": "0", "RedrivePolicy": redrive}

    def _greet(self, command: Greet) -> None:
        if command.name == "poison":
            raise Killed
        self.greeted.append(command.name)

    def send(self, *names: str) -> None:
        for name in names:
            self._sqs.send_message(QueueUrl=self._url, MessageBody=json.dumps({"name": name}))

    def poll(self) -> bool:
        """One batch, all of it gone when it was handled; False once the queue is empty."""
        messages = self._sqs.receive_message(
            QueueUrl=self._url, MaxNumberOfMessages=10, AttributeNames=["ApproximateReceiveCount"]
        ).get("Messages", [])
        try:
            self._handler({"Records": list(map(_record, messages))}, None)
        except Killed:
            return True
        for message in messages:
            self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
        return bool(messages)

    def dead(self) -> list[str]:
        """What has ended in the dead-letter queue."""
        messages = self._sqs.receive_message(QueueUrl=self._dead, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(message["Body"])["name"] for message in messages]


def _record(message: Any) -> dict[str, Any]:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message["Attributes"],
        "eventSourceARN": "arn:aws:sqs:eu-west-3:123456789012:greetings",
    }


@pytest.fixture
def street(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Street]]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-3")
    with mock_aws():
        yield lambda: Street(boto3.client("sqs"), monkeypatch)


@pytest.mark.parametrize("place", range(5))
def test_the_neighbours_of_a_killer_are_handled_and_it_alone_dies(street: Callable[[], Street], place: int) -> None:
    """Wherever it stands in the batch, and though the whole batch comes back with it each time."""
    names = [f"n{number}" for number in range(4)]
    there = street()
    there.send(*names[:place], "poison", *names[place:])
    while there.poll():
        pass
    assert (set(there.greeted), there.dead()) == (set(names), ["poison"])


def test_those_who_come_for_the_first_time_go_first(street: Callable[[], Street]) -> None:
    """A killer that has come back harms nobody new."""
    there = street()
    there.send("poison")
    there.poll()
    there.send("late")
    there.poll()
    assert there.greeted == ["late"]
