"""Items to DynamoDB's attribute values and back: texts, whole numbers, booleans, nulls, lists, maps and bytes.

Our own twenty lines instead of boto3's types, whose import brings S3 transfers and process pools into every cold start.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def to_attributes(item: Mapping[str, Any]) -> dict[str, Any]:
    """An item as DynamoDB wants it; raises TypeError for what we do not store (fractions, sets, dates)."""
    return {name: _written(value) for name, value in item.items()}


def from_attributes(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """The inverse of `to_attributes`."""
    return {name: _read(value) for name, value in attributes.items()}


def _written(value: Any) -> dict[str, Any]:  # noqa: PLR0911 - one line a type
    match value:
        case str():
            return {"S": value}
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case int():
            return {"N": str(value)}
        case bytes():
            return {"B": value}
        case list() | tuple():
            return {"L": [_written(part) for part in value]}
        case Mapping():
            return {"M": to_attributes(value)}
    raise TypeError(f"not stored: {type(value).__name__}")


def _read(attribute: Mapping[str, Any]) -> Any:
    ((kind, value),) = attribute.items()
    match kind:
        case "NULL":
            return None
        case "N":
            return int(value)
        case "L":
            return [_read(part) for part in value]
        case "M":
            return from_attributes(value)
        case _:
            return value
