"""One thread, a virtual clock and a heap: every function runs as a greenlet, and the seed says who goes on next."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from random import Random

from greenlet import getcurrent, greenlet

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
WORLD = "world"
"""In microseconds, the unit of virtual time."""


class Crash(BaseException):
    """The process dies: no `except Exception` sees it."""


class Invocation(greenlet):  # type: ignore[misc] # published without types
    """One run of a function by one worker, whose clock is off by `skew`; nothing it does counts from `dies_at` on."""

    def __init__(self, run: Callable[[], None], name: str, skew: int, dies_at: int) -> None:
        super().__init__(run)
        self.name = name
        self.skew = skew
        self.dies_at = dies_at
        self.calls = 0


class Hub:
    """What will happen, in the order of virtual time; ties fall as the seed says."""

    def __init__(self, begins: datetime, dice: Random) -> None:
        self.begins = begins
        self.dice = dice
        self.now = 0
        self._heap: list[tuple[int, float, int, Callable[[], object]]] = []
        self._numbers = count()
        self._main = getcurrent()

    def at(self, instant: int, act: Callable[[], object]) -> None:
        """Does it at that instant, or at once if that is past."""
        entry = (max(instant, self.now), self.dice.random(), next(self._numbers), act)
        heapq.heappush(self._heap, entry)

    def start(self, name: str, run: Callable[[], None], *, skew: int = 0, lives: int = HOUR) -> None:
        """Runs a function at once, until it first waits."""
        invocation = Invocation(run, name, skew, self.now + lives)
        invocation.parent = self._main
        invocation.switch()

    def pause(self, wait: int) -> None:
        """Lets the others go on for so long; raises Crash in a function whose time is up by then."""
        until = self.now + wait
        running = getcurrent()
        if self._heap and self._heap[0][0] <= until:
            self.at(until, running.switch)
            self._main.switch()
        self.now = max(self.now, until)
        if isinstance(running, Invocation) and self.now >= running.dies_at:
            raise Crash

    def run(self, until: int) -> None:
        """Everything that happens up to that instant."""
        while self._heap and self._heap[0][0] <= until:
            self.now, _, _, act = heapq.heappop(self._heap)
            act()
        self.now = max(self.now, until)

    def instant(self, at: int) -> datetime:
        """A virtual instant as the calendar has it."""
        return self.begins + timedelta(microseconds=at)

    def microseconds(self, instant: datetime) -> int:
        """The inverse of `instant`."""
        return (instant - self.begins) // timedelta(microseconds=1)


class Watch:
    """The clock that a worker reads: the hub's, off by the worker's own skew."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self.offset = timedelta()
        """By how much all workers' clocks are wrong."""

    def now(self) -> datetime:
        """The instant, aware, in UTC."""
        running = getcurrent()
        skew = running.skew if isinstance(running, Invocation) else 0
        return self._hub.instant(self._hub.now + skew) + self.offset


def running_name() -> str:
    """Who is running: the name of the invocation, or `world` outside of any."""
    running = getcurrent()
    return running.name if isinstance(running, Invocation) else WORLD


def next_call() -> tuple[str, int]:
    """Who is running, and how many calls they have made; 0 outside of any invocation."""
    running = getcurrent()
    if not isinstance(running, Invocation):
        return WORLD, 0
    running.calls += 1
    return running.name, running.calls
