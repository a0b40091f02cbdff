"""What others write in their own form: read once, counted for the metrics, set aside with a reason when nobody can read it."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from moto import mock_aws

from services.alerts.provider_events.reading import read_word
from shared.runtime.messages import listener


def record(body: str) -> dict[str, Any]:
    """A message as SQS hands it over, for the first time."""
    attributes = {"ApproximateReceiveCount": "1"}
    return {"messageId": body[:9], "body": body, "attributes": attributes, "eventSourceARN": "arn:aws:sqs:x:1:hear"}


@mock_aws
def test_what_a_message_came_to_is_counted_and_what_is_unreadable_is_set_aside(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The neighbours of an unreadable message are heard; it waits, as it came, with its reason."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-3")
    monkeypatch.setenv("VIGIE_MAX_RECEIVES", "5")
    sqs = boto3.client("sqs")
    dead = sqs.create_queue(QueueName="hear-dead")["QueueUrl"]
    monkeypatch.setenv("VIGIE_DEAD_QUEUE", dead)
    heard: list[Any] = []

    def hear(word: Any) -> dict[str, int]:
        heard.append(word)
        return {"DoubtsResolved": 1}

    good = json.dumps({"eventType": "TEXT_DELIVERED", "eventTimestamp": 1, "messageId": "m"})
    handler = listener(lambda _aws: hear, read_word)
    records = [record(body) for body in ("no json", good, '{"eventType": 3}', good)]
    assert handler({"Records": records}, None) == {"batchItemFailures": []}
    buried = sqs.receive_message(QueueUrl=dead, MaxNumberOfMessages=10, MessageAttributeNames=["All"])["Messages"]
    assert {each["Body"] for each in buried} == {"no json", '{"eventType": 3}'}
    assert all(each["MessageAttributes"]["reason"]["StringValue"] for each in buried)
    assert len(heard) == 2
    assert '"DoubtsResolved":[1.0,1.0]' in capsys.readouterr().out.replace(" ", "")
