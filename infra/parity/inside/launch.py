"""Starts MiniStack with the one thing cured that no page could do without; run by the interpreter of its own environment."""

from __future__ import annotations

from typing import Any

from ministack.app import main
from ministack.services import lambda_svc

_execute = lambda_svc._execute_function_with_config_scope


def _execute_with_cookies(function: Any, event: Any) -> Any:
    """Payload 2.0 has the cookies in a list of their own and no `cookie` header; MiniStack leaves the header."""
    if isinstance(event, dict) and event.get("version") == "2.0" and "cookie" in event.get("headers", {}):
        event["cookies"] = event["headers"].pop("cookie").split("; ")
    return _execute(function, event)


lambda_svc._execute_function_with_config_scope = _execute_with_cookies
main()
