"""The words that a running function also says: what it reads, writes and publishes.

They stand apart from the rest of `shared.topology`, which a handler does without: each class costs a cold start 3 M
instructions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


class Publishable:
    """What an event class says of itself: who publishes it, under which name."""

    source: ClassVar[str]
    detail_type: ClassVar[str]


@dataclass(frozen=True)
class Index:
    """A global secondary index: `<name>_pk`, `<name>_sk` (strings, territory first), sparse.

    All attributes are projected, or the keys alone: it then costs nothing when the rest of an item changes, and what it
    finds is read from the table.
    """

    name: str
    keys_only: bool = False


@dataclass(frozen=True)
class Table:
    """A DynamoDB table: keys `pk`, `sk` (strings, territory first), TTL on `expires_at` (epoch seconds), on-demand."""

    name: str
    indexes: tuple[Index, ...] = ()
    service: str = ""
    """Set only where a service names a table that another one owns."""
    keys: tuple[str, ...] = ("T#",)
    """What its partition keys begin with, in its indexes too: a role reads and writes no other."""


@dataclass(frozen=True)
class Queue:
    """An SQS queue and its dead-letter queue (`<name>-dead`, kept 14 days).

    `visibility_s` is at least six times the draining function's time-out; `max_receives` counts tries.
    """

    name: str
    visibility_s: int = 180
    max_receives: int = 5


@dataclass(frozen=True)
class Bucket:
    """A private, versioned, encrypted S3 bucket. `keep_days` = 0 keeps for ever.

    What is deleted or replaced can be brought back for `recover_days`, then is gone; 0 keeps every version.
    """

    name: str
    keep_days: int = 0
    recover_days: int = 0
    service: str = ""


@dataclass(frozen=True)
class Secret:
    """A 64-character random secret in Secrets Manager, made at deployment, read at first use."""

    name: str
    service: str = ""


def environment_name(kind: str, name: str) -> str:
    """The environment variable that holds a resource's name: `VIGIE_TABLE_ADDRESS_BOOK`."""
    return f"VIGIE_{kind}_{name.upper().replace('-', '_')}"
