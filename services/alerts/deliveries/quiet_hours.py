"""Text messages that can wait do so until the morning, by the quiet hours that the territory has set.

What the 48 hours hang on leaves at night too: the clock does not stop, and its recalls were already moved to the evening before
where that was possible.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from services.alerts.deliveries.delivery import Delivery
from services.alerts.rules.calendar import calendar_of
from services.alerts.rules.notices import RECALLS, Purpose
from shared.clock import PARIS
from shared.settings import AlertSettings

URGENT = RECALLS | {Purpose.BREACH, Purpose.TRANSMISSION, Purpose.NO_RECIPIENT}
"""What a telephone may ring for at any hour."""


def morning_after(delivery: Delivery, settings: AlertSettings, now: datetime) -> datetime | None:
    """When a text that can wait may leave; None when it may leave now."""
    calendar = calendar_of(settings)
    if delivery.channel != "sms" or delivery.purpose in URGENT or not calendar.is_night(now):
        return None
    today = now.astimezone(PARIS).date()
    mornings = (calendar.at(today + timedelta(days=days), settings.quiet_to_hour) for days in (0, 1))
    return next(morning for morning in mornings if morning > now)
