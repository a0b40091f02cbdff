"""EventBridge event patterns: does this event match? An operator that is not written here is an error, never a silent no."""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

_ABSENT = object()
Test = Callable[[Any, Any], bool]


class UnknownOperator(Exception):
    """A pattern uses a comparison that the local system does not know."""


def matches(pattern: Mapping[str, Any], event: Any) -> bool:
    """Whether every key of the pattern is satisfied; raises UnknownOperator."""
    return all(
        any(matches(choice, event) for choice in wanted) if key == "$or" else _key_matches(wanted, key, event)
        for key, wanted in pattern.items()
    )


def check(pattern: Mapping[str, Any]) -> None:
    """Raises UnknownOperator for a pattern that could not be evaluated: at deployment, not at the first event."""
    for key, wanted in pattern.items():
        for choice in wanted if isinstance(wanted, list) else [wanted]:
            if key == "$or" or not isinstance(wanted, list):
                check(choice)
            elif isinstance(choice, dict):
                _operators(choice)


def parsed_body(record: Mapping[str, Any]) -> dict[str, Any]:
    """An SQS record as a filter sees it: its body parsed when it is JSON."""
    try:
        return {**record, "body": json.loads(record["body"])}
    except json.JSONDecodeError:
        return dict(record)


def _key_matches(wanted: Any, key: str, event: Any) -> bool:
    found = event.get(key, _ABSENT) if isinstance(event, Mapping) else _ABSENT
    if isinstance(wanted, Mapping):
        candidates = found if isinstance(found, list) else [found]
        return any(matches(wanted, candidate) for candidate in candidates)
    values = (found or [_ABSENT]) if isinstance(found, list) else [found]
    return any(_choice_matches(choice, value) for choice in wanted for value in values)


def _choice_matches(choice: Any, value: Any) -> bool:
    if isinstance(choice, Mapping):
        return all(test(operand, value) for test, operand in _operators(choice))
    return _same(choice, value)


def _operators(choice: Mapping[str, Any]) -> list[tuple[Test, Any]]:
    unknown = sorted(set(choice) - set(_TESTS))
    if unknown:
        raise UnknownOperator(f"event pattern operator {', '.join(unknown)} in {json.dumps(choice)}")
    return [(_TESTS[name], operand) for name, operand in choice.items()]


def _same(wanted: Any, value: Any) -> bool:
    return value is not _ABSENT and type(wanted) is type(value) and bool(wanted == value)


def _prefix(operand: Any, value: Any) -> bool:
    return isinstance(value, str) and value.startswith(operand)


def _suffix(operand: Any, value: Any) -> bool:
    return isinstance(value, str) and value.endswith(operand)


def _exists(operand: Any, value: Any) -> bool:
    return (value is not _ABSENT) is bool(operand)


def _anything_but(operand: Any, value: Any) -> bool:
    unwanted: Sequence[Any] = operand if isinstance(operand, list) else [operand]
    return value is not _ABSENT and not any(_choice_matches(choice, value) for choice in unwanted)


def _numeric(operand: Any, value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    pairs = zip(operand[::2], operand[1::2], strict=True)
    return all(_COMPARISONS[sign](value, limit) for sign, limit in pairs)


_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "=": lambda value, limit: value == limit,
    "<": lambda value, limit: value < limit,
    "<=": lambda value, limit: value <= limit,
    ">": lambda value, limit: value > limit,
    ">=": lambda value, limit: value >= limit,
}
_TESTS: dict[str, Test] = {
    "prefix": _prefix,
    "suffix": _suffix,
    "exists": _exists,
    "anything-but": _anything_but,
    "numeric": _numeric,
    "equals-ignore-case": lambda operand, value: isinstance(value, str) and value.lower() == operand.lower(),
    "wildcard": lambda operand, value: isinstance(value, str) and fnmatch.fnmatchcase(value, operand),
}
