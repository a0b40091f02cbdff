"""A partner who receives e-mails or texts is paused and resumed: what is meant for it waits, and leaves oldest first."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from services.alerts.channels.restraints import Restraints
from services.alerts.deliveries.delivering import Withheld
from services.alerts.deliveries.delivery import Delivery, DeliveryState
from services.alerts.deliveries.pauses import PauseStore
from services.alerts.deliveries.pausing import Lifting, PauseOrder, pause, resume
from services.alerts.deliveries.store import DeliveryStore, creation
from services.alerts.endpoints.endpoint import CLOSED_LOOKED_AT
from services.alerts.endpoints.releasing import A_MINUTE, APART
from services.alerts.rules.facts import Actor
from services.alerts.rules.notices import Purpose
from shared.address_book import Directory
from shared.idempotency import Request
from shared.tables import MemoryTable
from tests.unit.alerts.delivery_scene import BOOK, COORDINATOR, MISSION, NOON, PORTAL, TERRITORY, delivery

BY = Actor(kind="human", id=COORDINATOR.id)


@dataclass
class Desk:
    """A ledger with one partner in pause, or not."""

    book: Directory = BOOK
    table: MemoryTable = field(default_factory=MemoryTable)

    def __post_init__(self) -> None:
        self.pauses, self.deliveries = PauseStore(self.table), DeliveryStore(self.table)

    def directory(self, territory_id: str) -> Directory:
        return self.book

    def pause(self, key: str = "one-click") -> None:
        pause(self.pauses, self._order(key), NOON)

    def resume(self, key: str = "another-click") -> None:
        resume(self.pauses, self._order(key), NOON)

    def _order(self, key: str) -> PauseOrder:
        return PauseOrder(TERRITORY, MISSION.id, BY, Request.of(TERRITORY, BY.id, key, key))

    def offer(self, number: int) -> Delivery:
        """An offer of that minute, kept, and parked as its worker does."""
        made = delivery(Purpose.BROADCAST, MISSION.id).becoming(
            key=f"broadcast_{number:03}", created_at=NOON + timedelta(minutes=number)
        )
        self.table.write(creation(made))
        return made

    def carry(self, made: Delivery) -> Delivery:
        """As its worker does before it claims."""
        held: list[Delivery] = []
        try:
            Restraints(self.table).check(made, MISSION.address, self.book)
        except Withheld as stop:
            held.append(stop.delivery)
        for one in held:
            self.deliveries.replace(made, one)
        found = self.deliveries.get(TERRITORY, made.alert_id, made.sk)
        assert found
        return found

    def sweep(self, now: datetime = NOON) -> int:
        """How many the minute's sweep lets out, where the pause is due."""
        due = [item for item in self.table.items.values() if item.get("kind") == "pause" and "due_sk" in item]
        look = Lifting(self.pauses, self.deliveries, self).look
        return sum(look(TERRITORY, MISSION.id, now).get("DeliveriesLetOut", 0) for _ in due)


def test_an_offer_waits_without_an_attempt_and_leaves_once_resumed() -> None:
    """It stands in its recipient's room, no error on it, and goes back to its queue."""
    desk = Desk()
    desk.pause()
    waits = desk.carry(desk.offer(1))
    assert (waits.state, waits.parked, waits.attempts, waits.looked_at) == (DeliveryState.PAUSED, True, (), None)
    assert desk.sweep() == 0
    desk.resume()
    assert desk.sweep() == 1
    left = desk.carry(waits)
    assert (left.state, left.parked) == (DeliveryState.QUEUED, False)


def test_a_backlog_leaves_oldest_first_and_one_a_second() -> None:
    """Sixty a minute, as for a webhook; the rest the next minute."""
    desk = Desk()
    desk.pause()
    for number in range(A_MINUTE + 2):
        desk.carry(desk.offer(number))
    desk.resume()
    assert desk.sweep() == A_MINUTE
    every = desk.deliveries.of_alert(TERRITORY, desk.offer(999).alert_id)
    out = sorted(
        (one for one in every if one.key != "broadcast_999" and not one.parked), key=lambda one: one.next_attempt_at
    )
    assert [one.key for one in out] == [f"broadcast_{number:03}" for number in range(A_MINUTE)]
    assert {later.next_attempt_at - earlier.next_attempt_at for earlier, later in pairwise(out)} == {APART}
    assert desk.sweep(NOON + timedelta(minutes=1)) == 2


def test_only_what_is_meant_for_partners_waits() -> None:
    """A person of the same id who acts on alerts is never kept waiting, nor is the pause looked up for them."""
    desk = Desk()
    desk.pause()
    notice = delivery(Purpose.ALERT_RAISED, MISSION.id)
    Restraints(desk.table).check(notice, MISSION.address, desk.book)
    with pytest.raises(Withheld, match="en pause"):
        Restraints(desk.table).check(delivery(Purpose.CORRECTION, MISSION.id), MISSION.address, desk.book)


def test_a_worker_that_parks_late_is_found_and_then_nobody_looks() -> None:
    """It read the pause before it was lifted; two minutes after the room was last found empty the sweep leaves it alone."""
    desk = Desk()
    desk.pause()
    late = desk.offer(1)
    with pytest.raises(Withheld) as held:
        Restraints(desk.table).check(late, MISSION.address, desk.book)
    desk.resume()
    assert desk.sweep() == 0
    desk.deliveries.replace(late, held.value.delivery)
    assert desk.sweep(NOON + timedelta(minutes=1)) == 1
    for minute in range(2, 6):
        assert desk.sweep(NOON + timedelta(minutes=minute)) == 0
    kept = desk.pauses.get(TERRITORY, MISSION.id)
    assert kept is not None
    assert (kept.look_at, kept.room_until) == (None, None)


@pytest.mark.parametrize("partners", [(), (PORTAL.model_copy(update={"id": MISSION.id}),)])
def test_the_pause_of_who_has_left_the_channel_is_over(partners: tuple[object, ...]) -> None:
    """Nothing waits for ever behind a partner who has gone, or who receives webhooks now."""
    desk = Desk()
    desk.pause()
    desk.carry(desk.offer(1))
    desk.book = BOOK.model_copy(update={"partners": partners})
    assert desk.sweep(NOON + CLOSED_LOOKED_AT) == 1
    kept = desk.pauses.get(TERRITORY, MISSION.id)
    assert kept is not None
    assert not kept.paused


def test_the_same_click_does_it_once() -> None:
    """A pause that is repeated after the resumption, by a slow network, does not begin again."""
    desk = Desk()
    desk.pause()
    desk.resume()
    desk.pause()
    kept = desk.pauses.get(TERRITORY, MISSION.id)
    assert kept is not None
    assert not kept.paused
