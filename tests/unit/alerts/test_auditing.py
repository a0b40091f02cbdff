"""The auditor: what the sweep has missed, or could no longer find, is put right, and said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

import pytest

from services.alerts.deliveries.delivery import dead
from services.alerts.deliveries.silences import Silences
from services.alerts.deliveries.store import DeliveryStore
from services.alerts.rules.alert import Alert
from services.alerts.rules.commands import Acknowledge, Cancel
from services.alerts.rules.facts import Reason
from services.alerts.use_cases.auditing import EVERY, HEARTBEAT, ROUNDS_A_DAY, Audit
from shared.clock import to_text
from shared.errors import Unavailable
from shared.published import Registry
from shared.tables import Item
from tests.unit.alerts.fake_platform import ELSEWHERE, TERRITORY, TUESDAY, Platform


class Auditor:
    """The audit over a platform, and what it logged."""

    def __init__(self, platform: Platform) -> None:
        self.said: list[Mapping[str, Any]] = []
        self.audit = Audit(platform.desk, platform.deliveries, Registry(platform.directory), self.log)

    def log(self, word: str, **ids: str) -> None:
        self.said.append({"word": word, **ids})

    def run(self) -> dict[str, int]:
        """What was counted, without the zeros."""
        return {name: count for name, count in self.audit.run().items() if count}


class Busy:
    """A store that does not answer for now."""

    asked = 0

    def mend(self, territory_id: str, alert_id: str) -> int:
        self.asked += 1
        raise Unavailable("DynamoDB : à réessayer.")


@pytest.fixture
def auditor(platform: Platform) -> Auditor:
    return Auditor(platform)


def item_of(platform: Platform, alert: Alert) -> Item:
    return platform.table.items[f"T#{alert.territory_id}#ALERT#{alert.alert_id}", "ALERT"]


def at_its_turn(platform: Platform, alert: Alert) -> None:
    """Moves the clock to the round of the next day in which this alert's trail is read."""
    turn = UUID(alert.alert_id).int % ROUNDS_A_DAY
    platform.clock.now_is = datetime(2026, 6, 3, tzinfo=UTC) + turn * EVERY
    platform.sweep.run()


def test_a_sound_platform_is_counted_and_left_alone(platform: Platform, auditor: Auditor, alert: Alert) -> None:
    """Nothing is written; the heartbeat says that somebody has looked."""
    before = dict(platform.table.items)
    assert auditor.run() == {"AlertsAudited": 1, HEARTBEAT: 1}
    assert platform.table.items == before


def test_the_heartbeat_beats_where_there_is_nothing_to_look_at(auditor: Auditor) -> None:
    """An idle night is no silence."""
    assert auditor.run() == {HEARTBEAT: 1}


def test_what_a_dead_sweep_leaves_is_done_and_counted(platform: Platform, auditor: Auditor, alert: Alert) -> None:
    """Two hours and two minutes after the receipt the chase has been missed: it leaves now, once."""
    platform.later(hours=2, minutes=2)
    assert "AlertsMissed" not in auditor.run()
    platform.later(seconds=1)
    assert auditor.run()["AlertsMissed"] == 1
    assert [one.key for one in platform.sent(alert)].count("ack_chase_2h") == 2
    assert "AlertsMissed" not in auditor.run()
    platform.sweep.run()
    assert [one.key for one in platform.sent(alert)].count("ack_chase_2h") == 2


@pytest.mark.parametrize(
    "broken",
    [
        {"due_pk": None, "due_sk": None},
        {"due_sk": f"{to_text(TUESDAY + timedelta(days=9))}#A#x"},
        {"due_pk": f"T#{ELSEWHERE}"},
    ],
    ids=["in no index", "at another time", "in another territory"],
)
def test_an_alert_that_the_sweep_would_not_find_is_put_back(
    platform: Platform, auditor: Auditor, alert: Alert, broken: dict[str, str | None]
) -> None:
    """Its place among what is due follows from the alert itself."""
    item, sound = item_of(platform, alert), dict(item_of(platform, alert))
    for name, value in broken.items():
        item.pop(name) if value is None else item.update({name: value})
    assert auditor.run()["AlertsRepaired"] == 1
    assert item_of(platform, alert) == sound


def test_a_due_time_that_is_not_what_the_timers_say_is_corrected(
    platform: Platform, auditor: Auditor, alert: Alert
) -> None:
    """A time too far away, or none at all, would let the 48 hours pass in silence."""
    for wrong in (to_text(TUESDAY + timedelta(days=9)), None):
        item_of(platform, alert)["alert"]["next_due_at"] = wrong
        assert auditor.run()["AlertsRepaired"] == 1
        assert platform.now_is(alert) == alert


def test_new_settings_reach_the_alerts_that_are_open(platform: Platform, auditor: Auditor, alert: Alert) -> None:
    """A territory that chases sooner chases what it already has sooner, from the next audit on."""
    settings = {"ack_chase_hours": [1, 4]}
    platform.directory.items[f"T#{TERRITORY}", "TERRITORY"]["settings"] = settings
    assert auditor.run()["AlertsRepaired"] == 1
    assert platform.now_is(alert).next_due_at == TUESDAY + timedelta(hours=1)


def test_an_unreadable_alert_and_a_territory_without_directory_stop_nobody(
    platform: Platform, auditor: Auditor, alert: Alert
) -> None:
    """Each is counted and told by its ids alone; the neighbour that was missed is mended in the same visit."""
    poisoned, elsewhere = platform.raised("n-2"), platform.raised(territory_id=ELSEWHERE)
    item_of(platform, poisoned)["alert"]["state"] = "astray"
    del platform.directory.items[f"T#{ELSEWHERE}", "TERRITORY"]
    item_of(platform, alert).pop("due_sk")
    assert auditor.run() == {"AlertsAudited": 2, "AlertsRepaired": 1, "AlertsUnsound": 2, HEARTBEAT: 1}
    assert {"word": "alert_unsound", "why": "NotFound", "territory_id": ELSEWHERE} in auditor.said
    assert {said.get("alert_id") for said in auditor.said} == {poisoned.alert_id, None}
    assert elsewhere.enterprise.name not in str(auditor.said)


def test_an_alert_that_ended_meanwhile_is_left_alone(platform: Platform, auditor: Auditor, alert: Alert) -> None:
    """The board may still show what is over."""
    platform.do(alert, Cancel, reason=Reason.ENTERPRISE_WITHDREW)
    item_of(platform, alert)["board_pk"] = f"T#{TERRITORY}#OPEN"
    assert auditor.run() == {"AlertsAudited": 1, HEARTBEAT: 1}


def test_a_message_in_no_index_is_due_again(platform: Platform, auditor: Auditor, alert: Alert) -> None:
    """Once a day the messages of an alert are read through: what is to leave stands among what is due; the rest does not."""
    item, over = platform.items("delivery")
    delivery = next(one for one in platform.sent(alert) if one.sk == over["sk"])
    assert platform.deliveries.replace(delivery, dead(delivery, "Adresse refusée."))
    sound = item.pop("due_pk"), item.pop("due_sk")
    at_its_turn(platform, alert)
    assert auditor.run()["WorkRepaired"] == 1
    mended = platform.table.items[item["pk"], item["sk"]]
    assert (mended["due_pk"], mended["due_sk"]) == sound
    assert "WorkRepaired" not in auditor.run()


@pytest.mark.parametrize("attack", ["changed", "removed", "unsigned"])
def test_a_trail_that_was_tampered_with_is_told(
    platform: Platform, auditor: Auditor, alert: Alert, attack: str
) -> None:
    """An entry changed or removed afterwards, or an alert written without one, breaks the chain of hashes."""
    platform.do(alert, Acknowledge)
    first = platform.table.items[f"T#{TERRITORY}#ALERT#{alert.alert_id}", "AUDIT#00000001"]
    if attack == "changed":
        first["entry"]["actor_id"] = "m-other"
    elif attack == "removed":
        del platform.table.items[first["pk"], first["sk"]]
    else:
        item_of(platform, alert)["alert"]["audit_hash"] = "0" * 64
    at_its_turn(platform, alert)
    assert auditor.run()["AlertsUnsound"] == 1
    assert auditor.said == [
        {"word": "alert_unsound", "why": "broken_trail", "territory_id": TERRITORY, "alert_id": alert.alert_id}
    ]


def test_what_does_not_answer_this_time_rings_for_nobody(platform: Platform, auditor: Auditor, alert: Alert) -> None:
    """A table that is throttled for a minute breaks no alert: it is counted apart, and looked at again in five minutes."""
    busy = Busy()
    auditor.audit = replace(auditor.audit, deliveries=cast(DeliveryStore, busy))
    at_its_turn(platform, alert)
    counted = auditor.run()
    assert (busy.asked, counted.get("AlertsUnsound"), counted["AlertsPassedOver"]) == (1, None, 1)
    assert auditor.said == [{"word": "alert_passed_over", "territory_id": TERRITORY, "alert_id": alert.alert_id}]


def test_a_whole_trail_is_silent(platform: Platform, auditor: Auditor, alert: Alert) -> None:
    """What nobody has touched raises nothing, on its day either."""
    platform.do(alert, Acknowledge)
    at_its_turn(platform, alert)
    assert auditor.run() == {"AlertsAudited": 1, HEARTBEAT: 1}


def test_whoever_could_not_be_told_is_told_once_the_directory_knows_how(platform: Platform, auditor: Auditor) -> None:
    """R10 and after: red for want of anybody; the coordinator's address comes back, they are told, it is red no more."""
    people = [item for (_, sk), item in platform.directory.items.items() if sk.startswith("MEMBER#")]
    for person in people:
        person.update(email=None, phone=None)
    alert = platform.raised()
    assert (alert.is_red(TUESDAY), platform.sent(alert)) == (True, [])
    assert "PeopleToldLate" not in auditor.run()
    platform.directory.items[f"T#{TERRITORY}", "MEMBER#m-coord"]["email"] = "m-coord@example.org"
    assert auditor.run()["PeopleToldLate"] == 1
    assert {(one.recipient_id, one.purpose) for one in platform.sent(alert)} == {("m-coord", "alert_raised")}
    assert not platform.now_is(alert).is_red(TUESDAY)
    assert "PeopleToldLate" not in auditor.run()


def test_a_coordinator_whose_addresses_bounced_is_replaced_by_the_back_up(
    platform: Platform, auditor: Auditor, alert: Alert
) -> None:
    """Both messages came back: the deputy is told within five minutes, it is red, and every later message goes there."""
    silences = Silences(platform.table)
    ways = {"email": "m-coord@example.org", "sms": "+33600000001"}
    silences.silence(TERRITORY, "sms", ways["sms"], "bounced", TUESDAY)
    assert "PeopleToldLate" not in auditor.run()
    silences.silence(TERRITORY, "email", ways["email"], "complained", TUESDAY)
    assert auditor.run()["PeopleToldLate"] == 1
    assert platform.now_is(alert).unreached == {"coordinator"}
    assert {one.recipient_id for one in platform.sent(alert) if one.key.startswith("lost")} == {"m-deputy"}
    assert "PeopleToldLate" not in auditor.run()
    platform.later(hours=2)
    platform.sweep.run()
    assert {one.recipient_id for one in platform.sent(alert) if one.key == "ack_chase_2h"} == {"m-deputy"}
    silences.lift(TERRITORY, "email", ways["email"])
    assert auditor.run()["PeopleToldLate"] == 1
    assert not platform.now_is(alert).is_red(platform.clock.now())


def test_who_asked_for_silence_is_still_told_what_is_not_optional(
    platform: Platform, auditor: Auditor, alert: Alert
) -> None:
    """A wish stops what is optional; an alert of the 48 hours is not."""
    silences = Silences(platform.table)
    for channel, address in (("email", "m-coord@example.org"), ("sms", "+33600000001")):
        silences.silence(TERRITORY, channel, address, "opted_out", TUESDAY)
    assert "PeopleToldLate" not in auditor.run()
    assert platform.now_is(alert).unreached == frozenset()
