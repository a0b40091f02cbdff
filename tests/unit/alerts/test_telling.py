"""Deaths that the sender finds by itself: who is told of them, once, and of which nobody is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.alerts.deliveries.delivering import Unreachable, Withheld
from services.alerts.deliveries.delivery import Delivery, DeliveryState, Report, superseded
from services.alerts.deliveries.telling import BOTH_LOST
from services.alerts.endpoints.circuit import withheld
from services.alerts.endpoints.endpoint import MACHINE, disabled
from services.alerts.rules.notices import Purpose
from shared.address_book import Member
from tests.unit.alerts.courier_scene import MAIL, Ledger, Wire
from tests.unit.alerts.delivery_scene import (
    AGENT,
    ALERT_ID,
    BOOK,
    COORDINATOR,
    MISSION,
    NOON,
    PORTAL,
    TERRITORY,
    delivery,
)
from tests.unit.alerts.endpoint_scene import portal_endpoint

DEPUTY = Member(id="m-adjoint", structure_id="md3e", name="Paul Roy", roles=("deputy",), email="adjoint@md3e.example")
TOWN = BOOK.model_copy(update={"members": (COORDINATOR, AGENT, DEPUTY)})
TO_AGENCY = delivery(Purpose.TRANSMISSION, AGENT.id, recipient="France Travail Belfort")
TO_PARTNER = delivery(Purpose.BROADCAST, MISSION.id, recipient="Mission locale")
TO_PORTAL = delivery(Purpose.BROADCAST, PORTAL.id, "webhook", recipient="Portail emploi")
MISSPELT = Unreachable("L’adresse électronique est mal écrite.")
REFUSED = Report(verdict="refused", reason="Refusé.")


def ledger_of(*deliveries: Delivery, report: Report = REFUSED, refusal: Exception | None = None) -> Ledger:
    """A courier whose wire answers so."""
    return Ledger(directory_of=TOWN, wire=Wire(report=report, refusal=refusal)).having(*deliveries)


def told(ledger: Ledger) -> list[tuple[str, str]]:
    """(who is told, about whom) of the words about lost recipients."""
    every = ledger.store.of_alert(TERRITORY, ALERT_ID)
    return [(one.recipient_id, one.about) for one in every if one.purpose is Purpose.UNDELIVERED]


@pytest.mark.parametrize(
    ("dying", "about"),
    [
        (TO_AGENCY, "France Travail Belfort, par e-mail"),
        (TO_PARTNER, "Mission locale, par e-mail"),
        (TO_PORTAL, "Portail emploi, par webhook"),
    ],
)
@pytest.mark.parametrize(
    "how", [{"refusal": MISSPELT}, {"report": REFUSED}], ids=["cannot be addressed", "refused by the provider"]
)
def test_who_has_no_other_way_is_told_of_to_the_coordination(
    dying: Delivery, about: str, how: dict[str, Report | Exception]
) -> None:
    """With the death itself, since no provider will ever say a word about it."""
    ledger = ledger_of(dying, **how)  # type: ignore[arg-type]
    assert ledger.deliver(dying).state is DeliveryState.DEAD
    assert told(ledger) == [(COORDINATOR.id, about)]


def test_an_exhausted_schedule_is_told_of() -> None:
    """Nobody answered until the last try: the coordination hears of it then, and not before."""
    ledger = ledger_of(TO_AGENCY, report=Report(verdict="later", reason="Saturé."))
    for _ in MAIL.schedule:
        assert ledger.deliver(TO_AGENCY).state is DeliveryState.RETRYING
        assert told(ledger) == []
        ledger.clock.now_is += timedelta(hours=1)
    assert ledger.deliver(TO_AGENCY).state is DeliveryState.DEAD
    assert told(ledger) == [(COORDINATOR.id, "France Travail Belfort, par e-mail")]


def test_two_lost_messages_to_one_recipient_are_told_of_once() -> None:
    """One word a recipient and alert: the second death adds nothing that the coordination does not know."""
    nudge = TO_AGENCY.becoming(key="offer_nudge", purpose=Purpose.OFFER_NUDGE)
    ledger = ledger_of(TO_AGENCY, nudge)
    ledger.deliver(TO_AGENCY)
    ledger.deliver(nudge)
    assert len(told(ledger)) == 1


def test_who_is_lost_by_both_channels_is_told_of_to_the_back_up_once_both_are() -> None:
    """An urgent message leaves by both at once: the first death has another way, the second has none left."""
    mail, text = delivery(), delivery(channel="sms")
    ledger = ledger_of(mail, text)
    ledger.deliver(mail)
    assert told(ledger) == []
    assert ledger.deliver(text).last_error.endswith(BOTH_LOST)
    assert told(ledger) == [(DEPUTY.id, "MD3E (coordination), par SMS")]


def test_a_word_about_a_lost_recipient_that_is_lost_calls_for_no_other() -> None:
    """Words about words would have no end."""
    word = delivery(Purpose.UNDELIVERED, DEPUTY.id, key="undelivered_m-agente")
    ledger = ledger_of(word)
    assert ledger.deliver(word).state is DeliveryState.DEAD
    assert told(ledger) == [(DEPUTY.id, "")]


@pytest.mark.parametrize(
    "stop",
    [
        withheld(disabled(portal_endpoint(), "Fermée (410).", MACHINE, NOON), TO_PORTAL),
        superseded(TO_PORTAL, "Une rectification plus récente la remplace."),
    ],
    ids=["its endpoint is disabled", "superseded"],
)
def test_what_waits_or_has_no_object_is_told_to_nobody(stop: Delivery) -> None:
    """Nothing is lost: one leaves later, nobody needs the other."""
    ledger = ledger_of(TO_PORTAL, refusal=Withheld(stop))
    assert ledger.deliver(TO_PORTAL).state in (DeliveryState.PAUSED, DeliveryState.SUPERSEDED)
    assert told(ledger) == []
