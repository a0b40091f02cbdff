"""One delivery carried out: prepared, claimed, sent, recorded, whatever breaks in between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from services.alerts.alert import Acknowledgement, Alert, Proof
from services.alerts.delivering import Courier, Unreachable
from services.alerts.delivery import Attempt, Delivery, DeliveryState, Patience, Report, claimed
from services.alerts.delivery_store import DeliveryStore, creation
from services.alerts.hints import Work
from services.alerts.notices import Purpose
from shared.address_book import Directory
from shared.clock import FixedClock
from shared.errors import Unavailable
from shared.tables import MemoryTable
from tests.unit.alerts.delivery_scene import (
    ALERT,
    ALERT_ID,
    BOOK,
    MISSION,
    NOON,
    TERRITORY,
    broadcast,
    closed,
    delivery,
    transmitted,
)

HOUR = timedelta(hours=1)
MAIL = Patience(quiet=HOUR, schedule=(timedelta(minutes=1),))
PROOF = Proof(sha256="0" * 64, key="T#t/alerts/a/1.eml")


@dataclass
class Wire:
    """A channel that notes what leaves and answers what it is told to."""

    report: Report | Exception = field(default_factory=lambda: Report(verdict="sent", message_id="m-1"))
    refusal: Exception | None = None
    on_send: Callable[[], None] = lambda: None
    left: list[tuple[str, int]] = field(default_factory=list)
    patience: Patience = MAIL
    proof: Proof | None = None

    def prepare(self, delivery: Delivery, alert: Alert, directory: Directory, now: datetime) -> Wire:
        if self.refusal:
            raise self.refusal
        self.left_from = alert.version
        return self

    def send(self) -> Report:
        self.left.append(("sent", self.left_from))
        self.on_send()
        if isinstance(self.report, Exception):
            raise self.report
        return self.report


@dataclass
class Ledger:
    """One delivery, its alert, and the courier that carries it."""

    alert: Alert = ALERT
    directory_of: Directory = BOOK
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOON))
    wire: Wire = field(default_factory=Wire)
    store: DeliveryStore = field(default_factory=lambda: DeliveryStore(MemoryTable()))

    def get(self, territory_id: str, alert_id: str) -> Alert:
        return self.alert

    def directory(self, territory_id: str) -> Directory:
        return self.directory_of

    def having(self, *deliveries: Delivery) -> Ledger:
        table = MemoryTable()
        table.write(*map(creation, deliveries))
        self.store = DeliveryStore(table)
        return self

    def courier(self) -> Courier:
        return Courier(self.store, self, self, self.wire, self.clock, lambda: 0.5)

    def deliver(self, wanted: Delivery) -> Delivery:
        self.courier().deliver(Work(territory_id=TERRITORY, alert_id=ALERT_ID, sk=wanted.sk))
        found = self.store.get(TERRITORY, ALERT_ID, wanted.sk)
        assert found
        return found


def test_a_due_delivery_leaves_once_and_is_recorded() -> None:
    """The ordinary way: one send, its message id, its proof, the version it was made from."""
    ledger = Ledger(wire=Wire(proof=PROOF)).having(delivery())
    sent = ledger.deliver(delivery())
    assert (sent.state, sent.message_id, sent.proof, sent.alert_version) == (DeliveryState.SENT, "m-1", PROOF, 1)
    assert ledger.wire.left == [("sent", 1)]


def test_a_hint_that_comes_twice_sends_nothing_the_second_time() -> None:
    """Hints may be doubled by every queue on the way."""
    ledger = Ledger().having(delivery())
    ledger.deliver(delivery())
    ledger.deliver(delivery())
    assert len(ledger.wire.left) == 1


def test_a_hint_for_a_delivery_that_does_not_exist_is_ignored() -> None:
    """The transaction that wrote the hint's item may have been undone by a restore."""
    Ledger().courier().deliver(Work(territory_id=TERRITORY, alert_id=ALERT_ID, sk="DELIVERY#x#y#email"))


def test_a_hint_that_comes_early_sends_nothing() -> None:
    """Only the table says when a delivery is due."""
    later = delivery(next_attempt_at=NOON + HOUR)
    ledger = Ledger().having(later)
    assert ledger.deliver(later).state is DeliveryState.QUEUED
    assert ledger.wire.left == []


def test_what_cannot_be_prepared_now_is_not_claimed() -> None:
    """A failure before the claim costs nothing: the queue gives the hint again."""
    ledger = Ledger(wire=Wire(refusal=Unavailable("KMS"))).having(delivery())
    with pytest.raises(Unavailable):
        ledger.deliver(delivery())
    found = ledger.store.get(TERRITORY, ALERT_ID, delivery().sk)
    assert found == delivery()


def test_a_recipient_who_vanished_is_told_of_and_never_tried() -> None:
    """The reason is French and stands on the delivery."""
    ledger = Ledger(wire=Wire(refusal=Unreachable("Plus d’adresse."))).having(delivery())
    gone = ledger.deliver(delivery())
    assert (gone.state, gone.last_error, gone.fence) == (DeliveryState.DEAD, "Plus d’adresse.", 0)


def test_two_workers_with_the_same_hint_have_one_winner() -> None:
    """The claim is conditional on the fence: whoever reads it stale sends nothing."""
    ledger = Ledger().having(delivery())
    rival = Ledger(store=ledger.store, wire=ledger.wire)
    ledger.wire.on_send = lambda: rival.courier().deliver(
        Work(territory_id=TERRITORY, alert_id=ALERT_ID, sk=delivery().sk)
    )
    ledger.deliver(delivery())
    assert len(ledger.wire.left) == 1


def test_a_claim_read_stale_is_lost_without_a_send() -> None:
    """Between reading and claiming another worker may have taken it."""
    ledger = Ledger().having(delivery())
    stale = ledger.store

    class Late(DeliveryStore):
        def get(self, territory_id: str, alert_id: str, sk: str) -> Delivery | None:
            found = stale.get(territory_id, alert_id, sk)
            assert found
            stale.replace(found, claimed(found, NOON, ledger.wire.patience, 1, None))
            return found

        def replace(self, before: Delivery, after: Delivery) -> bool:
            return stale.replace(before, after)

    ledger.store = Late(MemoryTable())
    ledger.courier().deliver(Work(territory_id=TERRITORY, alert_id=ALERT_ID, sk=delivery().sk))
    assert ledger.wire.left == []


def test_a_crash_in_the_send_leaves_a_claim_that_is_sent_once_more_after_the_quiet_time() -> None:
    """Unknown, then one repetition, flagged."""
    ledger = Ledger(wire=Wire(report=MemoryError())).having(delivery())
    with pytest.raises(MemoryError):
        ledger.deliver(delivery())
    ledger.wire.report = Report(verdict="sent", message_id="m-2")
    ledger.clock.now_is = NOON + timedelta(minutes=61)
    assert ledger.deliver(delivery()).state is DeliveryState.CLAIMED
    ledger.clock.now_is = NOON + timedelta(minutes=62)
    again = ledger.deliver(delivery())
    assert (again.state, again.possible_duplicate, len(ledger.wire.left)) == (DeliveryState.SENT, True, 2)
    assert [attempt.verdict for attempt in again.attempts] == ["unknown", "sent"]


def test_a_provider_that_never_answers_is_tried_twice_and_no_more() -> None:
    """After two unknown ends a person is asked to look."""
    ledger = Ledger(wire=Wire(report=Report(verdict="unknown"))).having(delivery())
    for minutes in (0, 62, 124, 300):
        ledger.clock.now_is = NOON + timedelta(minutes=minutes)
        last = ledger.deliver(delivery())
    assert (last.state, len(ledger.wire.left)) == (DeliveryState.DEAD, 2)


def test_a_late_winner_does_not_overwrite_the_claim_that_followed_its_own() -> None:
    """A sender frozen for an hour wakes up and finds its fence passed: what it knows is not recorded as news."""
    ledger = Ledger().having(delivery())
    awake = Ledger(store=ledger.store, clock=FixedClock(NOON + timedelta(minutes=90)))
    ledger.wire.on_send = lambda: awake.courier().deliver(
        Work(territory_id=TERRITORY, alert_id=ALERT_ID, sk=delivery().sk)
    )
    ledger.wire.report = Report(verdict="refused", reason="Trop tard.")
    assert ledger.deliver(delivery()).state is DeliveryState.SENT


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
