"""Quiet hours, as the territory sets them: a text that can wait does; what the 48 hours hang on does not."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from services.alerts.channels.restraints import Restraints
from services.alerts.channels.sms import SmsChannel
from services.alerts.deliveries.delivering import Withheld
from services.alerts.deliveries.delivery import DeliveryState
from services.alerts.deliveries.quiet_hours import morning_after
from services.alerts.messages.links import Links
from services.alerts.rules.notices import Purpose
from shared.clock import PARIS
from shared.settings import AlertSettings
from shared.tables import MemoryTable
from tests.unit.alerts.delivery_scene import BOOK, CAP, COORDINATOR, broadcast, delivery

SETTINGS = AlertSettings()
OFFER = delivery(Purpose.BROADCAST, CAP.id, "sms")


def paris(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """An instant of 2026, by the clocks of Paris."""
    return datetime(2026, month, day, hour, minute, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("now", "leaves"),
    [
        (paris(26, 20, 59), None),
        (paris(26, 21), paris(27, 8)),
        (paris(27, 0, 30), paris(27, 8)),
        (paris(27, 7, 59), paris(27, 8)),
        (paris(27, 8), None),
        (paris(28, 23), paris(29, 8)),
        (paris(29, 12), None),
        (paris(28, 22, month=3), paris(29, 8, month=3)),
        (paris(24, 22, month=10), paris(25, 8, month=10)),
    ],
)
def test_an_offer_waits_for_the_morning_of_any_day(now: datetime, leaves: datetime | None) -> None:
    """A Sunday's morning too, since recruitment is urgent; by the clocks of the night, were it a long or a short one."""
    assert morning_after(OFFER, SETTINGS, now) == leaves


def test_the_hours_are_the_territorys() -> None:
    """One that sleeps from eight to nine is left alone from eight to nine."""
    early = AlertSettings(quiet_from_hour=20, quiet_to_hour=9)
    assert morning_after(OFFER, early, paris(26, 20, 30)) == paris(27, 9)
    late = AlertSettings(quiet_from_hour=24, quiet_to_hour=0)
    assert morning_after(OFFER, late, paris(27, 0, 30)) is None


@pytest.mark.parametrize("purpose", Purpose)
def test_what_the_48_hours_hang_on_does_not_wait(purpose: Purpose) -> None:
    """A need that is raised, its recalls, its breach, its way to France Travail, an offer without anybody to tell."""
    waits = {
        *(Purpose.CONFIRM_TRANSMISSION, Purpose.OFFER_NUDGE, Purpose.PARTIAL_RETURN, Purpose.REF_CONFLICT),
        *(Purpose.OFFER_RETURNED, Purpose.LATE_RETURN, Purpose.BROADCAST, Purpose.CORRECTION),
        *(Purpose.UNDELIVERED, Purpose.ENDPOINT_DISABLED),
    }
    wanted = delivery(purpose, COORDINATOR.id, "sms")
    assert (morning_after(wanted, SETTINGS, paris(26, 23)) is not None) == (purpose in waits)


def test_an_email_disturbs_nobody() -> None:
    """It leaves at any hour."""
    assert morning_after(delivery(Purpose.BROADCAST, CAP.id), SETTINGS, paris(26, 23)) is None


def test_a_text_that_waits_is_shown_as_waiting() -> None:
    """Nothing is claimed; the sweep takes it up in the morning, and the reason stands beside the recipient."""
    channel = SmsChannel(_Nobody(), Links(lambda: "k" * 64, "https://vigie.example"), Restraints(MemoryTable()))
    with pytest.raises(Withheld) as caught:
        channel.prepare(OFFER, broadcast(), BOOK, paris(26, 23))
    waiting = caught.value.delivery
    assert (waiting.state, waiting.fence, waiting.attempts) == (DeliveryState.RETRYING, 0, ())
    assert waiting.next_attempt_at == paris(27, 8)
    assert "heures de silence" in waiting.last_error


class _Nobody:
    """A provider that must not be called."""

    def send(self, phone: str, body: str, time_to_live_s: int, tags: dict[str, str]) -> str:
        raise AssertionError(timedelta(seconds=time_to_live_s))
