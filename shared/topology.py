"""The words in which a service says what it runs: fifteen of them, all plain data.

A `service.py` holds one `SERVICE = Service(…)`. Everything else is derived from it: stacks, queues, permissions,
environment, alarms, the flow map, the local system. Nothing here imports more than the standard library.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from shared.resources import Bucket, Index, Publishable, Queue, Secret, Table, environment_name

__all__ = [
    "MAIL",
    "SMS",
    "Bucket",
    "Channel",
    "Drains",
    "Every",
    "Follows",
    "Function",
    "Hears",
    "Image",
    "Index",
    "On",
    "Publishable",
    "Published",
    "Queue",
    "Secret",
    "Serves",
    "Service",
    "Table",
    "Trigger",
    "environment_name",
    "physical_name",
]

Published = type[Publishable]


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
    """Runs for batches of a queue, at most `most` of them at a time (0: as many as there are)."""

    queue: Queue
    batch: int = 10
    most: int = 0


@dataclass(frozen=True)
class Image:
    """Items as a follower is given them once they are written: of a kind, and in one of these states unless any will do."""

    kind: str
    states: tuple[str, ...] = ()


@dataclass(frozen=True)
class Follows:
    """Runs for batches of a table's stream; what cannot be handled goes to an on-failure queue within 20 hours.

    It is given these images alone, all of them where none is named: nobody pays for an invocation that has nothing to do.
    """

    table: Table
    images: tuple[Image, ...] = ()

    def __init__(self, table: Table, *images: Image) -> None:
        object.__setattr__(self, "table", table)
        object.__setattr__(self, "images", images)


@dataclass(frozen=True)
class Serves:
    """Answers HTTP requests under these path prefixes. `bearer` puts the JWT authorizer in front.

    `/` is the front page, and whatever no other prefix of the site holds.
    """

    prefixes: tuple[str, ...]
    bearer: bool = False

    def __init__(self, *prefixes: str, bearer: bool = False) -> None:
        object.__setattr__(self, "prefixes", prefixes)
        object.__setattr__(self, "bearer", bearer)


@dataclass(frozen=True)
class Every:
    """Runs on a schedule: an EventBridge Scheduler expression, in Paris time.

    An alarm rings when the metric `heartbeat`, if there is one, has not been counted for a quarter of an hour: the function may
    run and yet not do its work. Another one rings when one of the `worries` counts anything.
    """

    expression: str
    heartbeat: str = ""
    worries: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hears:
    """Runs for what the providers of e-mail and texts say of each message: their topic → a queue of its own → the function."""


Trigger = On | Drains | Follows | Serves | Every | Hears


@dataclass(frozen=True)
class Function:
    """One Lambda function: `services/<service>/handlers/<name>.py`, attribute `handler`.

    What stands here is all that it may touch. `reads` gives GetItem and Query, `loads` BatchGetItem, `writes` PutItem,
    UpdateItem, DeleteItem and ConditionCheckItem, `fills` BatchWriteItem, `gets`/`puts`/`deletes` an object, also by an
    address signed for a browser, `sends` SendMessage, `publishes` PutEvents of those detail-types.
    """

    name: str
    trigger: Trigger
    reads: tuple[Table, ...] = ()
    writes: tuple[Table, ...] = ()
    loads: tuple[Table, ...] = ()
    fills: tuple[Table, ...] = ()
    gets: tuple[Bucket, ...] = ()
    puts: tuple[Bucket, ...] = ()
    deletes: tuple[Bucket, ...] = ()
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
