"""DynamoDB streams: each change of a table with a stream becomes a record, once for every reader, in order."""

from __future__ import annotations

import uuid
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from infra.local.arns import REGION, arn, last_part

Attributes = dict[str, Any]
_FIRST_SEQUENCE = 1100000000017454423009


@dataclass
class _Stream:
    arn: str
    view: str
    next_sequence: int = _FIRST_SEQUENCE
    readers: list[deque[dict[str, Any]]] = field(default_factory=list)


class Streams:
    """The streams of all tables. Call with the world's lock held."""

    def __init__(self) -> None:
        self._streams: dict[str, _Stream] = {}

    def open(self, table: str, view: str) -> str:
        """Gives a table a stream and returns its ARN; `view` is DynamoDB's StreamViewType."""
        stream_arn = arn("dynamodb", f"table/{table}/stream/2024-01-01T00:00:00.000")
        self._streams[table] = _Stream(stream_arn, view)
        return stream_arn

    def read(self, stream_arn: str) -> deque[dict[str, Any]]:
        """A new reader: what it pops from the left is gone for it alone."""
        stream = next(stream for stream in self._streams.values() if stream.arn == stream_arn)
        stream.readers.append(deque())
        return stream.readers[-1]

    def append(self, table: str, key: Attributes, old: Attributes | None, new: Attributes | None) -> None:
        """Hands a change to each reader of the table's stream."""
        stream = self._streams.get(last_part(table))
        if stream is None:
            return
        record = _record(stream, key, old, new)
        stream.next_sequence += 1
        for reader in stream.readers:
            reader.append(record)


def _record(stream: _Stream, key: Attributes, old: Attributes | None, new: Attributes | None) -> dict[str, Any]:
    images: Attributes = {}
    if new is not None and stream.view in ("NEW_IMAGE", "NEW_AND_OLD_IMAGES"):
        images["NewImage"] = new
    if old is not None and stream.view in ("OLD_IMAGE", "NEW_AND_OLD_IMAGES"):
        images["OldImage"] = old
    return {
        "eventID": uuid.uuid4().hex,
        "eventName": "INSERT" if old is None else "REMOVE" if new is None else "MODIFY",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": REGION,
        "dynamodb": {
            "ApproximateCreationDateTime": int(datetime.now(UTC).timestamp()),
            "Keys": key,
            **images,
            "SequenceNumber": str(stream.next_sequence),
            "SizeBytes": len(str(key)) + len(str(images)),
            "StreamViewType": stream.view,
        },
        "eventSourceARN": stream.arn,
    }
