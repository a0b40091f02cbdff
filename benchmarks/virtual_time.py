"""Workers that run at the same time, in one thread, on a clock that jumps from one event to the next."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count

from greenlet import getcurrent, greenlet


class Hub:
    """What will happen, in the order of virtual time; seconds since `begins`."""

    def __init__(self, begins: datetime) -> None:
        self._begins = begins
        self._heap: list[tuple[float, int, Callable[[], object]]] = []
        self._numbers = count()
        self._main = getcurrent()
        self.elapsed = 0.0

    def now(self) -> datetime:
        """The instant, aware, in UTC."""
        return self._begins + timedelta(seconds=self.elapsed)

    def after(self, wait_s: float, act: Callable[[], object]) -> None:
        """Does it so many seconds from now."""
        heapq.heappush(self._heap, (self.elapsed + max(0.0, wait_s), next(self._numbers), act))

    def start(self, run: Callable[[], object]) -> None:
        """Runs it beside everything else, until it first waits."""
        greenlet(run, self._main).switch()

    def sleep(self, wait_s: float) -> None:
        """Lets the others go on for so long; called by what was started."""
        self.after(wait_s, getcurrent().switch)
        self._main.switch()

    def run(self, until_s: float) -> None:
        """Everything that happens up to then."""
        while self._heap and self._heap[0][0] <= until_s:
            self.elapsed, _, act = heapq.heappop(self._heap)
            act()
