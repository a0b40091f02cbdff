"""A broadcast from its round to the last delivery that is done, on a virtual clock: the real relay, workers and sweep.

What stands around them is in memory: a table, queues that give some messages twice, and providers whose acceptances are the
truth that the figures are held to. One worker handles the messages one after the other.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from random import Random
from typing import Protocol

from benchmarks.diffusion_outside import GuardedTable, Providers, addresses_of, begun, hearing, workers
from benchmarks.diffusion_scene import NOON, TERRITORY
from benchmarks.failing import Crash, Outside
from services.alerts.deliveries.delivery import Said
from services.alerts.deliveries.relaying import Relay
from services.alerts.deliveries.store import DeliveryStore
from services.alerts.deliveries.work import Work
from services.alerts.provider_events.reading import ProviderWord
from services.alerts.service import SERVICE
from services.alerts.store import AlertStore
from services.alerts.use_cases.desk import Desk
from services.alerts.use_cases.sweeping import Sweep
from shared.address_book import AddressBook, Directory
from shared.clock import FixedClock, from_text
from shared.errors import VigieError
from shared.ids import new_id
from shared.outbox import Outbox, StoppedBus
from shared.published import Registry
from shared.tables import Item, TableClient
from shared.topology import Follows

VISIBILITY = timedelta(minutes=6)
MAX_RECEIVES = 5
HANDLING = timedelta(milliseconds=50)
"""What one message takes of virtual time."""
SAID: Mapping[Said, timedelta] = {"accepted": timedelta(seconds=2), "delivered": timedelta(seconds=30)}
"""What a provider says of a message, and when."""
MONTH = timedelta(days=30)
FOLLOWED = next(one.trigger.images for one in SERVICE.functions if isinstance(one.trigger, Follows))
Task = Callable[[], object]


class Ledger(TableClient, Protocol):
    """A table with its stream: the new images since it was last emptied."""

    stream: list[Item]

    def everything(self) -> Iterator[Item]:
        """Every item, as it stands now."""
        ...


@dataclass(frozen=True)
class Line:
    """A queue, as the relay knows it."""

    world: World
    name: str

    def send(self, body: str, *, delay_s: int = 0, group: str = "") -> None:
        self.world.outside.calls["SendMessage"] += 1
        self.world.carry(self.name, body, delay_s)


class World:
    """One territory, one alert. `doubled` is the share of messages that the queues give twice."""

    def __init__(
        self, partners: Directory, ledger: Ledger, outside: Outside, dice: Random, doubled: float = 0.0
    ) -> None:
        self.outside = outside
        self.clock = FixedClock(NOON)
        self.ledger = ledger
        self.providers = Providers(outside, self._told)
        self.handled = self.images = 0
        """Messages that a worker was given, and records of the stream that its follower was."""
        self._doubled, self._dice = doubled, dice
        self._queue: list[tuple[datetime, int, int, Task]] = []
        self._numbers = count()
        addresses = addresses_of(partners)
        self._workers = workers(
            GuardedTable(ledger, outside), GuardedTable(addresses, outside), self.providers, self.clock, dice
        )
        self._hearing = hearing(GuardedTable(ledger, outside), GuardedTable(addresses, outside), self.clock)
        lines = {name: Line(self, name) for name in self._workers}
        self._relay = Relay(Outbox(ledger, StoppedBus()), lines, self.clock)
        desk = Desk(AlertStore(ledger), AddressBook(addresses), self.clock, new_id)
        self._sweep = Sweep(ledger, desk, DeliveryStore(ledger), self._relay, Registry(addresses))
        for write in begun(partners):
            ledger.write(write)

    def run(self) -> None:
        """Until nothing is due any more, or a month has passed."""
        while self.clock.now() < NOON + MONTH:
            self._follow()
            if self._queue:
                self._handle(*heapq.heappop(self._queue))
            elif not self._minute():
                return

    def carry(self, queue: str, body: str, delay_s: int) -> None:
        """Takes a message into a queue; the dice say whether it comes twice."""
        handle = partial(self._work, queue, body)
        for _ in range(2 if self._dice.random() < self._doubled else 1):
            self._send(handle, timedelta(seconds=delay_s))

    def _work(self, queue: str, body: str) -> None:
        self._workers[queue](Work.model_validate_json(body))

    def _told(self, word: ProviderWord) -> None:
        """The provider's word is on its way to the function that hears it."""
        for kind, wait in SAID.items():
            said = word._replace(kind=kind, at=self.clock.now() + wait)
            self._send(partial(self._hearing.hear, said), wait)

    def _follow(self) -> None:
        """The table's stream."""
        images, self.ledger.stream = list(filter(_is_followed, self.ledger.stream)), []
        self.images += len(images)
        for image in images:
            self._relay.pass_on(image)

    def _send(self, task: Task, wait: timedelta, receives: int = 0) -> None:
        heapq.heappush(self._queue, (self.clock.now() + wait, next(self._numbers), receives, task))

    def _handle(self, visible_at: datetime, _: int, receives: int, task: Task) -> None:
        """One message; what fails comes again, five times at the most."""
        self.clock.now_is = max(self.clock.now() + HANDLING, visible_at)
        self.handled += 1
        try:
            task()
        except (Crash, VigieError):
            if receives + 1 < MAX_RECEIVES:
                self._send(task, VISIBILITY, receives + 1)

    def _minute(self) -> bool:
        """The next minute in which something is due, swept; False when nothing ever will be."""
        waiting = self.ledger.query(f"T#{TERRITORY}", index="due", limit=1).items
        if not waiting:
            return False
        first = from_text(str(waiting[0]["due_sk"]).partition("#")[0])
        self.clock.now_is = max(self.clock.now(), first) + timedelta(minutes=1)
        self._sweep.run()
        return True


def _is_followed(image: Item) -> bool:
    kind, state = image.get("kind"), image.get("state")
    return any(kind == one.kind and (not one.states or state in one.states) for one in FOLLOWED)
