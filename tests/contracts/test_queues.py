"""The queue's promises, held by SQS (moto, a clock that stands still) and by the simulator's fake alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import boto3
import pytest
import time_machine
from botocore.exceptions import ClientError
from moto import mock_aws

from shared.aws.resources import SqsQueue
from tests.simulation.fake_queue import SECOND, FakeQueue

START = datetime(2026, 6, 2, 8, 0, tzinfo=UTC)
VISIBILITY_S, MAX_RECEIVES = 30, 2


class Driver(Protocol):
    """A queue and its dead-letter queue, and a clock that moves when it is told to."""

    def send(self, body: str, *, delay_s: int = 0, attributes: dict[str, str] | None = None) -> None: ...
    def receive(self) -> list[dict[str, Any]]: ...
    def delete(self, receipt: str) -> None: ...
    def buried(self) -> list[str]: ...
    def wait(self, seconds: int) -> None: ...


class Simulated:
    """The simulator's."""

    def __init__(self) -> None:
        self.now = 0
        self.dead = FakeQueue("things-dead", lambda: self.now)
        self.queue = FakeQueue("things", lambda: self.now, VISIBILITY_S, MAX_RECEIVES, self.dead)
        self.send = self.queue.send
        self.delete = self.queue.delete

    def receive(self) -> list[dict[str, Any]]:
        return self.queue.receive()

    def buried(self) -> list[str]:
        return [record["body"] for record in self.dead.receive()]

    def wait(self, seconds: int) -> None:
        self.now += seconds * SECOND


@dataclass
class OnMoto:
    """SQS as moto has it."""

    client: Any
    url: str
    dead_url: str
    traveller: Any

    def send(self, body: str, *, delay_s: int = 0, attributes: dict[str, str] | None = None) -> None:
        try:
            SqsQueue(self.client, self.url).send(body, delay_s=delay_s, attributes=attributes)
        except ClientError:
            raise ValueError from None

    def receive(self) -> list[dict[str, Any]]:
        names = {"AttributeNames": ["ApproximateReceiveCount"], "MessageAttributeNames": ["All"]}
        answer = self.client.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10, **names)
        return [_record(message) for message in answer.get("Messages", [])]

    def delete(self, receipt: str) -> None:
        self.client.delete_message(QueueUrl=self.url, ReceiptHandle=receipt)

    def buried(self) -> list[str]:
        answer = self.client.receive_message(QueueUrl=self.dead_url, MaxNumberOfMessages=10)
        return [message["Body"] for message in answer.get("Messages", [])]

    def wait(self, seconds: int) -> None:
        self.traveller.shift(timedelta(seconds=seconds))


def _record(message: dict[str, Any]) -> dict[str, Any]:
    """A message as its function gets it."""
    kept = {
        name: {"dataType": value["DataType"], "stringValue": value["StringValue"]}
        for name, value in message.get("MessageAttributes", {}).items()
    }
    names = {"messageId": "MessageId", "receiptHandle": "ReceiptHandle", "body": "Body", "attributes": "Attributes"}
    return {**{name: message[other] for name, other in names.items()}, "messageAttributes": kept}


@pytest.fixture(params=["simulated", "sqs"])
def queue(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Driver]:
    """An empty queue, the simulator's and SQS's in turn."""
    if request.param == "simulated":
        yield Simulated()
        return
    for name, value in (("DEFAULT_REGION", "eu-west-3"), ("ACCESS_KEY_ID", "test"), ("SECRET_ACCESS_KEY", "test")):
        monkeypatch.setenv(f"AWS_{name}", value)
    with mock_aws(), time_machine.travel(START, tick=False) as traveller:
        yield _on_moto(traveller)


def _on_moto(traveller: Any) -> OnMoto:
    client = boto3.client("sqs")
    dead = client.create_queue(QueueName="things-dead")["QueueUrl"]
    arn = client.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = f'{{"deadLetterTargetArn":"{arn}","maxReceiveCount":{MAX_RECEIVES}}}'
    attributes = {"VisibilityTimeout": str(VISIBILITY_S), "RedrivePolicy": redrive}
    return OnMoto(client, client.create_queue(QueueName="things", Attributes=attributes)["QueueUrl"], dead, traveller)


def test_a_message_comes_as_it_was_sent(queue: Driver) -> None:
    """Its body, its attributes, and that it is given for the first time."""
    queue.send("é", attributes={"reason": "essai"})
    (record,) = queue.receive()
    assert (record["body"], record["attributes"]["ApproximateReceiveCount"]) == ("é", "1")
    assert record["messageAttributes"] == {"reason": {"dataType": "String", "stringValue": "essai"}}


def test_a_message_is_hidden_while_it_is_handled_then_comes_again(queue: Driver) -> None:
    """Nobody else has it for the visibility time; who does not delete it gets it once more."""
    queue.send("one")
    assert len(queue.receive()) == 1
    queue.wait(VISIBILITY_S - 1)
    assert queue.receive() == []
    queue.wait(2)
    assert queue.receive()[0]["attributes"]["ApproximateReceiveCount"] == "2"


def test_a_message_that_is_deleted_is_gone(queue: Driver) -> None:
    """For good, whatever time passes."""
    queue.send("one")
    queue.delete(queue.receive()[0]["receiptHandle"])
    queue.wait(10 * VISIBILITY_S)
    assert queue.receive() == []


def test_a_delay_holds_a_message_back(queue: Driver) -> None:
    """A quarter of an hour at the most."""
    queue.send("one", delay_s=900)
    queue.wait(899)
    assert queue.receive() == []
    queue.wait(2)
    assert len(queue.receive()) == 1
    with pytest.raises(ValueError):  # noqa: PT011 - AWS's own words
        queue.send("two", delay_s=901)


def test_a_message_that_is_received_too_often_is_set_aside(queue: Driver) -> None:
    """In the dead-letter queue, as it was, when it would be given once more."""
    queue.send("poison")
    for _ in range(MAX_RECEIVES):
        assert len(queue.receive()) == 1
        queue.wait(VISIBILITY_S + 1)
    assert queue.receive() == []
    assert queue.buried() == ["poison"]


def test_ten_messages_come_at_a_time(queue: Driver) -> None:
    """However many wait."""
    for number in range(12):
        queue.send(str(number))
    assert len(queue.receive()) == 10
    assert len(queue.receive()) == 2
