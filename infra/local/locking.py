"""One lock around everything that happens in the local AWS: moto is not thread-safe, two conditional writes would both win."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class NotSettled(Exception):
    """The local system was still busy when the time allowed was over."""


class World:
    """The lock, the condition that is notified at every change, and how many invocations are running."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._changed = threading.Condition(self.lock)
        self.running = 0

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Holds the lock and wakes every waiter at the end."""
        with self.lock:
            try:
                yield
            finally:
                self._changed.notify_all()

    @contextmanager
    def invocation(self) -> Iterator[None]:
        """Counts as running meanwhile; must not be entered with the lock held for long."""
        with self.lock:
            self.running += 1
        try:
            yield
        finally:
            self.finished()

    def finished(self) -> None:
        """One running thing less."""
        with self.changing():
            self.running -= 1

    def wait(self, seconds: float | None) -> None:
        """Waits for a change, `seconds` of the machine's own time at most; the lock is held before and after."""
        self._changed.wait(seconds)

    def wait_until(self, done: Callable[[], bool]) -> None:
        """Waits for as long as it takes until `done()`; the lock is held before and after."""
        while not done():
            self._changed.wait()

    def wait_for(self, done: Callable[[], bool], seconds: float) -> bool:
        """Waits until `done()`, looked at on each change; false when the time is over. The lock is held."""
        deadline = time.monotonic() + seconds
        while not done():
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            self._changed.wait(left)
        return True
