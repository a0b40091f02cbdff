"""Who called what: each function has an access key of its own, so the permission check can compare calls and grants."""

from __future__ import annotations

import threading

from infra.local.calls import Call

NO_SIGNATURE = "local"
"""Signatures are not checked here; boto3 wants something to sign with."""
CONSOLE_KEY = "AKIACONSOLE0000LOCAL"


class CallLedger:
    """Names functions by access key and notes each `service:Action` they call."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._names: dict[str, str] = {}
        self._calls: dict[str, set[str]] = {}

    def key_for(self, function: str) -> str:
        """The access key id of a function: 20 capital letters and digits, as AWS's."""
        with self._lock:
            key = f"AKIALOCAL{len(self._names):011d}"
            self._names[key] = function
            self._calls[function] = set()
        return key

    def name_of(self, key: str) -> str:
        """The function that has this access key; empty for anybody else."""
        return self._names.get(key, "")

    def note(self, call: Call) -> None:
        """Notes a call when a function made it."""
        function = self._names.get(call.caller)
        if function is not None:
            with self._lock:
                self._calls[function].update(call.permissions())

    def calls(self) -> dict[str, set[str]]:
        """The IAM actions that each function has needed so far, by function name."""
        with self._lock:
            return {function: set(actions) for function, actions in self._calls.items()}
