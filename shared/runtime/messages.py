"""Functions that handle messages: events through their own queue, commands of their service's queues."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from shared.aws import Aws
from shared.errors import Reject, Unreadable, VigieError
from shared.events import Event, Recorded, parse
from shared.runtime.invocation import LOGGED_IDS, Handler, Invocation, Once, attempt, place

M = TypeVar("M", bound=BaseModel)
A = TypeVar("A")
Counts = Mapping[str, int] | None
"""What a message came to, for the metrics."""


def consumer(build: Callable[[Aws], Callable[[Recorded[Any]], None]], *events: type[Event]) -> Handler:
    """Handles events that come off the bus through the function's own queue, one call each."""
    return _queue_handler(build, lambda body: parse(json.loads(body), *events))


def worker(build: Callable[[Aws], Callable[[M], Counts]], command: type[M]) -> Handler:
    """Handles commands of the service's own queue, one call each."""
    return _queue_handler(build, lambda body: _read(command, body))


def listener(build: Callable[[Aws], Callable[[A], Counts]], read: Callable[[str], A]) -> Handler:
    """Handles what others write in their own form, one call each; `read` raises Unreadable, or json's error."""
    return _queue_handler(build, read)


def _queue_handler(build: Callable[[Aws], Callable[[Any], Counts]], read: Callable[[str], Any]) -> Handler:
    once = Once(build)

    def handle(invocation: Invocation, _context: Any) -> dict[str, Any]:
        records = sorted(invocation["Records"], key=_suspicion)
        wary = len(records) > 1 and _receives(records[-1]) > 1
        failures = [
            {"itemIdentifier": record["messageId"]}
            for record in records
            if _handle_message(once, read, record) or (wary and _let_go(once, record))
        ]
        once.flush()
        return {"batchItemFailures": failures}

    return handle


def _receives(record: Mapping[str, Any]) -> int:
    return int(record["attributes"]["ApproximateReceiveCount"])


def _suspicion(record: Mapping[str, Any]) -> tuple[int, int]:
    """Messages that came back go last: one of them may have killed the process that had them all.

    Their order turns round at each return, so that what stands beside the killer is handled before it, sooner or later.
    """
    receives = _receives(record)
    place = int.from_bytes(str(record["messageId"]).encode(), "big")
    return receives, 0 if receives == 1 else place * (-1) ** receives


def _let_go(once: Once[Any], record: Mapping[str, Any]) -> bool:
    """Deletes a message that is handled, at once: if the next one kills the process, this one does not come back with it.

    Never a failure: a message that could not be deleted is deleted with its batch, or handled twice without effect.
    """
    attempt(once, lambda: once.aws.fed_queue().delete(record["receiptHandle"]))
    return False


def _handle_message(once: Once[Callable[[Any], Counts]], read: Callable[[str], Any], record: Mapping[str, Any]) -> bool:
    """Handles one message; True when the queue must give it again."""
    error = attempt(once, partial(_deliver, once, read, record))
    if error is None:
        return False
    last = _receives(record) >= int(once.aws.setting("VIGIE_MAX_RECEIVES"))
    if not (isinstance(error, Reject) or last) or attempt(once, partial(_bury, once.aws, record, error)):
        # What could not be buried stays in its queue, whose own redrive stands one receive behind.
        return True
    once.count("MessageBuried")
    return False


def _deliver(once: Once[Callable[[Any], Counts]], read: Callable[[str], Any], record: Mapping[str, Any]) -> None:
    handle = once.get()
    try:
        message = read(record["body"])
    except json.JSONDecodeError:
        raise Unreadable("Message qui n’est pas du JSON.", code="json") from None
    once.logger.append_keys(**_ids(message))
    for name, value in (handle(message) or {}).items():
        once.count(name, value)


def _ids(message: Any) -> dict[str, str]:
    """The ids by which a log line of this message is found again."""
    if isinstance(message, Recorded):
        ids = message.metadata
        return {"event_id": ids.id, "territory_id": ids.territory_id, "correlation_id": ids.correlation_id}
    return {name: getattr(message, name) for name in LOGGED_IDS if hasattr(message, name)}


def _bury(aws: Aws, record: Mapping[str, Any], error: Exception) -> None:
    """Sends a message to the dead-letter queue with the reason, ready to be replayed as it was."""
    reason = error.message if isinstance(error, VigieError) else f"{type(error).__name__} à {place(error)}"
    attributes = {
        "reason": reason[:250] or "?",
        "code": error.code if isinstance(error, VigieError) else "panne",
        "source": str(record["eventSourceARN"]).rpartition(":")[2],
    }
    aws.dead_queue().send(record["body"], attributes=attributes)


def _read(command: type[M], body: str) -> M:
    try:
        return command.model_validate_json(body)
    except ValidationError as error:
        places = ", ".join(".".join(map(str, problem["loc"])) for problem in error.errors()[:5])
        raise Unreadable(f"Commande illisible : {places or 'JSON'}.", code="contenu-illisible") from None
