"""Functions that follow a table's stream."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from itertools import islice
from typing import Any

from shared.aws import Aws, from_attributes
from shared.runtime.invocation import Handler, Invocation, Once, attempt
from shared.tables import Item


def follower(build: Callable[[Aws], Callable[[Item], None]]) -> Handler:
    """Handles the new image of each item that appears or changes in a table, in the order of the stream."""
    once = Once(build)

    def handle(invocation: Invocation, _context: Any) -> dict[str, Any]:
        failed = (record for record in invocation["Records"] if attempt(once, partial(_follow, once, record)))
        # A stream is ordered: everything from the first failure on comes again.
        failures = [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]} for record in islice(failed, 1)]
        once.flush()
        return {"batchItemFailures": failures}

    return handle


def _follow(once: Once[Callable[[Item], None]], record: Mapping[str, Any]) -> None:
    image = record["dynamodb"].get("NewImage")
    if image is not None:
        once.get()(from_attributes(image))
