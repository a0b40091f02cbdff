"""What a failing call to AWS means to us: our fault, somebody else's write, a bad moment, or a send that never left."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError

from shared.aws import DynamoTable, Refused, Throttled
from shared.aws.calls import call, send
from shared.errors import Unavailable
from shared.tables import ConditionFailed, Contended, Put

PUT = Put({"pk": "T#t", "sk": "X"})
OTHER = Put({"pk": "T#t", "sk": "Y"})


def refusal(code: str, status: int = 400, reasons: tuple[str, ...] = ()) -> ClientError:
    """What botocore raises for an answer with this code."""
    response: Any = {
        "Error": {"Code": code, "Message": ""},
        "ResponseMetadata": {"HTTPStatusCode": status},
        "CancellationReasons": [{"Code": reason} for reason in reasons],
    }
    return ClientError(response, "Any")


def raising(error: Exception) -> Any:
    """An operation that fails so."""

    def operation(**_: Any) -> Any:
        raise error

    return operation


class Client:
    """A DynamoDB whose every write fails so."""

    def __init__(self, error: Exception) -> None:
        self.put_item = self.transact_write_items = raising(error)


def table(error: Exception) -> DynamoTable:
    client: Any = Client(error)
    return DynamoTable(client, "things")


@pytest.mark.parametrize(
    "error",
    [
        refusal("ProvisionedThroughputExceededException"),
        refusal("ThrottlingException"),
        refusal("RequestLimitExceeded"),
        refusal("TransactionInProgressException"),
        refusal("InternalServerError", 500),
        ReadTimeoutError(endpoint_url="https://x"),
        EndpointConnectionError(endpoint_url="https://x"),
    ],
    ids=lambda error: str(error)[:60],
)
def test_a_bad_moment_is_worth_another_try(error: Exception) -> None:
    """Throttled, overloaded or silent: a person sees 503, a queue gives the message again."""
    with pytest.raises(Unavailable):
        call(raising(error))


def test_our_own_fault_stays_what_it_is() -> None:
    """A wrong name or a missing permission is repaired by a deployment, not by waiting."""
    with pytest.raises(ClientError):
        call(raising(refusal("AccessDeniedException")))


@pytest.mark.parametrize("error", [ConnectTimeoutError(endpoint_url="x"), EndpointConnectionError(endpoint_url="x")])
def test_a_send_that_found_no_connection_surely_did_not_leave(error: Exception) -> None:
    """It is tried again within the minute, not after the quiet hour of a send whose end nobody knows."""
    with pytest.raises(Throttled):
        send(raising(error))


@pytest.mark.parametrize("error", [ReadTimeoutError(endpoint_url="x"), refusal("InternalFailure", 500)])
def test_a_send_that_was_not_answered_may_have_left(error: Exception) -> None:
    """Unavailable and nothing more precise: the claim keeps it from being sent again at once."""
    with pytest.raises(Unavailable) as unknown:
        send(raising(error))
    assert not isinstance(unknown.value, Throttled)


def test_a_send_that_was_refused_is_final() -> None:
    """With AWS's own code, by which channels tell a recipient's fault from ours."""
    with pytest.raises(Refused) as refused:
        send(raising(refusal("MessageRejected")))
    assert refused.value.code == "MessageRejected"


@pytest.mark.parametrize("reasons", [("None", "TransactionConflict"), ("TransactionConflict", "None")])
def test_two_transactions_at_the_same_instant_are_no_error(reasons: tuple[str, ...]) -> None:
    """The loser is told to read again: a double click must not show an error."""
    with pytest.raises(Contended):
        table(refusal("TransactionCanceledException", reasons=reasons)).write(PUT, OTHER)


def test_a_single_write_beside_a_transaction_is_no_error_either() -> None:
    """DynamoDB names it otherwise; it means the same."""
    with pytest.raises(Contended):
        table(refusal("TransactionConflictException")).write(PUT)


def test_a_condition_that_failed_says_more_than_a_conflict() -> None:
    """The position of what was refused is kept."""
    error = refusal("TransactionCanceledException", reasons=("TransactionConflict", "ConditionalCheckFailed"))
    with pytest.raises(ConditionFailed) as failed:
        table(error).write(PUT, OTHER)
    assert failed.value.failed == (1,)


def test_a_write_that_dynamodb_calls_invalid_is_our_fault() -> None:
    """Trying again could not help."""
    with pytest.raises(ClientError):
        table(refusal("TransactionCanceledException", reasons=("ValidationError", "None"))).write(PUT, OTHER)
