"""From an invocation to a typed call: what comes back to the queue, what is buried, what is logged."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import boto3
import pytest
from moto import mock_aws
from pydantic import BaseModel

from shared.errors import Invalid, Unavailable
from shared.events import Metadata, Recorded
from shared.events.visits import VisitReported
from shared.runtime.invocation import Defect
from shared.runtime.messages import consumer, worker
from shared.runtime.schedules import scheduled
from shared.runtime.streams import follower
from shared.runtime.web import endpoint

NOW = datetime(2026, 11, 27, 14, 5, tzinfo=UTC)
Handle = Callable[[Any], None]


class Greet(BaseModel):
    """A command of the tests."""

    name: str


@pytest.fixture
def dead_letters(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], list[Any]]]:
    """Reads what was buried in the function's dead-letter queue."""
    for name, value in {
        "AWS_DEFAULT_REGION": "eu-west-3",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "VIGIE_MAX_RECEIVES": "3",
    }.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        sqs = boto3.client("sqs")
        url = sqs.create_queue(QueueName="greetings-dead")["QueueUrl"]
        monkeypatch.setenv("VIGIE_DEAD_QUEUE", url)
        yield lambda: sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"], MaxNumberOfMessages=10).get(
            "Messages", []
        )


def _record(body: str, receives: int = 1, message_id: str = "m1") -> dict[str, Any]:
    return {
        "messageId": message_id,
        "body": body,
        "attributes": {"ApproximateReceiveCount": str(receives)},
        "eventSourceARN": "arn:aws:sqs:eu-west-3:123456789012:greetings",
    }


def _invocation(*records: dict[str, Any]) -> dict[str, Any]:
    return {"Records": list(records)}


def _envelope(**changes: Any) -> dict[str, Any]:
    event = VisitReported(
        visit_id="v1",
        structure_id="s1",
        member_id="m1",
        siret=None,
        enterprise_name="Atelier",
        commune="Belfort",
        visited_on=date(2026, 11, 27),
        needs=0,
    )
    metadata = Metadata(
        id="e1",
        occurred_at=NOW,
        recorded_at=NOW,
        territory_id="t1",
        actor="m1",
        correlation_id="v1",
        causation_id="r1",
        sequence=1,
    )
    envelope = {
        "detail-type": event.detail_type,
        "source": event.source,
        "detail": Recorded(metadata, event).detail(),
    }
    return envelope | changes


def _never(_message: Any) -> None:
    pytest.fail("called")


def _failing(error: Exception) -> Callable[[Any], Handle]:
    def handle(message: Any) -> None:
        if message.name != "ok":
            raise error

    return lambda _aws: handle


def test_an_event_reaches_its_use_case_as_a_typed_fact(dead_letters: Callable[[], list[Any]]) -> None:
    """The envelope is read into the class that the handler names."""
    seen: list[Recorded[VisitReported]] = []
    handler = consumer(lambda _aws: seen.append, VisitReported)
    assert handler(_invocation(_record(json.dumps(_envelope()))), None) == {"batchItemFailures": []}
    assert seen[0].event.visit_id == "v1"
    assert seen[0].metadata.territory_id == "t1"


def test_a_field_added_later_is_ignored_by_an_older_consumer(dead_letters: Callable[[], list[Any]]) -> None:
    """An additive change of an event breaks nobody."""
    envelope = _envelope()
    envelope["detail"]["data"]["added_later"] = "x"
    seen: list[Any] = []
    consumer(lambda _aws: seen.append, VisitReported)(_invocation(_record(json.dumps(envelope))), None)
    assert len(seen) == 1
    assert dead_letters() == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("not json", "json"),
        ("[]", "enveloppe"),
        (json.dumps({"detail": {}}), "enveloppe"),
        (json.dumps(_envelope() | {"detail-type": "VisitReported.v9"}), "version-inconnue"),
        (json.dumps(_envelope() | {"detail": {"metadata": {}, "data": {}}}), "contenu-illisible"),
    ],
)
def test_what_no_version_understands_is_buried_at_once_with_its_reason(
    dead_letters: Callable[[], list[Any]], body: str, code: str
) -> None:
    """An unreadable message goes to the dead-letter queue as it came, with a code and a reason."""
    handler = consumer(lambda _aws: _never, VisitReported)
    assert handler(_invocation(_record(body)), None) == {"batchItemFailures": []}
    (buried,) = dead_letters()
    assert buried["Body"] == body
    attributes = {name: value["StringValue"] for name, value in buried["MessageAttributes"].items()}
    assert attributes["code"] == code
    assert attributes["reason"]
    assert attributes["source"] == "greetings"


@pytest.mark.parametrize("position", range(10))
def test_only_the_message_that_failed_comes_back(dead_letters: Callable[[], list[Any]], position: int) -> None:
    """Wherever it stands in the batch, a failing message returns alone."""
    handler = worker(_failing(Unavailable("plus tard")), Greet)
    records = [_record(json.dumps({"name": "bad" if n == position else "ok"}), message_id=f"m{n}") for n in range(10)]
    assert handler(_invocation(*records), None) == {"batchItemFailures": [{"itemIdentifier": f"m{position}"}]}
    assert dead_letters() == []


def test_a_refusal_is_not_tried_again(dead_letters: Callable[[], list[Any]]) -> None:
    """`Reject` means never: buried on the first receive."""
    handler = worker(_failing(Invalid("le SIRET est faux", code="siret")), Greet)
    assert handler(_invocation(_record('{"name": "bad"}')), None) == {"batchItemFailures": []}
    assert dead_letters()[0]["MessageAttributes"]["reason"]["StringValue"] == "le SIRET est faux"


def test_a_poison_message_is_buried_with_its_reason_on_its_last_receive(
    dead_letters: Callable[[], list[Any]],
) -> None:
    """A bug's message returns to the queue until the last allowed receive, then says where the bug is."""
    handler = worker(_failing(ZeroDivisionError("0612345678")), Greet)
    bad = '{"name": "bad"}'
    assert handler(_invocation(_record(bad, receives=2)), None)["batchItemFailures"]
    assert handler(_invocation(_record(bad, receives=3)), None) == {"batchItemFailures": []}
    reason = dead_letters()[0]["MessageAttributes"]["reason"]["StringValue"]
    assert reason.startswith("ZeroDivisionError à ")
    assert "0612345678" not in reason


def test_a_message_that_cannot_be_buried_stays_in_its_queue_alone(
    dead_letters: Callable[[], list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The dead-letter queue does not answer: the message comes back, its neighbours are done, nothing is lost."""
    monkeypatch.setenv("VIGIE_DEAD_QUEUE", "https://sqs.eu-west-3.amazonaws.com/123456789012/elsewhere")
    handler = worker(_failing(Invalid("non")), Greet)
    records = [_record('{"name": "ok"}', message_id="m1"), _record('{"name": "bad"}', receives=3, message_id="m2")]
    assert handler(_invocation(*records), None) == {"batchItemFailures": [{"itemIdentifier": "m2"}]}
    assert dead_letters() == []


def test_a_failure_is_logged_without_the_data_that_caused_it(
    dead_letters: Callable[[], list[Any]],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Logs name the error's class and place, never its text."""
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "logged-in-a-test")
    handler = worker(_failing(ValueError("jeanne@exemple.fr")), Greet)
    handler(_invocation(_record('{"name": "Jeanne"}')), None)
    printed = "".join(capsys.readouterr())
    assert "ValueError" in printed
    assert "jeanne" not in printed.lower()


def test_a_stream_comes_back_from_the_first_failure_on(dead_letters: Callable[[], list[Any]]) -> None:
    """Order is kept: what follows a failed record is not handled before it."""
    seen: list[str] = []

    def follow(item: Any) -> None:
        if item["sk"] == "B":
            raise Unavailable("plus tard")
        seen.append(item["sk"])

    records = [
        {"dynamodb": {"SequenceNumber": str(n), "NewImage": {"pk": {"S": "T#t"}, "sk": {"S": sk}}}}
        for n, sk in enumerate("ABC")
    ]
    answer = follower(lambda _aws: follow)({"Records": records}, None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert seen == ["A"]


def test_a_deletion_in_the_stream_is_passed_over(dead_letters: Callable[[], list[Any]]) -> None:
    """A record without a new image has nothing to relay."""
    handler = follower(lambda _aws: _never)
    assert handler({"Records": [{"dynamodb": {"SequenceNumber": "1"}}]}, None) == {"batchItemFailures": []}


def test_a_schedule_answers_with_what_it_counted(dead_letters: Callable[[], list[Any]]) -> None:
    """The counts come back to the caller and become metrics."""
    assert scheduled(lambda _aws: lambda: {"Relayed": 3})({}, None) == {"Relayed": 3}


def _broken(*_: Any) -> Any:
    raise ValueError("jeanne@exemple.fr")


@pytest.mark.parametrize("handler", [endpoint(lambda _aws: _broken), scheduled(lambda _aws: _broken)])
def test_what_breaks_an_invocation_is_told_without_the_data_that_caused_it(
    dead_letters: Callable[[], list[Any]], handler: Callable[[Any, Any], Any]
) -> None:
    """Lambda logs the text of what it is given: it gets the error's class and place, and nothing behind them."""
    with pytest.raises(Defect, match=r"^ValueError à .*test_runtime\.py:\d+$") as raised:
        handler({}, None)
    assert raised.value.__suppress_context__


def test_a_refusal_of_a_schedule_is_told_as_it_is(dead_letters: Callable[[], list[Any]]) -> None:
    """Our own errors hold no data."""

    def refuse() -> dict[str, int]:
        raise Unavailable("Le bus ne répond pas.")

    with pytest.raises(Unavailable, match="bus"):
        scheduled(lambda _aws: refuse)({}, None)


def test_the_failures_of_a_stream_are_counted(
    dead_letters: Callable[[], list[Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    """A relay that fails says so in its metrics, as a consumer does."""
    record = {"dynamodb": {"SequenceNumber": "1", "NewImage": {"pk": {"S": "T#t"}}}}
    follower(lambda _aws: _broken)({"Records": [record]}, None)
    assert '"MessageFailed":[1.0]' in capsys.readouterr().out.replace(" ", "")


def test_a_head_is_a_get_without_its_body() -> None:
    """Whoever checks that a page is there gets its status and headers; the page knows nothing of it."""
    methods: list[str] = []

    def answer(event: Any, _context: Any) -> dict[str, Any]:
        methods.append(event["requestContext"]["http"]["method"])
        return {"statusCode": 200, "headers": {"ETag": "1"}, "body": "<p>", "isBase64Encoded": True}

    handler = endpoint(lambda _aws: answer)
    asked = {"requestContext": {"http": {"method": "HEAD", "path": "/"}, "stage": "$default"}}
    assert handler(asked, object()) == {
        "statusCode": 200,
        "headers": {"ETag": "1"},
        "body": "",
        "isBase64Encoded": False,
    }
    assert methods == ["GET"]
    assert asked["requestContext"]["http"] == {"method": "HEAD", "path": "/"}


def test_an_endpoint_is_built_once_and_called_each_time(dead_letters: Callable[[], list[Any]]) -> None:
    """Building is for init; a warm request pays nothing for it."""
    built: list[int] = []

    def build(_aws: Any) -> Callable[[Any, Any], dict[str, Any]]:
        built.append(1)
        return lambda event, _context: {"statusCode": 200, "body": event["rawPath"]}

    handler = endpoint(build)
    assert [handler({"rawPath": path}, None)["body"] for path in ("/a", "/b")] == ["/a", "/b"]
    assert built == [1]
