"""What happened in a run, as the world outside saw it: plain data, for a checker that knows nothing of the code."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

Item = dict[str, Any]


NEVER = datetime.max.replace(tzinfo=UTC)


class Accepted(NamedTuple):
    """A provider or a partner took a message: it will be read, whatever the sender knows of it."""

    at: int
    channel: str
    delivery_id: str
    to: str


class Answered(NamedTuple):
    """A person's request and what came of it: a state, or the name of a refusal; empty while nobody answered."""

    at: int
    key: str
    kind: str
    answer: str
    tries: int


class Image(NamedTuple):
    """An alert as the table had it at an instant."""

    at: int
    alert_id: str
    version: int
    state: str


class Buried(NamedTuple):
    """A message in a dead-letter queue."""

    queue: str
    body: str
    attributes: dict[str, str]


@dataclass
class History:
    """Everything outside the functions, in the order in which it happened."""

    accepted: list[Accepted] = field(default_factory=list)
    answered: list[Answered] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    written: dict[str, int] = field(default_factory=dict)
    """Ids of the events that entered the outbox, and when."""
    published: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Ids of the events that the bus took, and when, each time."""
    names: dict[str, str] = field(default_factory=dict)
    """The id under which a delivery is known outside, by its partition and sort key."""
    counts: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    """What the functions counted as metrics."""
    defects: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    """Faults of ours: errors that nobody raises on purpose, by class and place."""
    missteps: list[str] = field(default_factory=list)
    """Writes that no step may bring about."""
    buried: list[Buried] = field(default_factory=list)
    ended: datetime = NEVER
