"""DynamoDB's time to live: items whose `expires_at` is over are removed, once an hour of the movable clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from infra.local.clock import Clock
from infra.local.conducting import Job
from infra.local.journal import TableJournal, expired
from infra.local.locking import World

_EVERY = timedelta(hours=1)


class ExpiryPump:
    """Removes expired items; AWS takes up to a few days, so nothing may rely on it."""

    def __init__(self, world: World, clock: Clock, tables: TableJournal) -> None:
        self._world = world
        self._clock = clock
        self._tables = tables
        self._due = clock.now() + _EVERY

    def ready(self) -> bool:
        return self._due <= self._clock.now()

    def next_due(self) -> datetime | None:
        return self._due

    def take(self) -> Job | None:
        if not self.ready():
            return None
        self._due = self._clock.now() + _EVERY
        return self._sweep

    def _sweep(self) -> None:
        with self._world.changing():
            for table, key in list(expired(self._clock.now().timestamp())):
                self._tables.expire(table, key)
