"""Events, queues, streams and schedules reach their functions as on AWS."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from infra.local.locking import NotSettled
from infra.local.system import LocalSystem


def say(system: LocalSystem, detail: dict[str, Any], detail_type: str = "Said.v1") -> dict[str, Any]:
    entry = {"EventBusName": "small", "Source": "small", "DetailType": detail_type, "Detail": json.dumps(detail)}
    answer: dict[str, Any] = system.client("events").put_events(Entries=[entry])
    return answer


def heard(items: Any, name: str) -> dict[str, Any] | None:
    item: dict[str, Any] | None = items.get_item(TableName="things", Key={"pk": {"S": "HEARD"}, "sk": {"S": name}}).get(
        "Item"
    )
    return item


def test_event_reaches_the_function_of_its_rule(system: LocalSystem, items: Any) -> None:
    """A matching event arrives in EventBridge's envelope, with the account."""
    say(system, {"id": "one", "é": "à"})
    system.settle()
    found = heard(items, "one")
    assert found is not None
    envelope = json.loads(found["body"]["S"])
    assert (envelope["source"], envelope["detail-type"], envelope["account"]) == ("small", "Said.v1", "123456789012")
    assert envelope["detail"] == {"id": "one", "é": "à"}


def test_event_that_no_rule_wants_is_accepted_and_forgotten(system: LocalSystem, items: Any) -> None:
    """The producer never learns who listens."""
    assert say(system, {"id": "unwanted"}, "Other.v1")["FailedEntryCount"] == 0
    system.settle()
    assert heard(items, "unwanted") is None


def test_events_are_accepted_one_by_one(system: LocalSystem) -> None:
    """An unknown bus or a detail that is not JSON fails its own entry only."""
    good = {"EventBusName": "small", "Source": "s", "DetailType": "d", "Detail": "{}"}
    entries = [good, {**good, "EventBusName": "none"}, {**good, "Detail": "nope"}]
    answer = system.client("events").put_events(Entries=entries)
    codes = [entry.get("ErrorCode") for entry in answer["Entries"]]
    assert codes == [None, "ResourceNotFoundException", "MalformedDetail"]


def test_failed_message_comes_again_after_its_visibility_time_out(system: LocalSystem, items: Any) -> None:
    """Only the message reported as failed comes again, and its third receive is its last."""
    say(system, {"id": "good"})
    say(system, {"id": "bad", "fail": True})
    system.settle()
    assert heard(items, "good") is not None
    assert "heard-dead" not in system.dead_letters()
    system.advance(timedelta(minutes=4))
    (dead,) = system.dead_letters()["heard-dead"]
    assert json.loads(dead["body"])["detail"]["id"] == "bad"
    assert dead["receives"] == 3


def test_function_that_dies_fails_its_batch(system: LocalSystem) -> None:
    """A process that ends is an error of the invocation; the message comes again, in a new process."""
    say(system, {"id": "crash", "crash": True})
    system.settle()
    assert system.errors()[-1] == ("hear", "Runtime.ExitError: Runtime exited without providing a reason")
    system.advance(timedelta(minutes=4))
    assert json.loads(system.dead_letters()["heard-dead"][-1]["body"])["detail"]["id"] == "crash"


def seen(items: Any) -> list[str]:
    item = items.get_item(TableName="things", Key={"pk": {"S": "SEEN"}, "sk": {"S": "all"}}).get("Item", {})
    return [name["S"] for name in item.get("so_far", {}).get("L", [])]


def test_stream_is_followed_in_order_and_a_poison_record_is_given_up(system: LocalSystem, items: Any) -> None:
    """What stands before the poison is handled once, what stands after it only once it went to the on-failure queue."""
    for name in ("a", "b"):
        items.put_item(TableName="things", Item={"pk": {"S": "WATCHED"}, "sk": {"S": name}})
    items.put_item(TableName="things", Item={"pk": {"S": "WATCHED"}, "sk": {"S": "c"}, "poison": {"BOOL": True}})
    system.settle()
    items.put_item(TableName="things", Item={"pk": {"S": "WATCHED"}, "sk": {"S": "d"}})
    system.settle()
    assert seen(items) == ["a", "b"]
    system.advance(timedelta(minutes=1))
    assert seen(items) == ["a", "b", "d"]
    (dead,) = system.dead_letters()["follow-dead"]
    assert json.loads(dead["body"])["requestContext"]["condition"] == "RetryAttemptsExhausted"


def ticks(items: Any) -> list[str]:
    answer = items.query(
        TableName="things", KeyConditionExpression="pk = :pk", ExpressionAttributeValues={":pk": {"S": "TICK"}}
    )
    return [item["sk"]["S"] for item in answer["Items"]]


def test_small_jump_fires_a_minutely_schedule_once_a_minute(system: LocalSystem, items: Any) -> None:
    """Ten virtual minutes are ten ticks, each told the instant it was due."""
    before = len(ticks(items))
    system.advance(timedelta(minutes=10))
    assert len(ticks(items)) - before == 10


def test_big_jump_fires_it_once_in_five_minutes(system: LocalSystem, items: Any) -> None:
    """Between one and six hours a rate(1 minute) schedule fires every fifth minute, at instants that were its own."""
    before, start = len(ticks(items)), system.now()
    system.advance(timedelta(hours=5))
    assert 60 <= len(ticks(items)) - before <= 62
    assert timedelta(hours=5) <= system.now() - start < timedelta(hours=5, minutes=1)


def test_settling_gives_up_when_something_never_ends(system: LocalSystem) -> None:
    """The time allowed is the machine's own; a function that outlives its time-out is killed, and that is an error."""
    sqs = system.client("sqs")
    sqs.send_message(QueueUrl=sqs.get_queue_url(QueueName="stuck")["QueueUrl"], MessageBody="{}")
    with pytest.raises(NotSettled):
        system.settle(0.1)
    system.settle()
    assert system.errors()[-1] == ("stuck", "Sandbox.Timedout: Task timed out after 1.00 seconds")


def test_expired_items_are_removed(system: LocalSystem, items: Any) -> None:
    """DynamoDB's time to live works on the movable clock."""
    end = int(system.now().timestamp()) + 60
    key = {"pk": {"S": "OLD"}, "sk": {"S": "1"}}
    items.put_item(TableName="things", Item={**key, "expires_at": {"N": str(end)}})
    system.advance(timedelta(hours=2))
    assert "Item" not in items.get_item(TableName="things", Key=key)


def test_outage_is_seen_by_every_caller_until_it_is_over(system: LocalSystem) -> None:
    """An action can be put out of order for a while."""
    with system.outage("events", "PutEvents"), pytest.raises(Exception, match="out of order"):
        say(system, {"id": "lost"})
    assert say(system, {"id": "found"})["FailedEntryCount"] == 0


def test_jump_of_days_is_a_hundred_rounds_and_ends_up_to_date(system: LocalSystem, items: Any) -> None:
    """Beyond a day the rounds are half an hour apart, and the last is at the very end."""
    before = len(ticks(items))
    system.advance(timedelta(hours=48))
    assert 96 <= len(ticks(items)) - before <= 100
    assert system.now() - datetime.fromisoformat(ticks(items)[-1]) < timedelta(minutes=2)
