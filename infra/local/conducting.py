"""Moves work along: one thread looks for something to do whenever anything changed, a few others do it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from typing import Protocol

from infra.local.clock import Clock
from infra.local.locking import NotSettled, World

_LOG = logging.getLogger(__name__)
Job = Callable[[], None]
_WORKERS = 12


def nothing() -> None:
    """The job of a pump that has done its work in taking it."""


class Pump(Protocol):
    """A source of work. Each method is called with the world's lock held."""

    def ready(self) -> bool:
        """Whether there is work now, if there were a free place for it."""
        ...

    def take(self) -> Job | None:
        """Claims one piece of work, to be run without the lock; None when there is none or no place."""
        ...

    def next_due(self) -> datetime | None:
        """When work will be there by the clock alone."""
        ...


class Conductor:
    """Runs the pumps."""

    def __init__(self, world: World, clock: Clock, pumps: Sequence[Pump]) -> None:
        self._world = world
        self._clock = clock
        self._pumps = pumps
        self._closing = False
        self._broken: list[BaseException] = []
        self._workers = ThreadPoolExecutor(_WORKERS + 1, thread_name_prefix="worker")

    def start(self) -> None:
        """Starts to move work."""
        self._workers.submit(self._conduct).add_done_callback(self._note_failure)

    def close(self) -> None:
        """Takes no more work and waits for what is running."""
        with self._world.changing():
            self._closing = True
        self._workers.shutdown()

    def settle(self, seconds: float) -> None:
        """Returns once nothing is running and nothing is due; raises NotSettled, or what broke a pump."""
        with self._world.lock:
            settled = self._world.wait_for(self._is_quiet, seconds)
            if self._broken:
                raise self._broken[0]
            if not settled:
                raise NotSettled(f"{self._world.running} running after {seconds:.0f} s")

    def next_due(self) -> datetime | None:
        """When the clock alone will bring the next work."""
        with self._world.lock:
            return min(filter(None, (pump.next_due() for pump in self._pumps)), default=None)

    def _is_quiet(self) -> bool:
        return bool(self._broken) or not (self._world.running or any(pump.ready() for pump in self._pumps))

    def _conduct(self) -> None:
        with self._world.lock:
            while not self._closing:
                jobs = [job for pump in self._pumps if (job := pump.take())]
                for job in jobs:
                    self._world.running += 1
                    self._workers.submit(job).add_done_callback(self._done)
                if not jobs:
                    self._world.wait(self._pause_s())

    def _done(self, future: Future[None]) -> None:
        self._note_failure(future)
        self._world.finished()

    def _note_failure(self, future: Future[None]) -> None:
        """A pump that breaks is a fault of the local system itself: told at once, and to whoever settles."""
        error = future.exception()
        if error is not None:
            _LOG.error("the local system broke", exc_info=error)
            with self._world.changing():
                self._broken.append(error)

    def _pause_s(self) -> float | None:
        due = self.next_due()
        return None if due is None else max(0.0, (due - self._clock.now()).total_seconds()) + 0.001
