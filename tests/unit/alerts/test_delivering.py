"""One delivery carried out: prepared, claimed, sent, recorded, whatever breaks in between."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.alerts.deliveries.delivering import Unreachable
from services.alerts.deliveries.delivery import Delivery, DeliveryState, Report, claimed, dead
from services.alerts.deliveries.replaying import replay
from services.alerts.deliveries.store import DeliveryStore
from services.alerts.deliveries.work import Work
from shared.clock import FixedClock
from shared.errors import Conflict, NotFound, Unavailable
from shared.tables import MemoryTable
from tests.unit.alerts.courier_scene import HOUR, PROOF, Ledger, Wire
from tests.unit.alerts.delivery_scene import ALERT_ID, NOON, TERRITORY, delivery


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
    assert (gone.state, gone.last_error, gone.fence) == (
        DeliveryState.DEAD,
        "Plus d’adresse. Le message part aussi par SMS.",
        0,
    )


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

        def replace(self, before: Delivery, after: Delivery, *beside: Delivery) -> bool:
            return stale.replace(before, after, *beside)

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


FAILED = dead(delivery(), "Adresse inconnue.")


def test_a_failed_delivery_replayed_leaves_again() -> None:
    """Once the address is mended, one click is enough; a second click changes nothing."""
    ledger = Ledger().having(FAILED)
    for _ in range(2):
        replay(ledger.store, ledger.clock, TERRITORY, ALERT_ID, FAILED.sk)
    assert ledger.deliver(FAILED).state is DeliveryState.SENT
    assert len(ledger.wire.left) == 1


@pytest.mark.parametrize(
    "state", [DeliveryState.QUEUED, DeliveryState.CLAIMED, DeliveryState.PAUSED, DeliveryState.SUPERSEDED]
)
def test_what_is_on_its_way_or_pointless_is_not_replayed(state: DeliveryState) -> None:
    """It leaves by itself, or nobody needs it any more."""
    ledger = Ledger().having(delivery(state=state, claimed_until=NOON + HOUR))
    with pytest.raises(Conflict):
        replay(ledger.store, ledger.clock, TERRITORY, ALERT_ID, delivery().sk)


def test_what_is_no_delivery_of_this_territory_cannot_be_replayed() -> None:
    """It does not exist here."""
    ledger = Ledger().having(FAILED)
    for territory_id, sk in (("ailleurs", FAILED.sk), (TERRITORY, "ALERT"), (TERRITORY, "DELIVERY#x#y#email")):
        with pytest.raises(NotFound):
            replay(ledger.store, ledger.clock, territory_id, ALERT_ID, sk)


def test_a_replay_that_loses_a_race_says_so() -> None:
    """Another person was quicker, and the worker may already have it."""

    class Moved(DeliveryStore):
        def replace(self, before: Delivery, after: Delivery, *beside: Delivery) -> bool:
            return False

        def get(self, territory_id: str, alert_id: str, sk: str) -> Delivery | None:
            return FAILED

    with pytest.raises(Conflict):
        replay(Moved(MemoryTable()), FixedClock(NOON), TERRITORY, ALERT_ID, FAILED.sk)
