"""Everything that a deployed template turns into, in one place for the providers to build on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra.local.children import Functions
from infra.local.clock import Clock
from infra.local.grants import Grants
from infra.local.journal import TableJournal
from infra.local.ledger import CallLedger
from infra.local.locking import World
from infra.local.messages import MessageJournal
from infra.local.objects import BucketJournal
from infra.local.queue_pump import QueueMapping
from infra.local.receipts import Topics
from infra.local.router import Router
from infra.local.schedule_pump import SchedulePump
from infra.local.secrets import SecretJournal
from infra.local.sending import Senders
from infra.local.stream_pump import StreamMapping
from infra.local.streams import Streams


@dataclass(frozen=True)
class Route:
    """One route of the HTTP API."""

    key: str
    integration: str
    authorizer: str = ""


@dataclass(frozen=True)
class Authorizer:
    """A JWT authorizer: whose tokens, for whom."""

    issuer: str
    audience: tuple[str, ...]


@dataclass
class Api:
    """The HTTP API as deployed."""

    routes: list[Route] = field(default_factory=list)
    integrations: dict[str, str] = field(default_factory=dict)
    """Integration id → function name."""
    authorizers: dict[str, Authorizer] = field(default_factory=dict)


@dataclass
class Cloud:
    """The parts of the local AWS that templates act on."""

    world: World
    clock: Clock
    tables: TableJournal
    streams: Streams
    buckets: BucketJournal
    secrets: SecretJournal
    messages: MessageJournal
    functions: Functions
    schedules: SchedulePump
    ledger: CallLedger
    aws_endpoint: str = ""
    site_url: str = ""
    router: Router = field(default_factory=Router)
    senders: Senders = field(default_factory=Senders)
    topics: Topics = field(default_factory=Topics)
    grants: Grants = field(default_factory=Grants)
    api: Api = field(default_factory=Api)
    queue_mappings: list[QueueMapping] = field(default_factory=list)
    stream_mappings: list[StreamMapping] = field(default_factory=list)
    parameters: dict[str, str] = field(default_factory=dict)
    """SSM parameters by name."""
    recorded: list[tuple[str, str]] = field(default_factory=list)
    """(type, name) of what was deployed without any effect here."""


@dataclass(frozen=True)
class Resource:
    """One resource of a template, its properties resolved."""

    stack: str
    logical_id: str
    kind: str
    properties: Mapping[str, Any]
    assets: Mapping[str, Path]

    def get(self, name: str, default: Any = None) -> Any:
        """A property, or the default."""
        return self.properties.get(name, default)

    def name(self, given_by: str) -> str:
        """The explicit physical name, or one made of the stack and the logical id."""
        return str(self.properties.get(given_by) or f"{self.stack}-{self.logical_id}")
