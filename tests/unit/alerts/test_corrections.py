"""A correction goes to whoever has, or perhaps has, the earlier version, by the channel that brought it, and to nobody else."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from services.alerts.deliveries.delivery import Attempt, Delivery, DeliveryState, Report, Said, claimed, settled
from services.alerts.deliveries.fanning_out import FanOut
from services.alerts.deliveries.recipients import planned
from services.alerts.deliveries.store import DeliveryStore, creation
from services.alerts.deliveries.work import Work
from services.alerts.provider_events.reconciling import reconciled
from services.alerts.rules.alert import Alert
from services.alerts.rules.notices import Notice, Purpose
from shared.address_book import Directory
from shared.clock import FixedClock
from shared.tables import MemoryTable
from tests.unit.alerts.courier_scene import MAIL, Ledger
from tests.unit.alerts.delivery_scene import ALERT_ID, BOOK, MISSION, NOON, TERRITORY, broadcast, delivery
from tests.unit.alerts.provider_words import said

CORRECTED = broadcast().model_copy(update={"broadcast_version": 2, "version": 9})
CORRECTION = Notice(purpose=Purpose.CORRECTION, key="correction_2", audience="reached")
HELD = claimed(delivery(Purpose.BROADCAST, MISSION.id, key="broadcast"), NOON, MAIL, 3, None)
SENT = settled(HELD, Report(verdict="sent"), MAIL, begun=NOON, ended=NOON, jitter=0.5)


@dataclass
class Book:
    """The corrected alert and its territory."""

    def get(self, territory_id: str, alert_id: str) -> Alert:
        return CORRECTED

    def directory(self, territory_id: str) -> Directory:
        return BOOK


def corrections(*told: Delivery) -> tuple[list[tuple[str, str | None]], DeliveryStore]:
    """(channel, what it follows) of the corrections that those who were told so lead to."""
    (work,) = planned([CORRECTION], CORRECTED, BOOK, NOON).rounds
    table = MemoryTable()
    table.write(creation(work), *map(creation, told))
    store, book = DeliveryStore(table), Book()
    step = Work(territory_id=TERRITORY, alert_id=ALERT_ID, sk=work.sk)
    FanOut(store, book, book, FixedClock(NOON)).advance(step)
    made = [one for one in store.of_alert(TERRITORY, ALERT_ID) if one.key == "correction_2"]
    return [(one.channel, one.follows) for one in made], store


def after(*kinds: Said, start: Delivery = SENT) -> Delivery:
    """What it has become once the provider has spoken."""
    for kind in kinds:
        start = reconciled(start, said(kind, start))
    return start


@pytest.mark.parametrize("kinds", [(), ("accepted",), ("delivered",), ("delayed",), ("complained",)])
def test_whoever_got_it_is_corrected(kinds: tuple[Said, ...]) -> None:
    """Sent, received, slow to arrive, even complained of: it was, or may be, read."""
    assert corrections(after(*kinds))[0] == [("email", SENT.sk)]


@pytest.mark.parametrize("kind", ["failed", "rejected", "bounced"])
def test_whoever_it_came_back_from_is_not(kind: Said) -> None:
    """Nothing was read: a correction would be the first that they hear of it."""
    assert corrections(after(kind))[0] == []


@pytest.mark.parametrize("state", [DeliveryState.DEAD, DeliveryState.SUPERSEDED, DeliveryState.REPLAYED])
def test_whoever_may_have_it_is_corrected(state: DeliveryState) -> None:
    """One attempt of unknown end is enough."""
    doubtful = HELD.becoming(state=state, attempts=(Attempt(at=NOON, verdict="unknown", fence=1),))
    assert corrections(doubtful)[0] == [("email", SENT.sk)]


def test_a_failure_that_ends_a_doubt_ends_the_correction_too() -> None:
    """It waits for the claim it follows; once that is known to have come back, it has no object."""
    _, store = corrections(HELD)
    store.replace(HELD, after("bounced", start=HELD))
    ledger = Ledger(alert=CORRECTED, store=store)
    correction = store.get(TERRITORY, ALERT_ID, f"DELIVERY#correction_2#{MISSION.id}#email")
    assert correction
    assert ledger.deliver(correction).state is DeliveryState.SUPERSEDED
    assert ledger.wire.left == []


def test_whoever_got_it_by_the_other_channel_is_corrected_there() -> None:
    """The e-mail came back, the text arrived: one correction, by text."""
    text = SENT.becoming(channel="sms", second_to="email")
    assert corrections(after("bounced"), text)[0] == [("sms", text.sk)]


def test_two_channels_that_both_arrived_have_each_their_correction() -> None:
    """Both hold the earlier words; neither is corrected twice."""
    text = SENT.becoming(channel="sms", second_to="email")
    assert sorted(corrections(SENT, text)[0]) == [("email", SENT.sk), ("sms", text.sk)]
