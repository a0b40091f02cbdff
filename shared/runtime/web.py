"""Functions that answer HTTP requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from shared.aws import Aws
from shared.runtime.invocation import Handler, Invocation, Once, discreetly


def endpoint(build: Callable[[Aws], Callable[[Invocation, Any], dict[str, Any]]]) -> Handler:
    """Handles HTTP API requests: `build` returns a Powertools resolver, or anything called like one.

    A HEAD is answered as the GET would be, without its body (RFC 9110 9.3.2): no route has to say so.
    """
    once = Once(build)

    def handle(invocation: Invocation, context: Any) -> dict[str, Any]:
        asked = invocation.get("requestContext", {})
        if asked.get("http", {}).get("method") != "HEAD":
            return discreetly(once, invocation, context)
        as_get = {**invocation, "requestContext": {**asked, "http": {**asked["http"], "method": "GET"}}}
        answer: dict[str, Any] = discreetly(once, as_get, context)
        return {**answer, "body": "", "isBase64Encoded": False}

    return handle
