"""Transmitting: the e-mail with the signed link leaves, or another means is put on record with its proof."""

from __future__ import annotations

import hashlib

import pytest

from services.alerts.rules.commands import Acknowledge, Fill
from services.alerts.rules.facts import State
from services.alerts.typed import LONGEST_NOTE
from services.alerts.use_cases.outcome import Moved
from services.alerts.use_cases.transmitting import transmit
from shared.errors import Forbidden, Invalid
from tests.unit.alerts.fake_platform import MEMBERS, TERRITORY, Platform


def test_by_mail_a_message_is_queued_for_each_person_of_the_agency(platform: Platform) -> None:
    """The transmission creates the deliveries in its own transaction: recorded and queued, or neither."""
    alert = platform.raised()
    transmit(platform.desk, platform.ask(alert), "mail")
    sent = [delivery for delivery in platform.sent(alert) if delivery.purpose == "transmission"]
    assert [(delivery.recipient_id, delivery.channel, str(delivery.state)) for delivery in sent] == [
        ("m-agency", "email", "queued")
    ]


def test_it_stops_the_clock_and_says_so(platform: Platform) -> None:
    """Transmitted after six hours: in time, measured both ways, told to the other services."""
    alert = platform.raised()
    platform.do(alert, Acknowledge)
    platform.later(hours=6)
    transmit(platform.desk, platform.ask(alert), "mail")
    stored = platform.now_is(alert)
    assert stored.state is State.TRANSMITTED
    assert stored.transmission is not None
    assert stored.transmission.measures.elapsed_seconds == 6 * 3600
    (event,) = [event for event in platform.events() if event["detail_type"] == "AlertTransmitted.v1"]
    assert '"in_time":true' in event["detail"]


def test_no_address_stands_in_the_alert_its_audit_or_its_events(platform: Platform) -> None:
    """Contact details stay in the directory."""
    alert = platform.raised()
    transmit(platform.desk, platform.ask(alert), "mail")
    written = repr(platform.table.items)
    assert "example.org" not in written
    assert all(entry["name"] not in written for entry in MEMBERS)


def test_by_telephone_the_note_is_kept_as_the_proof(platform: Platform) -> None:
    """Its digest goes into the alert, its words beside it; no message leaves."""
    alert = platform.raised()
    transmit(platform.desk, platform.ask(alert), "phone", "Appel de 9 h 40, lu en entier.")
    transmission = platform.now_is(alert).transmission
    assert transmission is not None
    assert transmission.proof is not None
    assert transmission.proof.sha256 == hashlib.sha256(b"Appel de 9 h 40, lu en entier.").hexdigest()
    assert platform.store.note(TERRITORY, alert.alert_id, transmission.proof.key) == "Appel de 9 h 40, lu en entier."
    assert all(delivery.purpose != "transmission" for delivery in platform.sent(alert))


def test_a_note_is_cut_at_its_longest(platform: Platform) -> None:
    """A thousand characters are enough for a proof."""
    alert = platform.raised()
    transmit(platform.desk, platform.ask(alert), "other", "x" * (LONGEST_NOTE + 1))
    transmission = platform.now_is(alert).transmission
    assert transmission is not None
    assert transmission.proof is not None
    note = platform.store.note(TERRITORY, alert.alert_id, transmission.proof.key)
    assert note == "x" * LONGEST_NOTE


def test_without_note_there_is_no_proof(platform: Platform) -> None:
    """A transmission by other means may be recorded bare."""
    alert = platform.raised()
    transmit(platform.desk, platform.ask(alert), "portal", "  ")
    transmission = platform.now_is(alert).transmission
    assert transmission is not None
    assert transmission.proof is None


def test_an_agency_without_mailbox_is_refused_before_anything_is_written(platform: Platform) -> None:
    """The clock must not stop for an e-mail that nobody can receive."""
    platform.directory.items[f"T#{TERRITORY}", "MEMBER#m-agency"]["email"] = None
    alert = platform.raised()
    with pytest.raises(Invalid) as refusal:
        transmit(platform.desk, platform.ask(alert), "mail")
    assert "/channel" in refusal.value.fields
    assert platform.now_is(alert).state is State.RAISED


def test_an_alert_that_nobody_acknowledged_is_acknowledged_by_its_transmission(platform: Platform) -> None:
    """Who transmits has taken charge: both are told, in this order."""
    alert = platform.raised()
    transmit(platform.desk, platform.ask(alert), "mail")
    assert platform.told() == ["AlertRaised.v1", "AlertAcknowledged.v1", "AlertTransmitted.v1"]


def test_a_second_click_sends_no_second_message(platform: Platform) -> None:
    """Another request with the same content on a transmitted alert changes nothing."""
    alert = platform.raised()
    transmit(platform.desk, platform.ask(alert), "mail")
    assert transmit(platform.desk, platform.ask(alert), "mail").changed is False
    assert sum(delivery.purpose == "transmission" for delivery in platform.sent(alert)) == 1


def test_an_alert_that_was_closed_meanwhile_is_a_conflict(platform: Platform) -> None:
    """From a page that shows the older version the coordinator learns that it is closed."""
    alert = platform.raised()
    platform.do(alert, Fill)
    with pytest.raises(Moved) as refusal:
        transmit(platform.desk, platform.ask(alert, version=1), "mail")
    assert refusal.value.alert.state is State.FILLED


def test_only_the_coordination_transmits(platform: Platform) -> None:
    """A capteur contacts the coordinator; the coordinator transmits."""
    alert = platform.raised()
    with pytest.raises(Forbidden):
        transmit(platform.desk, platform.ask(alert, "m-capteur"), "mail")
