"""The words in which a service says what it runs: thirteen of them, all plain data.

A `service.py` holds one `SERVICE = Service(…)`. Everything else is derived from it: stacks, queues, permissions,
environment, alarms, the flow map, the local system. Nothing here imports more than the standard library, so that a
handler can read its own declaration for the price of a few dataclasses.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar


class Publishable:
    """What an event class says of itself: who publishes it, under which name."""

    source: ClassVar[str]
    detail_type: ClassVar[str]


Published = type[Publishable]


@dataclass(frozen=True)
class Index:
    """A global secondary index: `<name>_pk`, `<name>_sk` (strings, territory first), sparse, all attributes projected."""

    name: str


@dataclass(frozen=True)
class Table:
    """A DynamoDB table: keys `pk`, `sk` (strings, territory first), TTL on `expires_at` (epoch seconds), on-demand."""

    name: str
    indexes: tuple[Index, ...] = ()
    service: str = ""
    """Set only where a service names a table that another one owns."""


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
    """A private, versioned, encrypted S3 bucket. `keep_days` = 0 keeps for ever."""

    name: str
    keep_days: int = 0
    service: str = ""


@dataclass(frozen=True)
class Secret:
    """A 64-character random secret in Secrets Manager, made at deployment, read at first use."""

    name: str
    service: str = ""


@dataclass(frozen=True)
class Channel:
    """A way out to people: use `MAIL` or `SMS`."""

    name: str


MAIL = Channel("mail")
SMS = Channel("sms")


@dataclass(frozen=True)
class On:
    """Runs for each of these events: bus → rule → a queue of its own (+ dead-letter queue) → the function."""

    events: tuple[Published, ...]
    max_receives: int = 5

    def __init__(self, *events: Published, max_receives: int = 5) -> None:
        object.__setattr__(self, "events", events)
        object.__setattr__(self, "max_receives", max_receives)


@dataclass(frozen=True)
class Drains:
    """Runs for batches of a queue."""

    queue: Queue
    batch: int = 10


@dataclass(frozen=True)
class Follows:
    """Runs for batches of a table's stream; what cannot be handled goes to an on-failure queue within 20 hours."""

    table: Table


@dataclass(frozen=True)
class Serves:
    """Answers HTTP requests under these path prefixes. `bearer` puts the JWT authorizer in front."""

    prefixes: tuple[str, ...]
    bearer: bool = False

    def __init__(self, *prefixes: str, bearer: bool = False) -> None:
        object.__setattr__(self, "prefixes", prefixes)
        object.__setattr__(self, "bearer", bearer)


@dataclass(frozen=True)
class Every:
    """Runs on a schedule: an EventBridge Scheduler expression, in Paris time."""

    expression: str


Trigger = On | Drains | Follows | Serves | Every


@dataclass(frozen=True)
class Function:
    """One Lambda function: `services/<service>/handlers/<name>.py`, attribute `handler`.

    What stands here is all that it may touch. `reads` gives GetItem and Query, `writes` PutItem, UpdateItem, DeleteItem
    and ConditionCheckItem, `gets`/`puts` an object, `sends` SendMessage, `publishes` PutEvents of those detail-types.
    """

    name: str
    trigger: Trigger
    reads: tuple[Table, ...] = ()
    writes: tuple[Table, ...] = ()
    gets: tuple[Bucket, ...] = ()
    puts: tuple[Bucket, ...] = ()
    sends: tuple[Queue, ...] = ()
    publishes: tuple[Published, ...] = ()
    secrets: tuple[Secret, ...] = ()
    channels: tuple[Channel, ...] = ()
    encrypts: bool = False
    """May encrypt with the environment's data key, a territory at a time (encryption context)."""
    decrypts: bool = False
    memory_mb: int = 512
    timeout_s: int = 20


@dataclass(frozen=True)
class Service:
    """What one folder of `services/` runs and owns."""

    name: str
    functions: tuple[Function, ...]
    tables: tuple[Table, ...] = ()
    queues: tuple[Queue, ...] = ()
    buckets: tuple[Bucket, ...] = ()
    secrets: tuple[Secret, ...] = ()
    title: str = field(default="", compare=False)


def physical_name(prefix: str, service: str, name: str) -> str:
    """The name of a table, queue or function in an environment: `vigie-prod-alerts-ledger`."""
    return f"{prefix}-{service}-{name.replace('_', '-')}"


def environment_name(kind: str, name: str) -> str:
    """The environment variable that holds a resource's name: `VIGIE_TABLE_ADDRESS_BOOK`."""
    return f"VIGIE_{kind}_{name.upper().replace('-', '_')}"
