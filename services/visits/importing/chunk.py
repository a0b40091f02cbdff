"""A chunk: up to two thousand rows of a file that are sound, as they wait in the bucket to be compared and written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from services.visits.importing.layouts import Kind
from services.visits.importing.reading import Values

ROWS = 2000


class Chunk(NamedTuple):
    """Rows of values, each after its line; `fields` names the values."""

    kind: Kind
    sha256: str
    """Of the whole file."""
    fields: tuple[str, ...]
    rows: list[Values]

    def records(self) -> Iterator[dict[str, Any]]:
        """Each row by field, without what it leaves empty; its line as `line`."""
        names = ("line", *self.fields)
        for row in self.rows:
            yield {name: value for name, value in zip(names, row, strict=True) if value is not None}


def to_bytes(chunk: Chunk) -> bytes:
    """A chunk as it is kept."""
    return json.dumps(chunk._asdict(), ensure_ascii=False, separators=(",", ":")).encode()


def from_bytes(content: bytes) -> Chunk:
    """The inverse of `to_bytes`."""
    kept = json.loads(content)
    return Chunk(kept["kind"], kept["sha256"], tuple(kept["fields"]), kept["rows"])


def batches(rows: Iterable[Values], size: int = ROWS) -> Iterator[list[Values]]:
    """Rows by `size`, the last batch shorter."""
    waiting = iter(rows)
    while batch := list(islice(waiting, size)):
        yield batch
