"""What is still worth sending at the moment of sending, and to whom a correction goes."""

from __future__ import annotations

import pytest

from services.alerts.deliveries.delivery import Attempt, Delivery, DeliveryState
from services.alerts.rules.alert import Acknowledgement, Alert
from services.alerts.rules.notices import Purpose
from shared.clock import FixedClock
from tests.unit.alerts.courier_scene import HOUR, Ledger
from tests.unit.alerts.delivery_scene import ALERT, BOOK, MISSION, NOON, broadcast, closed, delivery, transmitted


@pytest.mark.parametrize(
    ("purpose", "alert"),
    [
        (Purpose.ALERT_RAISED, transmitted()),
        (Purpose.NUDGE, transmitted()),
        (Purpose.OFFER_NUDGE, broadcast()),
        (Purpose.BROADCAST, closed(broadcast(), NOON + HOUR)),
        (Purpose.ACK_CHASE, ALERT.model_copy(update={"acknowledgement": Acknowledgement(at=NOON + HOUR, by="m")})),
    ],
)
def test_what_became_pointless_before_it_left_is_superseded(purpose: Purpose, alert: Alert) -> None:
    """Nobody is recalled for what is done, nor told of an offer that has gone."""
    pointless = delivery(purpose)
    ledger = Ledger(alert=alert, clock=FixedClock(NOON + 2 * HOUR)).having(pointless)
    stopped = ledger.deliver(pointless)
    assert stopped.state is DeliveryState.SUPERSEDED
    assert stopped.last_error
    assert ledger.wire.left == []


@pytest.mark.parametrize(
    ("purpose", "alert"),
    [
        (Purpose.BREACH, transmitted()),
        (Purpose.TRANSMISSION, transmitted()),
        (Purpose.ACK_CHASE, ALERT.model_copy(update={"acknowledgement": Acknowledgement(at=NOON - HOUR, by="m")})),
        (
            Purpose.ACK_LAPSED,
            ALERT.model_copy(update={"acknowledgement": Acknowledgement(at=NOON, by="m", lapsed_at=NOON + HOUR)}),
        ),
        (Purpose.LATE_RETURN, closed(broadcast(), NOON)),
    ],
)
def test_what_still_says_something_leaves(purpose: Purpose, alert: Alert) -> None:
    """Only what lost its point is held back."""
    wanted = delivery(purpose)
    assert Ledger(alert=alert).having(wanted).deliver(wanted).state is DeliveryState.SENT


def test_a_paused_partner_gets_everything_when_the_pause_is_over() -> None:
    """A pause piles up no errors and loses nothing."""
    offer = delivery(Purpose.BROADCAST, MISSION.id)
    ledger = Ledger(alert=broadcast()).having(offer)
    ledger.directory_of = BOOK.model_copy(update={"partners": (MISSION.model_copy(update={"paused": True}),)})
    assert ledger.deliver(offer).state is DeliveryState.PAUSED
    ledger.directory_of = BOOK
    ledger.clock.now_is = NOON + HOUR
    assert ledger.deliver(offer).state is DeliveryState.SENT


def correction() -> Delivery:
    """A correction, made at version 4, that follows the broadcast to the Mission locale."""
    told = delivery(Purpose.BROADCAST, MISSION.id)
    marks = {"key": "correction_2", "follows": told.sk, "sequence": 4, "created_at": NOON + HOUR}
    return delivery(Purpose.CORRECTION, MISSION.id).becoming(**marks)


CORRECTED = broadcast().model_copy(update={"version": 4, "broadcast_version": 2})


@pytest.mark.parametrize(
    ("state", "alert_version", "expected"),
    [
        (DeliveryState.SENT, 3, DeliveryState.SENT),
        (DeliveryState.DELIVERED, 3, DeliveryState.SENT),
        (DeliveryState.SENT, 4, DeliveryState.SUPERSEDED),
        (DeliveryState.SUPERSEDED, 0, DeliveryState.SUPERSEDED),
        (DeliveryState.DEAD, 3, DeliveryState.SUPERSEDED),
        (DeliveryState.CLAIMED, 3, DeliveryState.RETRYING),
        (DeliveryState.QUEUED, 0, DeliveryState.RETRYING),
    ],
)
def test_a_correction_goes_to_those_who_got_the_earlier_version_and_nobody_else(
    state: DeliveryState, alert_version: int, expected: DeliveryState
) -> None:
    """It waits for a message in flight, and is spared to whoever got the right version or none."""
    told = delivery(
        Purpose.BROADCAST, MISSION.id, state=state, alert_version=alert_version, claimed_until=NOON + 9 * HOUR
    )
    ledger = Ledger(alert=CORRECTED, clock=FixedClock(NOON + HOUR)).having(told, correction())
    assert ledger.deliver(correction()).state is expected


def test_a_correction_asks_again_every_five_minutes() -> None:
    """Whether the message before it is over."""
    told = delivery(Purpose.BROADCAST, MISSION.id, state=DeliveryState.CLAIMED, claimed_until=NOON + 9 * HOUR)
    ledger = Ledger(alert=CORRECTED, clock=FixedClock(NOON + HOUR)).having(told, correction())
    assert ledger.deliver(correction()).next_attempt_at == NOON + HOUR + HOUR / 12


def test_a_correction_goes_to_whoever_may_have_got_the_earlier_version() -> None:
    """Two unknown ends may have been two messages read."""
    told = delivery(
        Purpose.BROADCAST,
        MISSION.id,
        state=DeliveryState.DEAD,
        alert_version=3,
        attempts=(Attempt(at=NOON, verdict="unknown"),),
    )
    ledger = Ledger(alert=CORRECTED, clock=FixedClock(NOON + HOUR)).having(told, correction())
    assert ledger.deliver(correction()).state is DeliveryState.SENT


def test_an_older_correction_gives_way_to_a_newer_one() -> None:
    """Nobody is corrected twice for the same thing."""
    told = delivery(Purpose.BROADCAST, MISSION.id, state=DeliveryState.SENT, alert_version=3)
    newest = CORRECTED.model_copy(update={"broadcast_version": 3})
    ledger = Ledger(alert=newest, clock=FixedClock(NOON + HOUR)).having(told, correction())
    assert ledger.deliver(correction()).state is DeliveryState.SUPERSEDED
