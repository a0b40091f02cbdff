"""From an invocation to a typed call and back: batches, partial failures, dead letters, logs, metrics.

A handler module holds `handler = consumer(build, SomeEvent)` (or `worker`, `follower`, `scheduled`, `endpoint`). `build`
gets the function's resources and returns what handles one thing. It runs once: at init inside Lambda, where that time has
full CPU, and at the first call elsewhere, so that an import needs no environment.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Generic, TypeVar

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from pydantic import BaseModel, ValidationError

from shared.aws import Aws, from_environment, load_image
from shared.errors import Reject, Retry, Unreadable, VigieError
from shared.events import Event, Recorded, parse
from shared.tables import Item

Invocation = dict[str, Any]
Handler = Callable[[Invocation, Any], Any]
B = TypeVar("B")
M = TypeVar("M", bound=BaseModel)


class Once(Generic[B]):
    """What `build` makes, made once."""

    def __init__(self, build: Callable[[Aws], B]) -> None:
        self._build = build
        self._built: B | None = None
        self._counted = False
        self.logger = Logger(service=os.environ.get("POWERTOOLS_SERVICE_NAME", "vigie"))
        self.metrics = Metrics(namespace="Vigie", service=self.logger.service)
        if "AWS_LAMBDA_RUNTIME_API" in os.environ:
            self.get()

    def get(self) -> B:
        if self._built is None:
            self.aws = from_environment()
            self._built = self._build(self.aws)
        return self._built

    def count(self, name: str, value: int = 1) -> None:
        """Adds to a metric of this invocation."""
        self.metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)
        self._counted = True

    def flush(self) -> None:
        """Writes the metrics of this invocation, if it had any."""
        if self._counted:
            self.metrics.flush_metrics()
            self._counted = False


def consumer(build: Callable[[Aws], Callable[[Recorded[Any]], None]], *events: type[Event]) -> Handler:
    """Handles events that come off the bus through the function's own queue, one call each."""
    return _queue_handler(build, lambda body: parse(json.loads(body), *events))


def worker(build: Callable[[Aws], Callable[[M], None]], command: type[M]) -> Handler:
    """Handles commands of the service's own queue, one call each."""
    return _queue_handler(build, lambda body: _read(command, body))


def follower(build: Callable[[Aws], Callable[[Item], None]]) -> Handler:
    """Handles the new image of each item that appears or changes in a table, in the order of the stream."""
    once = Once(build)

    def handle(invocation: Invocation, _context: Any) -> dict[str, Any]:
        for record in invocation["Records"]:
            if _attempt(once, partial(_follow, once, record)):
                # A stream is ordered: everything from the first failure on comes again.
                return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}
        return {"batchItemFailures": []}

    return handle


def scheduled(build: Callable[[Aws], Callable[[], Mapping[str, int]]]) -> Handler:
    """Handles a schedule's tick. What `build` returns is called and answers counts, which become metrics."""
    once = Once(build)

    def handle(_invocation: Invocation, _context: Any) -> Mapping[str, int]:
        counts = once.get()()
        for name, value in counts.items():
            once.count(name, value)
        once.flush()
        return counts

    return handle


def endpoint(build: Callable[[Aws], Callable[[Invocation, Any], dict[str, Any]]]) -> Handler:
    """Handles HTTP API requests: `build` returns a Powertools resolver, or anything called like one."""
    once = Once(build)

    def handle(invocation: Invocation, context: Any) -> dict[str, Any]:
        return once.get()(invocation, context)

    return handle


def _queue_handler(build: Callable[[Aws], Callable[[Any], None]], read: Callable[[str], Any]) -> Handler:
    once = Once(build)

    def handle(invocation: Invocation, _context: Any) -> dict[str, Any]:
        failures = [
            {"itemIdentifier": record["messageId"]}
            for record in invocation["Records"]
            if _handle_message(once, read, record)
        ]
        once.flush()
        return {"batchItemFailures": failures}

    return handle


def _handle_message(once: Once[Callable[[Any], None]], read: Callable[[str], Any], record: Mapping[str, Any]) -> bool:
    """Handles one message; True when the queue must give it again."""
    error = _attempt(once, partial(_deliver, once, read, record))
    if error is None:
        return False
    last = int(record["attributes"]["ApproximateReceiveCount"]) >= int(once.aws.setting("VIGIE_MAX_RECEIVES"))
    if isinstance(error, Reject) or last:
        _bury(once.aws, record, error)
        once.count("MessageBuried")
        return False
    return True


def _deliver(once: Once[Callable[[Any], None]], read: Callable[[str], Any], record: Mapping[str, Any]) -> None:
    handle = once.get()
    try:
        message = read(record["body"])
    except json.JSONDecodeError:
        raise Unreadable("Message qui n’est pas du JSON.", code="json") from None
    if isinstance(message, Recorded):
        once.logger.append_keys(
            event_id=message.metadata.id,
            territory_id=message.metadata.territory_id,
            correlation_id=message.metadata.correlation_id,
        )
    handle(message)


def _follow(once: Once[Callable[[Item], None]], record: Mapping[str, Any]) -> None:
    image = record["dynamodb"].get("NewImage")
    if image is not None:
        once.get()(load_image(image))


def _attempt(once: Once[Any], call: Callable[[], None]) -> Exception | None:
    """Runs one unit of work; returns the error that stopped it, logged with ids only."""
    try:
        call()
    except VigieError as error:
        outcome = "retry" if isinstance(error, Retry) else "reject"
        once.logger.warning("message_refused", outcome=outcome, code=error.code)
        return error
    except Exception as error:  # noqa: BLE001 - the edge of the process: one bad message must not fail its neighbours
        # The traceback, not the message: an exception's text may quote the data.
        once.logger.error("message_failed", error=type(error).__name__, at=_place(error))  # noqa: TRY400 - see above
        once.count("MessageFailed")
        return error
    finally:
        once.logger.remove_keys(["event_id", "territory_id", "correlation_id"])
    return None


def _place(error: Exception) -> str:
    """The innermost `file:line` of ours or another's where it happened."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"


def _bury(aws: Aws, record: Mapping[str, Any], error: Exception) -> None:
    """Sends a message to the dead-letter queue with the reason, ready to be replayed as it was."""
    reason = error.message if isinstance(error, VigieError) else f"{type(error).__name__} à {_place(error)}"
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
