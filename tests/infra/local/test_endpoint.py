"""The AWS endpoint keeps the promises that the application's guarantees stand on."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local.system import LocalSystem

THREADS = 8


def winners(attempt: Callable[[], Any]) -> int:
    def one(_: int) -> bool:
        try:
            attempt()
        except ClientError:
            return False
        return True

    with ThreadPoolExecutor(THREADS) as pool:
        return sum(pool.map(one, range(THREADS)))


def put(name: str, **attributes: Any) -> dict[str, Any]:
    return {
        "TableName": "things",
        "Item": {"pk": {"S": "RACE"}, "sk": {"S": name}, **attributes},
        "ConditionExpression": "attribute_not_exists(pk)",
    }


@pytest.mark.parametrize("round_", range(5))
def test_one_of_many_conditional_writes_wins(items: Any, round_: int) -> None:
    """Eight threads put the same new item, alone or in a transaction: exactly one succeeds."""
    assert winners(lambda: items.put_item(**put(f"plain-{round_}"))) == 1
    transaction = [{"Put": put(f"transaction-{round_}")}, {"Put": put(f"with-{round_}")}]
    assert winners(lambda: items.transact_write_items(TransactItems=transaction)) == 1


def test_counter_loses_no_increment(items: Any) -> None:
    """Eight threads that add one give eight."""
    key = {"pk": {"S": "COUNT"}, "sk": {"S": "1"}}
    update = {"UpdateExpression": "ADD n :one", "ExpressionAttributeValues": {":one": {"N": "1"}}}
    assert winners(lambda: items.update_item(TableName="things", Key=key, **update)) == THREADS
    assert items.get_item(TableName="things", Key=key)["Item"]["n"] == {"N": str(THREADS)}


def test_failed_transaction_leaves_everything_as_it_was(items: Any) -> None:
    """Puts, updates and deletes before the failing condition are undone, one by one."""
    old, gone = {"pk": {"S": "TX"}, "sk": {"S": "old"}}, {"pk": {"S": "TX"}, "sk": {"S": "gone"}}
    for key in (old, gone):
        items.put_item(TableName="things", Item={**key, "n": {"N": "1"}})
    update = {"UpdateExpression": "SET n = :two", "ExpressionAttributeValues": {":two": {"N": "2"}}}
    with pytest.raises(ClientError, match="TransactionCanceled"):
        items.transact_write_items(
            TransactItems=[
                {"Update": {"TableName": "things", "Key": old, **update}},
                {"Delete": {"TableName": "things", "Key": gone}},
                {"Put": {"TableName": "things", "Item": {"pk": {"S": "TX"}, "sk": {"S": "new"}}}},
                {"ConditionCheck": {**_nowhere(), "ConditionExpression": "attribute_exists(pk)"}},
            ]
        )
    answer = items.query(
        TableName="things", KeyConditionExpression="pk = :pk", ExpressionAttributeValues={":pk": {"S": "TX"}}
    )
    assert [(item["sk"]["S"], item["n"]["N"]) for item in answer["Items"]] == [("gone", "1"), ("old", "1")]


def _nowhere() -> dict[str, Any]:
    return {"TableName": "things", "Key": {"pk": {"S": "NO"}, "sk": {"S": "WHERE"}}}


def test_transaction_sent_again_with_its_token_is_applied_once(items: Any) -> None:
    """The same token and content answer as before; the same token with other content is refused."""
    key = {"pk": {"S": "TOKEN"}, "sk": {"S": "1"}}
    update = {"UpdateExpression": "ADD n :one", "ExpressionAttributeValues": {":one": {"N": "1"}}}
    writes = [{"Update": {"TableName": "things", "Key": key, **update}}]
    for _ in range(2):
        items.transact_write_items(TransactItems=writes, ClientRequestToken="again")
    assert items.get_item(TableName="things", Key=key)["Item"]["n"] == {"N": "1"}
    with pytest.raises(ClientError, match="IdempotentParameterMismatch"):
        items.transact_write_items(TransactItems=[*writes, {"Put": put("other")}], ClientRequestToken="again")


def test_index_gives_the_items_that_have_its_keys(items: Any) -> None:
    """A sparse index is queried in the order of its sort key."""
    for name, due in (("x", "3"), ("y", "1"), ("z", "")):
        keys = {"due_pk": {"S": "DUE"}, "due_sk": {"S": due}} if due else {}
        items.put_item(TableName="things", Item={"pk": {"S": "IDX"}, "sk": {"S": name}, **keys})
    answer = items.query(
        TableName="things",
        IndexName="due",
        KeyConditionExpression="due_pk = :pk AND due_sk <= :now",
        ExpressionAttributeValues={":pk": {"S": "DUE"}, ":now": {"S": "5"}},
    )
    assert [item["sk"]["S"] for item in answer["Items"]] == ["y", "x"]


def test_an_index_follows_every_kind_of_write(items: Any) -> None:
    """A put, a batch, a failed transaction, an update that leaves the index and a deletion: the index shows the table."""

    def there() -> list[str]:
        values = {":pk": {"S": "FOLLOW"}}
        query = {"KeyConditionExpression": "due_pk = :pk", "ExpressionAttributeValues": values}
        answer = items.query(TableName="things", IndexName="due", **query)
        return [item["sk"]["S"] for item in answer["Items"]]

    def thing(name: str) -> dict[str, Any]:
        return {"pk": {"S": "F"}, "sk": {"S": name}, "due_pk": {"S": "FOLLOW"}, "due_sk": {"S": name}}

    def key(name: str) -> dict[str, Any]:
        return {"TableName": "things", "Key": {"pk": {"S": "F"}, "sk": {"S": name}}}

    assert there() == []
    items.put_item(TableName="things", Item=thing("a"))
    items.batch_write_item(RequestItems={"things": [{"PutRequest": {"Item": thing(name)}} for name in "bcd"]})
    assert there() == ["a", "b", "c", "d"]
    new = {"Put": {"TableName": "things", "Item": thing("e")}}
    never = {"ConditionCheck": {**key("nobody"), "ConditionExpression": "attribute_exists(pk)"}}
    with pytest.raises(ClientError):
        items.transact_write_items(TransactItems=[new, {"Delete": key("a")}, never])
    items.update_item(**key("b"), UpdateExpression="REMOVE due_pk, due_sk")
    items.delete_item(**key("c"))
    items.batch_write_item(RequestItems={"things": [{"DeleteRequest": {"Key": key("d")["Key"]}}]})
    assert there() == ["a"]


def test_more_than_25_items_in_a_batch_are_refused(items: Any) -> None:
    """DynamoDB's limit holds."""
    writes = [{"PutRequest": {"Item": {"pk": {"S": "B"}, "sk": {"S": str(n)}}}} for n in range(26)]
    with pytest.raises(ClientError, match="Too many items"):
        items.batch_write_item(RequestItems={"things": writes})


def test_waiting_for_a_message_holds_nobody_up(system: LocalSystem) -> None:
    """A long poll is answered as soon as something is sent, by another caller, meanwhile."""
    sqs = system.client("sqs")
    url = sqs.get_queue_url(QueueName="broken-dead")["QueueUrl"]
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(sqs.receive_message, QueueUrl=url, WaitTimeSeconds=15)
        sqs.send_message(QueueUrl=url, MessageBody="here")
        assert waiting.result(timeout=10)["Messages"][0]["Body"] == "here"


def test_queue_counts_are_right_when_asked_for(system: LocalSystem) -> None:
    """Visible, delayed and received messages are told apart."""
    sqs = system.client("sqs")
    url = sqs.get_queue_url(QueueName="follow-dead")["QueueUrl"]
    for delay in (0, 0, 300):
        sqs.send_message(QueueUrl=url, MessageBody="m", DelaySeconds=delay)
    sqs.receive_message(QueueUrl=url)
    counted = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    names = (
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesDelayed",
    )
    assert [counted[name] for name in names] == ["1", "1", "1"]


def test_unsigned_request_is_refused(system: LocalSystem) -> None:
    """The endpoint answers callers with credentials only."""
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(system.aws_endpoint)  # noqa: S310 - loopback
    assert refused.value.code == 403


def test_calls_are_told_apart_by_function(system: LocalSystem, items: Any) -> None:
    """Each function's calls are noted as the IAM actions AWS would ask for, and compared with its role."""
    system.invoke("tick", {"scheduled_at": "now"})
    assert system.calls()["tick"] == {"dynamodb:PutItem"}
    assert not [denied for denied in system.denied() if denied.startswith("tick")]
    system.invoke("ask", {"mail": "From: a@vigie.localhost\nTo: b@example.org\n\nx"})
    assert system.calls()["ask"] == {"ses:SendRawEmail"}
