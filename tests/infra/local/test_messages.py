"""A message is in its queue until it is deleted, whatever happens to the machine."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from infra.local.system import LocalSystem

QUEUE = "broken-dead"
"""Nobody consumes it."""


def test_messages_survive_a_restart(assembly: Path, tmp_path: Path) -> None:
    """What was sent and not deleted is there again with its attributes, even if it was being handled."""
    with LocalSystem(assembly, tmp_path) as system:
        sqs, url = _queue(system)
        reason = {"reason": {"DataType": "String", "StringValue": "illisible"}}
        for body in ("one", "two", "three"):
            sqs.send_message(QueueUrl=url, MessageBody=body, MessageAttributes=reason)
        (first,) = sqs.receive_message(QueueUrl=url)["Messages"]
        sqs.delete_message(QueueUrl=url, ReceiptHandle=first["ReceiptHandle"])
        sqs.receive_message(QueueUrl=url)
    with LocalSystem(assembly, tmp_path) as system:
        kept = system.dead_letters()[QUEUE]
        assert [message["body"] for message in kept] == ["two", "three"]
        assert kept[0]["attributes"] == {"reason": "illisible"}


def test_a_purged_queue_stays_empty(assembly: Path, tmp_path: Path) -> None:
    """What was purged does not come back."""
    with LocalSystem(assembly, tmp_path) as system:
        sqs, url = _queue(system)
        sqs.send_message(QueueUrl=url, MessageBody="one")
        sqs.purge_queue(QueueUrl=url)
    with LocalSystem(assembly, tmp_path) as system:
        assert QUEUE not in system.dead_letters()


def test_a_redriven_message_has_moved_for_good(assembly: Path, tmp_path: Path) -> None:
    """A message received too often is in the dead-letter queue after the restart too, and in no other."""
    with LocalSystem(assembly, tmp_path) as system:
        entry = {"EventBusName": "small", "Source": "small", "DetailType": "Said.v1"}
        system.client("events").put_events(Entries=[{**entry, "Detail": '{"id": "bad", "fail": true}'}])
        system.advance(timedelta(minutes=4))
    with LocalSystem(assembly, tmp_path) as system:
        system.advance(timedelta(minutes=4))
        (dead,) = system.dead_letters()["heard-dead"]
        assert json.loads(dead["body"])["detail"]["id"] == "bad"


def _queue(system: LocalSystem) -> tuple[Any, str]:
    sqs = system.client("sqs")
    return sqs, sqs.get_queue_url(QueueName=QUEUE)["QueueUrl"]
