"""The movable clock: the machine's time plus an offset that survives a restart, for moto and for every function alike."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import time_machine

from infra.local.durability import Store

_NAME = "clock-offset-seconds"


class Clock:
    """Time travels in the whole process while it is open: `datetime.now()` and `time.time()` tick, moved forward.

    `time.monotonic()` is left alone, so waits and time-outs stay in the machine's own time.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._offset = timedelta(seconds=float(store.fact("setting", _NAME) or 0.0))
        self._travel = time_machine.travel(self._offset, tick=True)
        self._traveller = self._travel.start()
        self._traveller.time_ns()  # it starts to tick at its first reading

    @property
    def offset_s(self) -> float:
        """How far ahead of the machine's time, in seconds."""
        return self._offset.total_seconds()

    def now(self) -> datetime:
        """The local system's instant, aware, in UTC."""
        return datetime.now(UTC)

    def shift(self, delta: timedelta) -> None:
        """Moves forward at once; raises ValueError backwards, which no AWS service could follow."""
        if delta < timedelta(0):
            raise ValueError("the clock only moves forward")
        self._offset += delta
        self._store.save_fact("setting", _NAME, self._offset.total_seconds())
        self._traveller.shift(delta)

    def close(self) -> None:
        """Gives the process the machine's time back."""
        self._travel.stop()
