"""Functions that a schedule wakes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from shared.aws import Aws
from shared.runtime.invocation import Handler, Invocation, Once, discreetly


def scheduled(build: Callable[[Aws], Callable[[], Mapping[str, int]]]) -> Handler:
    """Handles a schedule's tick. What `build` returns is called and answers counts, which become metrics."""
    once = Once(build)

    def handle(_invocation: Invocation, _context: Any) -> Mapping[str, int]:
        counts = discreetly(once)
        for name, value in counts.items():
            once.count(name, value)
        once.flush()
        return counts

    return handle
