"""One effect and one answer for a command that is not written with its answer: each of its effects knows the demand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from services.alerts.store import AlertStore
from shared.idempotency import Request
from shared.tables import ConditionFailed


def once(store: AlertStore, request: Request, now: datetime, carry_out: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """The answer given before, or the one that is made now; raises Invalid when the key came with another content.

    A process that dies between the effects and the answer leaves the answer to the next one, which finds nothing more to do.
    """
    known = store.answered(request)
    if known is not None:
        return known
    answer = carry_out()
    try:
        store.remember(request.claim(answer, now))
    except ConditionFailed:
        return store.answered(request) or answer
    return answer
