"""What every invocation shares: what was built once, and one attempt at one unit of work."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from shared.aws import Aws, NotConfigured, from_environment
from shared.errors import Retry, VigieError

Invocation = dict[str, Any]
Handler = Callable[[Invocation, Any], Any]
A = TypeVar("A")
B = TypeVar("B")
LOGGED_IDS = ("event_id", "territory_id", "correlation_id", "alert_id")


class Once(Generic[B]):
    """What `build` makes, made once."""

    def __init__(self, build: Callable[[Aws], B]) -> None:
        self._build = build
        self._built: B | None = None
        self._counted = False
        self.logger = Logger(service=os.environ.get("POWERTOOLS_SERVICE_NAME", "vigie"))
        self.metrics = Metrics(namespace="Vigie", service=self.logger.service)
        # Stages may share an account: the heartbeat of one must not hide the silence of another.
        self.metrics.set_default_dimensions(stage=os.environ.get("VIGIE_STAGE", "local"))
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


class Defect(Exception):
    """A fault of ours, told by its class and its place."""


def discreetly(once: Once[Callable[..., A]], *given: Any) -> A:
    """Runs a whole invocation; raises Defect in the place of an error whose text, which Lambda logs, may quote the data."""
    try:
        return once.get()(*given)
    except (VigieError, NotConfigured):
        raise
    except Exception as error:  # noqa: BLE001 - the edge of the process: only the class and the place may leave
        raise Defect(f"{type(error).__name__} à {place(error)}") from None


def attempt(once: Once[Any], call: Callable[[], None]) -> Exception | None:
    """Runs one unit of work; returns the error that stopped it, logged with ids only."""
    try:
        call()
    except VigieError as error:
        outcome = "retry" if isinstance(error, Retry) else "reject"
        once.logger.warning("message_refused", outcome=outcome, code=error.code)
        return error
    except Exception as error:  # noqa: BLE001 - the edge of the process: one bad message must not fail its neighbours
        # The traceback, not the message: an exception's text may quote the data.
        once.logger.error("message_failed", error=type(error).__name__, at=place(error))  # noqa: TRY400 - see above
        once.count("MessageFailed")
        return error
    finally:
        once.logger.remove_keys(list(LOGGED_IDS))
    return None


def place(error: Exception) -> str:
    """The innermost `file:line` of ours or another's where it happened."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
