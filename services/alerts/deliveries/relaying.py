"""What was written leaves: events to the bus, deliveries and broadcasts to the queue that carries them out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from services.alerts.deliveries.hints import Hint, stream_hint
from services.alerts.resources import BROADCASTS, DELIVERIES
from shared.clock import Clock
from shared.outbox import Outbox, is_entry
from shared.resources import Queue
from shared.tables import Item

WORK = frozenset({"delivery", "round"})
"""Kinds of items that ask for work; every other item of the table only keeps something."""


class Sender(Protocol):
    """A queue."""

    def send(self, body: str, *, delay_s: int = 0, group: str = "") -> None:
        """One message of a group, in `delay_s` ≤ 900 seconds; raises Unavailable."""
        ...


def queues(open_queue: Callable[[Queue], Sender]) -> dict[str, Sender]:
    """The queues that a hint may name."""
    return {queue.name: open_queue(queue) for queue in (*DELIVERIES, BROADCASTS)}


@dataclass(frozen=True)
class Relay:
    """Passes on each new image of the table; a message sent twice is a hint given twice, never a second effect."""

    outbox: Outbox
    queues: Mapping[str, Sender]
    clock: Clock

    def pass_on(self, item: Item) -> None:
        """Raises Unavailable when the bus or the queue does not take it: the stream then gives it again."""
        if is_entry(item):
            self.outbox.relay(item)
        elif item.get("kind") in WORK:
            self.send(stream_hint(item, self.clock.now()))

    def send(self, hint: Hint | None) -> None:
        """Gives the hint to its queue, if there is one."""
        if hint:
            self.queues[hint.queue].send(hint.body, delay_s=hint.delay_s, group=hint.group)
