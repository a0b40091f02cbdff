"""The queues as the pumps see them: moto's SQS without the HTTP in between. Call with the world's lock held."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.sqs.models import sqs_backends

from infra.local.arns import ACCOUNT, REGION, last_part
from infra.local.cures import is_due


class NoSuchQueue(Exception):
    """A name that no template creates."""


def _queue(arn: str) -> Any:
    queue = sqs_backends[ACCOUNT][REGION].queues.get(last_part(arn))
    if queue is None:
        raise NoSuchQueue(arn)
    return queue


def exists(arn: str) -> bool:
    """Whether a queue of this ARN was deployed."""
    return last_part(arn) in sqs_backends[ACCOUNT][REGION].queues


def send(arn: str, body: str, attributes: Mapping[str, str] | None = None, *, delay_s: int = 0) -> None:
    """Sends one message with string attributes, shown in so many seconds; raises NoSuchQueue."""
    given = {name: {"DataType": "String", "StringValue": value} for name, value in (attributes or {}).items()}
    sqs_backends[ACCOUNT][REGION].send_message(_queue(arn).name, body, message_attributes=given, delay_seconds=delay_s)


def receive(arn: str, limit: int) -> list[Any]:
    """Takes up to `limit` visible messages for the queue's own visibility time-out; redrives the worn-out ones."""
    queue = _queue(arn)
    return sqs_backends[ACCOUNT][REGION].receive_message(
        queue.name, limit, 0, queue.visibility_timeout, message_attribute_names=["All"]
    )


def delete(arn: str, receipt: str) -> None:
    """Removes a received message."""
    sqs_backends[ACCOUNT][REGION].delete_message(last_part(arn), receipt)


def has_visible(arn: str) -> bool:
    """Whether a receive would do anything now."""
    return any(is_due(message) for message in _queue(arn)._messages)


def next_due_ms(arn: str) -> float | None:
    """When the next hidden or delayed message shows, in epoch milliseconds."""
    waiting = [max(m.visible_at, m.delayed_until) for m in _queue(arn)._messages if not is_due(m)]
    return min(waiting, default=None)


def contents(arn: str) -> list[dict[str, Any]]:
    """What lies in a queue, without taking it: body, attributes, receive count."""
    return [
        {
            "body": message.body,
            "attributes": {n: v.get("StringValue", "") for n, v in message.message_attributes.items()},
            "receives": message.approximate_receive_count,
        }
        for message in _queue(arn)._messages
    ]


def as_record(message: Any, arn: str) -> dict[str, Any]:
    """A received message as Lambda hands it to a function."""
    return {
        "messageId": message.id,
        "receiptHandle": message.receipt_handle,
        "body": message.body,
        "attributes": {
            "ApproximateReceiveCount": str(message.approximate_receive_count),
            "SentTimestamp": str(message.sent_timestamp),
            "SenderId": message.sender_id,
            "ApproximateFirstReceiveTimestamp": str(message.approximate_first_receive_timestamp),
        },
        "messageAttributes": {
            name: {
                "stringValue": value.get("StringValue"),
                "stringListValues": [],
                "binaryListValues": [],
                "dataType": value["DataType"],
            }
            for name, value in message.message_attributes.items()
        },
        "md5OfBody": message.body_md5,
        "eventSource": "aws:sqs",
        "eventSourceARN": arn,
        "awsRegion": REGION,
    }
