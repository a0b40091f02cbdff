"""State and event in one transaction: the event waits in the table until the bus has taken it.

One transaction writes ONE outbox item, which holds all its events in order. The table's stream relays it at once; a sweep
relays what is older than five minutes, because a stream forgets after 24 hours and a bus may be down longer. A published
item is deleted, so a territory's outbox partition holds exactly what is not yet out. A crash between the two publishes
twice: consumers are idempotent.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from shared.clock import Clock, from_text, to_text
from shared.errors import Unavailable
from shared.tables import Delete, Item, Put, TableClient

if TYPE_CHECKING:
    from shared.events import Recorded
    from shared.published import Registry

SWEPT_AFTER = timedelta(minutes=5)
KIND = "outbox"
"""Of its items, as the stream's follower names them."""
_SUFFIX = "#OUTBOX"


class Publisher(Protocol):
    """Where events go."""

    def publish(self, entries: Sequence[tuple[str, str, str]]) -> None:
        """All of the (source, detail-type, detail) triples, or an error: Unavailable."""
        ...


def entry(outbox_id: str, territory_id: str, events: Sequence[Recorded[Any]], now: datetime) -> Put:
    """The write that makes `events` leave once the transaction it belongs to is done. `outbox_id` is time-ordered."""
    return Put(
        {
            "pk": f"T#{territory_id}{_SUFFIX}",
            "sk": outbox_id,
            "kind": KIND,
            "written_at": to_text(now),
            "events": [
                {
                    "source": recorded.event.source,
                    "detail_type": recorded.event.detail_type,
                    "detail": json.dumps(recorded.detail(), ensure_ascii=False, separators=(",", ":")),
                }
                for recorded in events
            ],
        }
    )


def is_entry(item: Item) -> bool:
    """Whether an item of a stream is an outbox item."""
    return str(item["pk"]).endswith(_SUFFIX)


@dataclass(frozen=True)
class Outbox:
    """Relays what waits in one table to the bus."""

    table: TableClient
    bus: Publisher

    def relay(self, item: Item) -> None:
        """Publishes one outbox item, then forgets it. Raises Unavailable when the bus does not take it."""
        self.bus.publish([(event["source"], event["detail_type"], event["detail"]) for event in item["events"]])
        self.table.write(Delete(item["pk"], item["sk"]))

    def follow(self, item: Item) -> None:
        """Relays an item of the table's stream if it is an outbox item."""
        if is_entry(item):
            self.relay(item)

    def sweep(self, territory_ids: Iterable[str], now: datetime) -> int:
        """Relays all that has waited for five minutes or more; returns how many items.

        A bus that is down stops the sweep of that table at once: the next one begins again at the oldest.
        """
        return sum(self._sweep(territory_id, now) for territory_id in territory_ids)

    def _sweep(self, territory_id: str, now: datetime) -> int:
        relayed = 0
        while waiting := self._waiting(territory_id, now):
            for item in waiting:
                self.relay(item)
            relayed += len(waiting)
        return relayed

    def _waiting(self, territory_id: str, now: datetime) -> list[Item]:
        page = self.table.query(f"T#{territory_id}{_SUFFIX}", limit=50)
        return [item for item in page.items if from_text(item["written_at"]) <= now - SWEPT_AFTER]


@dataclass(frozen=True)
class OutboxSweep:
    """One table's sweep, territory by territory."""

    outbox: Outbox
    registry: Registry
    clock: Clock

    def run(self) -> Mapping[str, int]:
        """How many items it relayed: more than none means that the stream or the bus had a bad time."""
        return {"OutboxSwept": self.outbox.sweep(self.registry.territory_ids(), self.clock.now())}


class StoppedBus:
    """The fake of an outage: refuses everything while `stopped`, keeps what it took otherwise."""

    def __init__(self) -> None:
        self.stopped = False
        self.published: list[tuple[str, str, str]] = []

    def publish(self, entries: Sequence[tuple[str, str, str]]) -> None:
        if self.stopped:
            raise Unavailable("Le bus ne répond pas.")
        self.published.extend(entries)
