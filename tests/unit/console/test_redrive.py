"""Redriving dead letters: what is told of them, and that none is lost, doubled or sent astray."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import TYPE_CHECKING, cast

import boto3
import pytest
from moto import mock_aws

from console.dead_letters import DeadLetters
from console.redrive import Choice, Redrive
from shared.errors import NotFound, Unavailable

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

EMAILS = "vigie-test-alerts-emails"
SWEEP = "vigie-test-alerts-sweep"
ALL = Choice()
STARTED: list[str] = []
"""Scheduled functions that were started, in order."""


@pytest.fixture
def sqs(monkeypatch: pytest.MonkeyPatch) -> Iterator[SQSClient]:
    """An account with one queue, its dead letters, and those of a stream."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    STARTED.clear()
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


def _letters(sqs: SQSClient) -> DeadLetters:
    """moto has one server: there is nothing to wait for."""
    return DeadLetters(sqs, "vigie-test", wait_s=0)


def _redrive(sqs: SQSClient, *queues: str, choice: Choice = ALL, dry_run: bool = False, each: bool = False) -> str:
    """What is told, with plain blanks."""
    redrive = Redrive(_letters(sqs), STARTED.append, choice, datetime.now(UTC))
    told = list(redrive.told(queues or [f"{EMAILS}-dead"], each=each))
    if dry_run:
        redrive.release()
    else:
        told += redrive.replayed()
    return "\n".join(told).replace("\u202f", " ").replace("\u00a0", " ")


def test_a_dead_letter_goes_back_where_it_came_from(sqs: SQSClient) -> None:
    """The body as it was, in its own queue, and gone from the dead ones."""
    _bury(sqs, f"{EMAILS}-dead", '{"a":1}', reason="KeyError", code="panne", source=EMAILS)
    assert "1 message rejoué" in _redrive(sqs)
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
    assert "d’un flux, à ne pas rejouer" in _redrive(sqs, dead)
    assert _bodies(sqs, dead) == ["positions"]


def test_only_the_chosen_ones_go_back(sqs: SQSClient) -> None:
    """By code, by words of the reason, by an identifier that they carry; the others are at once visible again."""
    for code, alert in (("panne", "a-1"), ("panne", "a-2"), ("contenu-illisible", "a-3")):
        _bury(sqs, f"{EMAILS}-dead", f'{{"alert_id":"{alert}"}}', reason=f"Motif {code}", code=code, source=EMAILS)
    _redrive(sqs, choice=Choice(code="panne", id="a-2"))
    assert _bodies(sqs, EMAILS) == ['{"alert_id":"a-2"}']
    _redrive(sqs, choice=Choice(reason="motif CONTENU"))
    assert _bodies(sqs, f"{EMAILS}-dead") == ['{"alert_id":"a-1"}']


def test_a_range_of_time_chooses_by_the_hour_of_burial(sqs: SQSClient) -> None:
    """What failed before the outage, or after it, stays."""
    _bury(sqs, f"{EMAILS}-dead", "x", source=EMAILS)
    now = datetime.now(UTC)
    for choice in (Choice(since=now + timedelta(hours=1)), Choice(until=now - timedelta(hours=1))):
        assert "0 message" in _redrive(sqs, choice=choice)
    assert "1 message" in _redrive(sqs, choice=Choice(since=now - timedelta(hours=1), until=now + timedelta(hours=1)))


def test_each_message_is_shown_by_its_identifiers_alone(sqs: SQSClient) -> None:
    """Whom it concerns is found again; what it says is not printed."""
    _bury(sqs, f"{EMAILS}-dead", '{"detail":{"alert_id":"a-1","name":"Ateliers Vauban"}}', code="panne", source=EMAILS)
    told = _redrive(sqs, each=True, dry_run=True)
    assert "alert_id = a-1" in told
    assert "Vauban" not in told


def test_missed_runs_of_a_schedule_are_made_up_for_by_one(sqs: SQSClient) -> None:
    """The function is started once, however often its clock failed to, and the dead letters go."""
    dead = f"{SWEEP}-dead"
    sqs.create_queue(QueueName=dead)
    for minute in range(12):
        _bury(sqs, dead, f'{{"scheduled_at":"2026-11-26T02:{minute:02}:00Z"}}', ERROR_CODE="AWS.Scheduler.Throttled")
    assert "fonction démarrée, 12 passages manqués" in _redrive(sqs, dead)
    assert (STARTED, _bodies(sqs, dead)) == ([SWEEP], [])


def test_a_redrive_that_is_cut_short_hides_nothing(sqs: SQSClient) -> None:
    """The function could not be started: its dead letters are there for the next try, at once."""
    dead = f"{SWEEP}-dead"
    sqs.create_queue(QueueName=dead)
    _bury(sqs, dead, '{"scheduled_at":"2026-11-26T02:00:00Z"}')

    def fail(_: str) -> None:
        raise Unavailable("Lambda ne répond pas.")

    redrive = Redrive(_letters(sqs), fail, ALL, datetime.now(UTC))
    list(redrive.told([dead]))
    with pytest.raises(Unavailable):
        list(redrive.replayed())
    assert len(_bodies(sqs, dead)) == 1


def test_what_is_forgotten_is_gone(sqs: SQSClient) -> None:
    """The positions of a stream, once the sweeps have done their work."""
    dead = "vigie-test-visits-relay-events-dead"
    _bury(sqs, dead, "positions")
    redrive = Redrive(_letters(sqs), STARTED.append, Choice(), datetime.now(UTC))
    list(redrive.told([dead]))
    redrive.forget()
    assert (redrive.count, _bodies(sqs, dead)) == (1, [])


class Crowd:
    """A client whose empty queues answer only once they are all being asked."""

    def __init__(self, size: int) -> None:
        self._all_here = Barrier(size, timeout=20)

    def get_queue_url(self, QueueName: str) -> dict[str, str]:  # noqa: N803 - boto3's own word
        return {"QueueUrl": QueueName}

    def receive_message(self, **_: object) -> dict[str, object]:
        self._all_here.wait()
        return {}


def test_empty_queues_are_asked_together() -> None:
    """Each takes a second to say that it is empty: twelve of them take no twelve."""
    letters = DeadLetters(cast("SQSClient", Crowd(12)), "vigie-test")
    assert letters.hold([f"quiet-{number}-dead" for number in range(12)]) == [[]] * 12


def test_a_message_cannot_name_a_queue_of_another_environment(sqs: SQSClient) -> None:
    """A forged source leads back to the queue that the dead letters are of."""
    _bury(sqs, f"{EMAILS}-dead", "x", source="vigie-other-alerts-emails")
    _redrive(sqs)
    assert _bodies(sqs, EMAILS) == ["x"]


@pytest.mark.parametrize("text", ["alerts-emails", "alerts_emails", "alerts-emails-dead", f"{EMAILS}-dead", EMAILS])
def test_a_queue_is_known_by_any_of_its_names(sqs: SQSClient, text: str) -> None:
    """An alarm's text, a declaration's name or the whole name."""
    assert _letters(sqs).named(text) == f"{EMAILS}-dead"


def test_an_unknown_queue_is_answered_with_the_known_ones(sqs: SQSClient) -> None:
    """The environment's own queues, never another's."""
    with pytest.raises(NotFound, match="alerts-emails, visits-relay-events"):
        _letters(sqs).named("emails")
    assert len(_letters(sqs).queues()) == 2
