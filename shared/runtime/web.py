"""Functions that answer HTTP requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from shared.aws import Aws
from shared.runtime.invocation import Handler, Invocation, Once, discreetly


def endpoint(build: Callable[[Aws], Callable[[Invocation, Any], dict[str, Any]]]) -> Handler:
    """Handles HTTP API requests: `build` returns a Powertools resolver, or anything called like one."""
    once = Once(build)

    def handle(invocation: Invocation, context: Any) -> dict[str, Any]:
        return discreetly(once, invocation, context)

    return handle
