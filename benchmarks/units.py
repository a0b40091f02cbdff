"""What DynamoDB bills, by the sizes of items: read and write units, those of indexes apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

WRITE_BYTES, READ_BYTES = 1024, 4096


@dataclass
class Bill:
    """Units so far. `reads` counts halves: an index is read at half price."""

    reads: float = 0
    writes: int = 0
    index_writes: int = 0

    def reset(self) -> None:
        """Begins again at nothing."""
        self.reads, self.writes, self.index_writes = 0, 0, 0


@dataclass(frozen=True)
class Held:
    """An item as an index or a table holds it, or held it: its size, and its key there; None when it is not there."""

    place: tuple[str, ...] | None
    bytes: int


def write_units(before_bytes: int, after_bytes: int) -> int:
    """Of one write to a table: the larger of before and after, in kilobytes begun."""
    return chunks(max(before_bytes, after_bytes), WRITE_BYTES)


def index_units(before: Held, after: Held, *, changed: bool) -> int:
    """A new place in an index is a removal and an addition; the same place costs one write when the item changed."""
    if before.place == after.place:
        return write_units(before.bytes, after.bytes) if before.place and changed else 0
    return sum(chunks(held.bytes, WRITE_BYTES) for held in (before, after) if held.place)


def read_units(size: int, *, consistent: bool) -> float:
    """Of one reading, whatever it found, even nothing: 4 kB begun, half of it where it may lag."""
    units = chunks(size, READ_BYTES)
    return units if consistent else units / 2


def chunks(size: int, of: int) -> int:
    """How many parts are begun, one at least."""
    return max(1, -(-size // of))


def item_bytes(item: Mapping[str, Any]) -> int:
    """As DynamoDB counts: names and texts in UTF-8, numbers by two digits a byte, three bytes for a list or a map."""
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def _value_bytes(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "S" | "B":
            return len(str(content).encode())
        case "N":
            return (len(str(content).strip("-.")) + 1) // 2 + 1
        case "M":
            return 3 + len(content) + item_bytes(content)
        case "L":
            return 3 + len(content) + sum(map(_value_bytes, content))
        case "SS" | "NS" | "BS":
            return sum(len(str(part).encode()) for part in content)
    return 1
