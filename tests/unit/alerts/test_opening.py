"""Opening: one urgent need is one alert, and the coordinator is told at once."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from services.alerts.rules.facts import State
from services.alerts.use_cases.opening import open_alert
from shared.errors import NotFound, Unreadable
from tests.unit.alerts.fake_platform import TERRITORY, TUESDAY, Platform


def test_a_report_opens_an_alert_with_a_deadline_48_hours_after_its_receipt(platform: Platform) -> None:
    """The 48 hours are counted from the server's receipt of the report."""
    platform.later(minutes=10)
    open_alert(platform.desk, platform.report(received_at=TUESDAY))
    (alert,) = platform.store.board(TERRITORY, "OPEN").alerts
    assert alert.state is State.RAISED
    assert alert.deadline_at == TUESDAY + timedelta(hours=48)


def test_the_same_report_three_times_is_one_alert(platform: Platform) -> None:
    """A bus delivers at least once: one alert, one event, one message a channel."""
    for _ in range(3):
        open_alert(platform.desk, platform.report())
    assert len(platform.items("alert")) == 1
    assert platform.told() == ["AlertRaised.v1"]
    assert len(platform.items("delivery")) == 2


def test_two_needs_of_one_visit_are_two_alerts(platform: Platform) -> None:
    """One alert a need."""
    assert platform.raised("n-1").alert_id != platform.raised("n-2").alert_id


def test_the_coordinator_is_told_by_email_and_text(platform: Platform) -> None:
    """The coordinator gets both channels at once, nobody else anything yet."""
    alert = platform.raised()
    told = {(delivery.recipient_id, delivery.channel) for delivery in platform.sent(alert)}
    assert told == {("m-coord", "email"), ("m-coord", "sms")}


def test_without_a_reachable_coordinator_the_deputy_is_told_and_the_alert_is_red(platform: Platform) -> None:
    """R10: the alert exists, shows red, and goes to the back-up."""
    entry = platform.directory.items[f"T#{TERRITORY}", "MEMBER#m-coord"]
    entry.update(email=None, phone=None)
    alert = platform.raised()
    assert {delivery.recipient_id for delivery in platform.sent(alert)} == {"m-deputy"}
    assert alert.has_fact("no_recipient")
    assert alert.is_red(platform.clock.now())


def test_with_nobody_to_tell_the_alert_still_exists_and_is_red(platform: Platform) -> None:
    """R10, at its worst: no deputy, no manager, no steering contact either."""
    for (_, sk), item in platform.directory.items.items():
        if sk.startswith("MEMBER#"):
            item.update(email=None, phone=None)
    alert = platform.raised()
    assert platform.sent(alert) == []
    assert alert.is_red(platform.clock.now())


def test_the_event_says_the_visit_it_comes_from_and_what_caused_it(platform: Platform) -> None:
    """The correlation is the visit all along the chain; the causation is the report; the sequence is the version."""
    platform.raised()
    ((item,),) = [[item for item in platform.table.items.values() if "events" in item]]
    (event,) = item["events"]
    assert '"correlation_id":"v-1"' in event["detail"]
    assert '"causation_id":"e-n-1"' in event["detail"]
    assert '"sequence":1' in event["detail"]


def test_a_report_that_breaks_a_rule_of_alerts_is_refused_for_good(platform: Platform) -> None:
    """Trying again cannot help: the message goes to the dead-letter queue with the places that are wrong."""
    with pytest.raises(Unreadable, match="code"):
        open_alert(platform.desk, platform.report(rome_code="H29"))
    assert platform.table.items == {}


def test_a_device_time_that_does_not_exist_in_utc_is_refused_with_its_place(platform: Platform) -> None:
    """It is told as what it is, at once, and not as a defect after five tries."""
    absurd = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))
    with pytest.raises(Unreadable, match="occurred_at"):
        open_alert(platform.desk, platform.report(occurred_at=absurd))


def test_a_report_of_an_unknown_territory_is_refused(platform: Platform) -> None:
    """An alert needs the settings and the people of its territory."""
    with pytest.raises(NotFound):
        open_alert(platform.desk, platform.report(territory_id="nulle-part"))


def test_the_audit_says_that_the_capteur_raised_it(platform: Platform) -> None:
    """Who reported the need stands at the head of the trail, by id and role."""
    alert = platform.raised()
    (entry,) = platform.store.trail(TERRITORY, alert.alert_id)
    assert (entry.actor_id, entry.role, entry.command) == ("m-capteur", "capteur", "raise")
