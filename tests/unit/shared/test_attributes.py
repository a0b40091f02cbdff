"""Items as DynamoDB's attribute values: boto3's own types are the oracle."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from boto3.dynamodb.types import TypeSerializer
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.aws.attributes import from_attributes, to_attributes

SIMPLE = st.none() | st.booleans() | st.text() | st.integers(-(10**30), 10**30)
VALUES = st.recursive(
    SIMPLE, lambda inner: st.lists(inner) | st.dictionaries(st.text(min_size=1), inner), max_leaves=20
)
ITEMS = st.dictionaries(st.text(min_size=1), VALUES)


@settings(max_examples=40)
@given(ITEMS)
def test_an_item_survives_its_attributes(item: dict[str, Any]) -> None:
    """Reading gives back what was written."""
    assert from_attributes(to_attributes(item)) == item


@settings(max_examples=40)
@given(ITEMS)
def test_attributes_are_those_that_boto3_writes(item: dict[str, Any]) -> None:
    """Whatever the item, the wire form is the SDK's."""
    serialize = TypeSerializer().serialize
    assert to_attributes(item) == {name: serialize(value) for name, value in item.items()}


@pytest.mark.parametrize("value", [1.5, datetime(2026, 1, 1, tzinfo=UTC), {1, 2}, object()])
def test_what_we_do_not_store_is_refused(value: object) -> None:
    """A fraction, a date or a set is a mistake of ours, found before it is written."""
    with pytest.raises(TypeError, match="not stored"):
        to_attributes({"value": value})
