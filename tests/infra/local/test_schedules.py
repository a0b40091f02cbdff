"""Schedule expressions fire when EventBridge Scheduler's would."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from infra.local.schedule_pump import Schedule, UnknownExpression


def schedule(expression: str, zone: str = "Europe/Paris") -> Schedule:
    return Schedule("s", expression, zone, "", "")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "now", "following"),
    [
        ("rate(5 minutes)", "2026-03-01T10:00", "2026-03-01T10:05"),
        ("rate(1 day)", "2026-03-01T10:00", "2026-03-02T10:00"),
        ("at(2026-07-14T09:30:00)", "2026-03-01T10:00", "2026-07-14T07:30"),
        ("at(2026-01-14T09:30:00)", "2026-01-01T10:00", "2026-01-14T08:30"),
        ("cron(30 8 * * ? *)", "2026-01-01T10:00", "2026-01-02T07:30"),
        ("cron(30 8 * * ? *)", "2026-07-01T10:00", "2026-07-02T06:30"),
        ("cron(0 9 ? * MON-FRI *)", "2026-11-20T12:00", "2026-11-23T08:00"),
        ("cron(0 9 ? * 2 *)", "2026-11-18T12:00", "2026-11-23T08:00"),
        ("cron(0 9 ? * 2#1 *)", "2026-11-18T12:00", "2026-12-07T08:00"),
        ("cron(0 9 L * ? *)", "2026-02-10T12:00", "2026-02-28T08:00"),
        ("cron(0 0 1 1 ? 2028)", "2026-02-10T12:00", "2027-12-31T23:00"),
    ],
)
def test_next_firing(expression: str, now: str, following: str) -> None:
    """In the schedule's own time zone, summer and winter."""
    assert schedule(expression).after(utc(now)) == utc(following)


@pytest.mark.parametrize(
    ("expression", "due", "now", "last"),
    [
        ("rate(5 minutes)", "2026-03-01T10:00", "2026-03-01T10:00", "2026-03-01T10:00"),
        ("rate(5 minutes)", "2026-03-01T10:00", "2026-03-01T10:29", "2026-03-01T10:25"),
        ("cron(30 8 * * ? *)", "2026-01-02T07:30", "2026-01-05T00:00", "2026-01-04T07:30"),
        ("at(2026-01-14T09:30:00)", "2026-01-14T08:30", "2026-01-20T00:00", "2026-01-14T08:30"),
    ],
)
def test_late_schedule_fires_once_for_the_last_time_it_was_due(expression: str, due: str, now: str, last: str) -> None:
    """What came due while nobody looked is one firing, on the schedule's own grid."""
    assert schedule(expression).last(utc(due), utc(now)) == utc(last)


def test_past_instant_never_fires() -> None:
    """A one-time schedule whose time is over stays silent."""
    assert schedule("at(2020-01-01T00:00:00)").after(utc("2026-01-01T00:00")) is None


def test_unknown_expression_is_an_error() -> None:
    """What AWS would refuse is refused."""
    with pytest.raises(UnknownExpression):
        schedule("rate(5 fortnights)").after(utc("2026-01-01T00:00"))
