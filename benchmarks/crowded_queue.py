"""A queue that many workers draw from: in the order of its messages, or fairly, by turns of their groups.

Fairly as SQS does it: among the messages that are visible, those of a group with few in flight come first. A message without
a worker's word within the visibility time-out comes back.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable

from benchmarks.failing import Crash
from benchmarks.virtual_time import Hub
from shared.errors import VigieError

VISIBILITY_S = 240.0


class CrowdedQueue:
    """One queue and its workers."""

    def __init__(self, hub: Hub, handle: Callable[[str], object], workers: int, *, fair: bool) -> None:
        self._hub = hub
        self._handle = handle
        self._idle = workers
        self._fair = fair
        self._waiting: defaultdict[str, deque[tuple[int, str]]] = defaultdict(deque)
        self._in_flight: Counter[str] = Counter()
        self._number = 0

    def send(self, body: str, *, delay_s: float = 0, group: str = "") -> None:
        """Takes a message; visible after the delay."""
        self._hub.after(delay_s, lambda: self._show(body, group))

    def _show(self, body: str, group: str) -> None:
        self._number += 1
        self._waiting[group].append((self._number, body))
        self._wake()

    def _wake(self) -> None:
        """Gives visible messages to idle workers."""
        while self._idle and self._waiting:
            group = self._next_group()
            _, body = self._waiting[group].popleft()
            if not self._waiting[group]:
                del self._waiting[group]
            self._idle -= 1
            self._in_flight[group] += 1
            self._hub.start(lambda group=group, body=body: self._work(group, body))  # type: ignore[misc]

    def _next_group(self) -> str:
        """Whose oldest message comes next."""
        fewest = self._in_flight if self._fair else Counter[str]()
        return min(self._waiting, key=lambda group: (fewest[group], self._waiting[group][0][0]))

    def _work(self, group: str, body: str) -> None:
        try:
            self._handle(body)
        except (Crash, VigieError):
            self.send(body, delay_s=VISIBILITY_S, group=group)
        self._idle += 1
        self._in_flight[group] -= 1
        self._hub.after(0, self._wake)
