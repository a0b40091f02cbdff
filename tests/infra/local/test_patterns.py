"""Event patterns match as EventBridge's do."""

from __future__ import annotations

from typing import Any

import pytest

from infra.local.patterns import UnknownOperator, check, matches

EVENT = {
    "source": "vigie.visits",
    "detail-type": "VisitReported.v1",
    "detail": {"n": 3, "ok": True, "none": None, "tags": ["a", "b"], "lines": [{"q": 1}, {"q": 2}], "empty": []},
}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ({"source": ["vigie.visits"], "detail-type": ["VisitReported.v1", "Other.v1"]}, True),
        ({"source": ["vigie.alerts"]}, False),
        ({"detail": {"n": [3]}}, True),
        ({"detail": {"ok": [1]}}, False),
        ({"detail": {"ok": [True]}}, True),
        ({"detail": {"none": [None]}}, True),
        ({"detail": {"missing": [None]}}, False),
        ({"detail": {"tags": ["b"]}}, True),
        ({"detail": {"lines": {"q": [2]}}}, True),
        ({"detail": {"lines": {"q": [3]}}}, False),
        ({"detail": {"missing": [{"exists": False}]}}, True),
        ({"detail": {"n": [{"exists": True}]}}, True),
        ({"detail": {"empty": [{"exists": False}]}}, True),
        ({"source": [{"prefix": "vigie."}]}, True),
        ({"source": [{"suffix": "alerts"}]}, False),
        ({"source": [{"anything-but": ["vigie.visits"]}]}, False),
        ({"source": [{"anything-but": {"prefix": "aws."}}]}, True),
        ({"detail": {"n": [{"numeric": [">", 2, "<=", 3]}]}}, True),
        ({"detail": {"ok": [{"numeric": [">", 0]}]}}, False),
        ({"detail-type": [{"equals-ignore-case": "visitreported.V1"}]}, True),
        ({"detail-type": [{"wildcard": "Visit*.v1"}]}, True),
        ({"$or": [{"source": ["x"]}, {"detail": {"n": [3]}}]}, True),
    ],
)
def test_pattern(pattern: dict[str, Any], expected: bool) -> None:
    """One row of EventBridge's rules."""
    assert matches(pattern, EVENT) is expected


def test_unknown_operator_is_an_error() -> None:
    """An operator nobody wrote is refused when the rule is deployed."""
    with pytest.raises(UnknownOperator, match="cidr"):
        check({"detail": {"ip": [{"cidr": "10.0.0.0/8"}]}})
