"""The same request said twice has one effect and one answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shared.errors import Invalid
from shared.idempotency import KEPT, Request
from shared.tables import ConditionFailed, MemoryTable

NOW = datetime(2026, 11, 27, 14, 5, tzinfo=UTC)


def _request(
    key: str | None = "a-key-of-the-phone", body: str = "{}", caller: str = "m1", territory: str = "t1"
) -> Request:
    return Request.of(territory, caller, key, body)


def test_a_request_seen_for_the_first_time_has_no_answer() -> None:
    """Nothing is remembered of what was never claimed."""
    assert _request().answered(MemoryTable()) is None


def test_a_repeated_request_gets_the_first_answer() -> None:
    """The answer claimed with the effect is the answer of every repetition."""
    table = MemoryTable()
    table.write(_request().claim({"visit_id": "v1"}, NOW))
    assert _request().answered(table) == {"visit_id": "v1"}


def test_two_requests_with_one_key_at_the_same_time_have_one_winner() -> None:
    """The claim is a conditional write: the second transaction fails whole."""
    table = MemoryTable()
    table.write(_request().claim({}, NOW))
    with pytest.raises(ConditionFailed):
        table.write(_request().claim({}, NOW))


def test_a_key_used_for_another_content_is_refused() -> None:
    """A client that reuses a key by mistake is told, instead of losing its second content."""
    table = MemoryTable()
    table.write(_request().claim({}, NOW))
    with pytest.raises(Invalid) as refusal:
        _request(body='{"other": true}').answered(table)
    assert refusal.value.code == "cle-idempotence-reutilisee"


@pytest.mark.parametrize("other", [{"caller": "m2"}, {"territory": "t2"}, {"key": "another-key"}])
def test_a_key_belongs_to_one_caller_in_one_territory(other: dict[str, str]) -> None:
    """Two people may draw the same key without meeting."""
    table = MemoryTable()
    table.write(_request().claim({}, NOW))
    assert _request(**other).answered(table) is None


def test_a_key_is_kept_for_ninety_days() -> None:
    """A phone may hold a visit for weeks before it finds a network."""
    expires_at = _request().claim({}, NOW).item["expires_at"]
    assert timedelta(seconds=expires_at - NOW.timestamp()) == KEPT == timedelta(days=90)


@pytest.mark.parametrize("key", [None, "", "short", "x" * 129, "with space", "accentué-accentué", "new\nline-key"])
def test_a_missing_or_unusable_key_is_refused_with_the_rule(key: str | None) -> None:
    """The message says what a key looks like."""
    with pytest.raises(Invalid, match="8 à 128 caractères"):
        _request(key=key)
