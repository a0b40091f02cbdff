"""Who is away is not written to: their deputy is, and the message says so."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.alerts.deliveries.delivery import Delivery
from services.alerts.deliveries.recipients import reachable
from services.alerts.messages.message import Scene, composed
from services.alerts.rules.facts import Role
from services.alerts.use_cases.transmitting import NO_MAILBOX, transmit
from shared.errors import Invalid
from shared.web.formats import of
from tests.unit.alerts.fake_platform import TERRITORY, Platform

TODAY, TOMORROW = "2026-06-02", "2026-06-03"


def away(platform: Platform, who: str, deputy: str | None = None, until: str = TODAY) -> None:
    """That member is absent from today on."""
    entry = platform.directory.items[f"T#{TERRITORY}", f"MEMBER#{who}"]
    entry.update(absent=[[TODAY, until]], deputy_id=deputy)


def told(platform: Platform, key: str = "alert_raised") -> set[tuple[str, str | None]]:
    """Who was sent the message of this key, and instead of whom."""
    alert = platform.store.board(TERRITORY, "OPEN").alerts[0]
    return {(one.recipient_id, one.instead_of) for one in platform.sent(alert) if one.key == key}


def test_the_deputy_is_told_and_the_absent_is_not(platform: Platform) -> None:
    """A coordinator on leave has peace; the one who stands in for them has the message."""
    away(platform, "m-coord", "m-deputy")
    alert = platform.raised()
    assert told(platform) == {("m-deputy", "m-coord")}
    assert not alert.is_red(platform.clock.now())


def test_the_absence_ends_by_itself(platform: Platform) -> None:
    """The day after the last day, messages go where they always went."""
    away(platform, "m-coord", "m-deputy")
    platform.raised()
    platform.later(hours=24)
    platform.sweep.run()
    assert told(platform, "notice_24h") == {("m-coord", None)}


def test_the_day_is_that_of_paris(platform: Platform) -> None:
    """At 23:30 in UTC it is already tomorrow there."""
    away(platform, "m-coord", "m-deputy")
    platform.later(hours=15, minutes=30)
    platform.raised()
    assert told(platform) == {("m-coord", None)}


def test_a_deputy_who_is_told_for_themselves_too_has_one_message(platform: Platform) -> None:
    """Four hours after the receipt both roles are chased: one person in both is told once a channel."""
    away(platform, "m-coord", "m-deputy")
    alert = platform.raised()
    platform.later(hours=4)
    platform.sweep.run()
    chased = [(one.recipient_id, one.channel) for one in platform.sent(alert) if one.purpose == "ack_chase"]
    assert chased == [("m-deputy", "email")]


def test_a_whole_role_away_goes_to_its_back_up_and_is_red(platform: Platform) -> None:
    """Nobody coordinates today and nobody was named: the deputy's role takes over, and the board says so."""
    away(platform, "m-coord")
    alert = platform.raised()
    assert told(platform) == {("m-deputy", None)}
    assert alert.unreached == {"coordinator"}
    assert alert.is_red(platform.clock.now())


def test_a_deputy_who_is_away_too_hands_nothing_on(platform: Platform) -> None:
    """Messages are handed on once: then the role's back-up is told."""
    away(platform, "m-coord", "m-deputy")
    away(platform, "m-deputy", "m-manager")
    platform.raised()
    assert told(platform) == {("m-manager", "m-deputy")}


def test_when_one_of_two_is_away_the_other_alone_is_told(platform: Platform) -> None:
    """A role with somebody left is no role without anybody."""
    platform.directory.items[f"T#{TERRITORY}", "MEMBER#m-autre"]["roles"] = ["coordinator"]
    away(platform, "m-coord")
    alert = platform.raised()
    assert told(platform) == {("m-autre", None)}
    assert alert.unreached == frozenset()
    assert alert.coordinator_id == "m-autre"


def test_an_agency_that_is_away_cannot_be_mailed(platform: Platform) -> None:
    """The coordinator is told at once, before the clock is stopped by a message to nobody."""
    away(platform, "m-agency")
    with pytest.raises(Invalid, match=NO_MAILBOX):
        transmit(platform.desk, platform.ask(platform.raised()), "mail")


def test_reachability_follows_the_day(platform: Platform) -> None:
    """The same directory, a day apart."""
    away(platform, "m-coord")
    directory, now = platform.book.directory(TERRITORY), platform.clock.now()
    assert Role.COORDINATOR not in reachable(directory, now)
    assert Role.COORDINATOR in reachable(directory, now + timedelta(days=1))


def test_the_message_says_in_whose_absence_and_the_ledger_does_not(platform: Platform) -> None:
    """The name is looked up when the message is made: what is kept of it is an id."""
    away(platform, "m-coord", "m-deputy")
    alert = platform.raised()
    (delivery,) = platform.sent(alert)
    message = composed(Scene(delivery, alert, platform.book.directory(TERRITORY), platform.clock.now()), "https://v")
    assert message.lead.endswith("Ce message vous parvient en l’absence d’Anne Roy.")
    assert delivery.recipient == "Maison de l’emploi (coordination, en suppléance)"
    assert "Anne Roy" not in delivery.model_dump_json()


def test_an_absent_person_who_has_left_is_not_named(platform: Platform) -> None:
    """The directory no longer knows them: the message says nothing of it."""
    away(platform, "m-coord", "m-deputy")
    alert = platform.raised()
    (delivery,) = platform.sent(alert)
    del platform.directory.items[f"T#{TERRITORY}", "MEMBER#m-coord"]
    assert "absence" not in _lead(platform, delivery)


def _lead(platform: Platform, delivery: Delivery) -> str:
    alert = platform.store.get(TERRITORY, delivery.alert_id)
    scene = Scene(delivery, alert, platform.book.directory(TERRITORY), platform.clock.now())
    return composed(scene, "https://v").lead


@pytest.mark.parametrize(
    ("name", "said"), [("Nadia", "de Nadia"), ("Élodie", "d’Élodie"), ("Hélène", "d’Hélène"), ("Yves", "d’Yves")]
)
def test_the_elision(name: str, said: str) -> None:
    """« en l’absence d’Élodie », not « de Élodie »."""
    assert of(name) == said
