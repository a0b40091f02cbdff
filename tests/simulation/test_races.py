"""Two workers on one delivery, in every order in which their calls may fall: one sends, whatever the order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import combinations

from greenlet import getcurrent, greenlet

from services.alerts.deliveries.delivering import Courier, Prepared
from services.alerts.deliveries.delivery import Delivery, DeliveryState, Patience, Report
from services.alerts.deliveries.store import DeliveryStore, creation
from services.alerts.deliveries.work import Work
from services.alerts.provider_events.reading import ProviderWord
from services.alerts.provider_events.reconciling import reconciled
from services.alerts.resources import LEDGER
from services.alerts.rules.alert import Alert, Proof
from shared.address_book import Directory
from shared.clock import FixedClock
from shared.tables import Item, Write
from tests.simulation.fake_table import FakeTable
from tests.unit.alerts.delivery_scene import ALERT, BOOK, NOON, delivery

STEPS = 5
"""Calls of one worker at the most: it reads the delivery, claims, sends, records, and once more."""
HOUR = timedelta(hours=1)
PATIENCE = Patience(quiet=HOUR, schedule=(HOUR,))


class Turns(FakeTable):
    """A table that lets somebody else go first, at each call."""

    def get(self, pk: str, sk: str) -> Item | None:
        _yield()
        return super().get(pk, sk)

    def write(self, *writes: Write) -> None:
        _yield()
        super().write(*writes)


def _yield() -> None:
    if getcurrent().parent is not None:
        getcurrent().parent.switch()


@dataclass
class Line:
    """A channel that counts what it lets go."""

    sent: list[int] = field(default_factory=list)
    patience: Patience = PATIENCE
    proof: Proof | None = None

    def prepare(self, delivery: Delivery, alert: Alert, directory: Directory, now: datetime) -> Prepared:
        return self

    def send(self) -> Report:
        _yield()
        self.sent.append(1)
        return Report(verdict="sent", message_id="m")


@dataclass
class Race:
    """One delivery and those who want to move it."""

    waiting: Delivery
    now: datetime = NOON

    def __post_init__(self) -> None:
        self.table = Turns(LEDGER.indexes)
        self.line = Line()
        FakeTable.write(self.table, creation(self.waiting))
        self.store = DeliveryStore(self.table)
        self.courier = Courier(self.store, self, self, self.line, FixedClock(self.now), lambda: 0.5)

    def get(self, territory_id: str, alert_id: str) -> Alert:
        return ALERT

    def directory(self, territory_id: str) -> Directory:
        return BOOK

    def deliver(self) -> None:
        one = self.waiting
        self.courier.deliver(Work(territory_id=one.territory_id, alert_id=one.alert_id, sk=one.sk))

    def hear(self) -> None:
        """The provider says that it had the first attempt."""
        one = self.waiting
        word = ProviderWord("accepted", self.now, one.territory_id, one.alert_id, one.sk, 1, "m", "")
        for _ in range(3):
            found = self.store.get(one.territory_id, one.alert_id, one.sk)
            after = reconciled(found, word) if found else None
            if not found or not after or after is found or self.store.replace(found, after):
                return

    def run(self, actors: Sequence[Callable[[], object]], order: Sequence[int]) -> Delivery:
        """Lets the actors take their turns in that order, then each to its end."""
        runs = [greenlet(actor) for actor in actors]
        for turn in (*order, *(place for place in range(len(runs)) for _ in range(4 * STEPS))):
            if not runs[turn].dead:
                runs[turn].switch()
        found = FakeTable.query(self.table, f"T#{self.waiting.territory_id}#ALERT#{self.waiting.alert_id}").items
        return Delivery.model_validate({name: found[0][name] for name in Delivery.model_fields if name in found[0]})


def orders(steps: int = STEPS) -> Iterator[tuple[int, ...]]:
    """Every way in which two workers' calls may fall."""
    for places in combinations(range(2 * steps), steps):
        yield tuple(int(turn in places) for turn in range(2 * steps))


def test_of_two_workers_with_one_delivery_one_sends() -> None:
    """In every order; the other finds the claim and leaves it alone."""
    races = [(Race(delivery()), order) for order in orders()]
    ends = [(race.run([race.deliver, race.deliver], order).state, len(race.line.sent)) for race, order in races]
    assert set(ends) == {("sent", 1)}
    assert len(ends) == 252


def test_of_two_workers_with_a_claim_that_has_expired_one_sends_again() -> None:
    """It is marked as perhaps the second; nobody sends a third."""
    held = delivery(state=DeliveryState.CLAIMED, fence=1, claimed_until=NOON - HOUR)
    races = [(Race(held), order) for order in orders()]
    ends = {(race.run([race.deliver, race.deliver], order).state, len(race.line.sent)) for race, order in races}
    assert ends == {("sent", 1)}


def test_the_providers_word_and_a_worker_never_lose_one_another() -> None:
    """Whichever comes first: the delivery ends as sent, and the message leaves at most once more."""
    held = delivery(state=DeliveryState.CLAIMED, fence=1, claimed_until=NOON - HOUR)
    for order in orders():
        race = Race(held)
        end = race.run([race.deliver, race.hear], order)
        assert end.state == "sent"
        assert len(race.line.sent) == int(end.possible_duplicate)


class Careless(DeliveryStore):
    """Writes whatever was written meanwhile."""

    def replace(self, before: Delivery, after: Delivery, *beside: Delivery) -> bool:
        self._table.write(creation(after)._replace(when=()))
        return True


def test_the_race_sees_a_claim_without_a_condition() -> None:
    """Without it, most orders send twice."""
    doubled = 0
    for order in orders(3):
        race = Race(delivery())
        race.courier = Courier(Careless(race.table), race, race, race.line, FixedClock(NOON), lambda: 0.5)
        race.run([race.deliver, race.deliver], order)
        doubled += len(race.line.sent) > 1
    assert doubled > 10
