"""Batches that DynamoDB does not finish at once: the rest is asked for again, a bounded number of times."""

from __future__ import annotations

from typing import Any

import pytest

from shared.aws import DynamoTable
from shared.aws.dynamodb import PAUSES_S
from shared.errors import Unavailable

KEYS = [("T#t", f"{number:03}") for number in range(130)]
ITEMS = [{"pk": pk, "sk": sk} for pk, sk in KEYS]


class Slow:
    """A DynamoDB that does `most` of each batch and leaves the rest; it notes the size of each call."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.calls: list[int] = []
        self.pauses: list[float] = []

    def batch_get_item(self, *, RequestItems: Any) -> Any:  # noqa: N803 - AWS's name
        keys = RequestItems["things"]["Keys"]
        self.calls.append(len(keys))
        left = {"things": {"Keys": keys[self.most :]}} if keys[self.most :] else {}
        return {"Responses": {"things": keys[: self.most]}, "UnprocessedKeys": left}

    def batch_write_item(self, *, RequestItems: Any) -> Any:  # noqa: N803 - AWS's name
        writes = RequestItems["things"]
        self.calls.append(len(writes))
        return {"UnprocessedItems": {"things": writes[self.most :]} if writes[self.most :] else {}}


def table(client: Any) -> DynamoTable:
    return DynamoTable(client, "things", client.pauses.append)


def test_batches_are_as_large_as_dynamodb_takes() -> None:
    """100 keys a reading, 25 items a writing, and no pause where everything was done."""
    client = Slow(100)
    assert table(client).get_many(KEYS) == ITEMS
    table(client).put_many(ITEMS)
    assert client.calls == [100, 30, 25, 25, 25, 25, 25, 5]
    assert client.pauses == []


def test_what_is_left_is_asked_for_again_after_a_growing_pause() -> None:
    """Nothing is lost, nothing is asked for twice."""
    client = Slow(10)
    assert table(client).get_many(KEYS[:25]) == ITEMS[:25]
    table(client).put_many(ITEMS[:25])
    assert client.calls == [25, 15, 5, 25, 15, 5]
    assert client.pauses == [*PAUSES_S[:2], *PAUSES_S[:2]]


def test_a_table_that_does_not_follow_is_unavailable() -> None:
    """The pauses are counted: the caller's queue tries later."""
    client = Slow(0)
    with pytest.raises(Unavailable):
        table(client).get_many(KEYS[:1])
    with pytest.raises(Unavailable):
        table(client).put_many(ITEMS[:1])
    assert client.pauses == [*PAUSES_S, *PAUSES_S]
