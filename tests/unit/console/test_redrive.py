"""Redriving dead letters: what is told of them, and that none is lost, doubled or sent astray."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import boto3
import pytest
from moto import mock_aws

from console.dead_letters import DeadLetters
from console.redrive import redriven
from shared.errors import NotFound

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

EMAILS = "vigie-test-alerts-emails"


@pytest.fixture
def sqs(monkeypatch: pytest.MonkeyPatch) -> Iterator[SQSClient]:
    """An account with one queue, its dead letters, and those of a stream."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        client = boto3.client("sqs", region_name="eu-west-3")
        for name in (EMAILS, f"{EMAILS}-dead", "vigie-test-visits-relay-events-dead", "vigie-other-alerts-emails-dead"):
            client.create_queue(QueueName=name)
        yield client


def _bury(sqs: SQSClient, queue: str, body: str, **attributes: str) -> None:
    sqs.send_message(
        QueueUrl=sqs.get_queue_url(QueueName=queue)["QueueUrl"],
        MessageBody=body,
        MessageAttributes={name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()},
    )


def _bodies(sqs: SQSClient, queue: str) -> list[str]:
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)
    return sorted(message["Body"] for message in answer.get("Messages", []))


def _redrive(sqs: SQSClient, queue: str = f"{EMAILS}-dead", *, dry_run: bool = False) -> str:
    return "\n".join(redriven(DeadLetters(sqs, "vigie-test"), queue, datetime.now(UTC), dry_run=dry_run))


def test_a_dead_letter_goes_back_where_it_came_from(sqs: SQSClient) -> None:
    """The body as it was, in its own queue, and gone from the dead ones."""
    _bury(sqs, f"{EMAILS}-dead", '{"a":1}', reason="KeyError", code="panne", source=EMAILS)
    assert "1 message rejoué" in _redrive(sqs).replace("\u202f", " ").replace("\u00a0", " ")
    assert (_bodies(sqs, EMAILS), _bodies(sqs, f"{EMAILS}-dead")) == (['{"a":1}'], [])


def test_more_than_one_receipt_can_hold_are_all_replayed(sqs: SQSClient) -> None:
    """A queue gives ten messages at a time: the redrive goes on to the last."""
    for number in range(23):
        _bury(sqs, f"{EMAILS}-dead", str(number), source=EMAILS)
    _redrive(sqs)
    assert _bodies(sqs, f"{EMAILS}-dead") == []


def test_a_dry_run_tells_the_reasons_and_moves_nothing(sqs: SQSClient) -> None:
    """Count, code and reason of each kind; everything still there, at once visible."""
    for _ in range(2):
        _bury(sqs, f"{EMAILS}-dead", "x", reason="Version inconnue", code="version-inconnue", source=EMAILS)
    assert "2 × version-inconnue – Version inconnue" in _redrive(sqs, dry_run=True)
    assert (_bodies(sqs, EMAILS), _bodies(sqs, f"{EMAILS}-dead")) == ([], ["x", "x"])


def test_a_message_that_its_queue_gave_up_is_replayed_without_a_reason(sqs: SQSClient) -> None:
    """SQS itself buries without a word: the queue's own name says where to send it back."""
    _bury(sqs, f"{EMAILS}-dead", "x")
    assert "tentatives-epuisees" in _redrive(sqs)
    assert _bodies(sqs, EMAILS) == ["x"]


def test_what_came_from_no_queue_stays_and_is_told(sqs: SQSClient) -> None:
    """A stream's dead letter holds positions: nothing can be sent back, nothing is thrown away."""
    dead = "vigie-test-visits-relay-events-dead"
    _bury(sqs, dead, "positions")
    assert "sans file d’origine" in _redrive(sqs, dead)
    assert _bodies(sqs, dead) == ["positions"]


def test_a_message_cannot_name_a_queue_of_another_environment(sqs: SQSClient) -> None:
    """A forged source leads back to the queue that the dead letters are of."""
    _bury(sqs, f"{EMAILS}-dead", "x", source="vigie-other-alerts-emails")
    _redrive(sqs)
    assert _bodies(sqs, EMAILS) == ["x"]


@pytest.mark.parametrize("text", ["alerts-emails", "alerts_emails", "alerts-emails-dead", f"{EMAILS}-dead", EMAILS])
def test_a_queue_is_known_by_any_of_its_names(sqs: SQSClient, text: str) -> None:
    """An alarm's text, a declaration's name or the whole name."""
    assert DeadLetters(sqs, "vigie-test").named(text) == f"{EMAILS}-dead"


def test_an_unknown_queue_is_answered_with_the_known_ones(sqs: SQSClient) -> None:
    """The environment's own queues, never another's."""
    with pytest.raises(NotFound, match="alerts-emails, visits-relay-events"):
        DeadLetters(sqs, "vigie-test").named("emails")
    assert len(DeadLetters(sqs, "vigie-test").queues()) == 2
