"""How long a transmission took and whether the deadline was kept: always from timestamps, never from a timer."""

from __future__ import annotations

from datetime import datetime

from services.alerts.rules.alert import Alert, Measures
from services.alerts.rules.calendar import Calendar


def measures(received_at: datetime, transmitted_at: datetime, calendar: Calendar) -> Measures:
    """Both ways of counting, in seconds, whatever the territory's mode; 0 if it was transmitted before it was typed."""
    elapsed = int((transmitted_at - received_at).total_seconds())
    return Measures(elapsed_seconds=max(elapsed, 0), open_seconds=calendar.open_seconds(received_at, transmitted_at))


def settled_at(alert: Alert) -> datetime | None:
    """When the 48 hours stopped counting: at the transmission, or at the end of an alert never transmitted."""
    if alert.transmission:
        return alert.transmission.at
    return alert.closure.at if alert.closure else None


def is_breached(alert: Alert, now: datetime) -> bool:
    """The deadline passed first. To the microsecond: a transmission at the deadline itself is in time."""
    return (settled_at(alert) or now) > alert.deadline_at
