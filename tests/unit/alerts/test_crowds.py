"""More people than one transaction can hold are told all the same, by pages."""

from __future__ import annotations

from services.alerts.deliveries.fanning_out import FanOut
from services.alerts.deliveries.recipients import AT_ONCE
from services.alerts.deliveries.work import Work
from services.alerts.rules.alert import Alert
from services.alerts.rules.commands import Fill
from shared.tables import Put
from tests.unit.alerts.fake_platform import TERRITORY, Platform

CROWD = AT_ONCE
"""So many people with two channels each."""


def crowd(platform: Platform, role: str, count: int = CROWD) -> None:
    """Adds so many people with this role, an e-mail address and a telephone each."""
    for number in range(count):
        entry = {"id": f"x-{number:03}", "name": "X", "structure_id": "s-mde", "roles": [role], "phone": "+33600000001"}
        entry["email"] = f"x-{number:03}@example.org"
        platform.directory.write(Put({"pk": f"T#{TERRITORY}", "sk": f"MEMBER#{entry['id']}", **entry}))


def fan_out(platform: Platform) -> int:
    """Goes through all the rounds that are not done; returns how many pages that took."""
    worker = FanOut(platform.deliveries, platform.store, platform.book, platform.clock)
    pages = 0
    while waiting := [item for item in platform.items("round") if not item["done"]]:
        for item in waiting:
            worker.advance(Work(territory_id=TERRITORY, alert_id=item["alert_id"], sk=item["sk"]))
            pages += 1
    return pages


def told(platform: Platform, alert: Alert, purpose: str) -> list[str]:
    return [one.sk for one in platform.sent(alert) if one.purpose == purpose]


def test_an_alert_opens_however_many_coordinators_there_are(platform: Platform) -> None:
    """The alert and the work of telling them are one transaction; the messages follow, each once."""
    crowd(platform, "coordinator")
    alert = platform.raised()
    assert told(platform, alert, "alert_raised") == []
    assert fan_out(platform) == 4
    sent = told(platform, alert, "alert_raised")
    assert len(sent) == len(set(sent)) == 2 * CROWD + 2


def test_an_escalation_to_many_managers_leaves_and_stops_no_sweep(platform: Platform) -> None:
    """At 36 h every structure's manager is told, and the timers of the alert go on to the breach."""
    crowd(platform, "manager")
    alert = platform.raised()
    platform.later(hours=37)
    platform.sweep.run()
    fan_out(platform)
    assert len(told(platform, alert, "escalation")) == 2 * CROWD + 4
    platform.later(hours=12)
    platform.sweep.run()
    assert platform.now_is(alert).breach


def test_a_person_of_a_crowd_in_two_roles_is_told_once(platform: Platform) -> None:
    """What holds for a few holds for many: of two recalls to one person the heavier leaves."""
    crowd(platform, "manager")
    both = {
        "id": "x-000",
        "name": "X",
        "structure_id": "s-mde",
        "roles": ["manager", "deputy"],
        "email": "x@example.org",
    }
    platform.directory.write(Put({"pk": f"T#{TERRITORY}", "sk": "MEMBER#x-000", **both}))
    alert = platform.raised()
    platform.later(hours=37)
    platform.sweep.run()
    fan_out(platform)
    mine = [one for one in platform.sent(alert) if one.recipient_id == "x-000" and one.purpose == "escalation"]
    assert [one.channel for one in mine] == ["email"]


def test_a_crowd_is_spared_what_the_end_of_the_alert_made_pointless(platform: Platform) -> None:
    """A round to people stops with its alert, as a broadcast does."""
    crowd(platform, "coordinator")
    alert = platform.raised()
    platform.later(minutes=1)
    platform.do(alert, Fill)
    fan_out(platform)
    assert told(platform, alert, "alert_raised") == []
