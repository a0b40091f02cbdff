"""Calls to the outside, counted, of which a share fails: before their effect, after it, or instead of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import TypeVar

from shared.aws import Throttled
from shared.errors import Unavailable

T = TypeVar("T")
KINDS = ("crash before", "crash after", "lost", "done", "throttled")


class Crash(BaseException):
    """The process dies: no `except Exception` sees it."""


class Outside:
    """Every call goes through here; `share` of them fail, in any of the five ways. The same dice, the same history."""

    def __init__(self, dice: Random, share: float = 0.0) -> None:
        self._dice = dice
        self._share = share
        self.calls: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()

    def call(self, name: str, effect: Callable[[], T]) -> T:
        """The effect, or a failure: a throttled call had none; of one that timed out nobody knows."""
        self.calls[name] += 1
        fault = self._dice.choice(KINDS) if self._share and self._dice.random() < self._share else ""
        if fault:
            self.faults[fault] += 1
        if fault == "crash before":
            raise Crash
        if fault == "throttled":
            raise Throttled(name)
        if fault == "lost":
            raise Unavailable(name)
        result = effect()
        if fault == "crash after":
            raise Crash
        if fault == "done":
            raise Unavailable(name)
        return result
