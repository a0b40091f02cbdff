"""The whole system on localhost, as an object: for the tests, and for `python -m infra.local`."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import boto3
from botocore.config import Config
from moto.sqs.models import sqs_backends

from infra.local import cures, queues
from infra.local.advancing import advance
from infra.local.arns import ACCOUNT, REGION, arn
from infra.local.authorizing import JwtCheck
from infra.local.children import Functions, Nursery, Outcome
from infra.local.clock import Clock
from infra.local.cloud import Cloud
from infra.local.conducting import Conductor, Pump
from infra.local.deployer import deploy
from infra.local.durability import Store
from infra.local.front import Front
from infra.local.grants import unmet
from infra.local.issuer import Issuer
from infra.local.issuing import DemoUser, IssuerPages, demo_users
from infra.local.journal import TableJournal
from infra.local.ledger import CONSOLE_KEY, NO_SIGNATURE, CallLedger
from infra.local.local_site import LocalSite
from infra.local.locking import World
from infra.local.messages import MessageJournal
from infra.local.objects import BucketJournal
from infra.local.outbox import Outbox, Sent
from infra.local.queue_pump import QueuePump
from infra.local.receipts import Receipts
from infra.local.receiving import Receiver
from infra.local.schedule_pump import SchedulePump
from infra.local.secrets import SecretJournal
from infra.local.sending import Sending
from infra.local.server import Endpoint, Listener, Watcher
from infra.local.stream_pump import StreamPump
from infra.local.streams import Streams
from infra.local.sweeping import ExpiryPump
from infra.local.templates import read_assembly
from infra.local.uploads import Uploads
from infra.stages import LOCAL

SETTLE_S = 60.0
ENDPOINT_FILE = "endpoint.json"
"""In the state folder while the system runs: where other processes find it."""
_ONE = threading.Lock()


class AlreadyRunning(Exception):
    """Another local system is open in this process."""


class LocalSystem:
    """Deploys an assembly and runs it; one at a time in a process. Ports 0 take any free one.

    A nursery that is given stays open for the next system, with what it has loaded.
    """

    def __init__(
        self, assembly: Path, state: Path, site_port: int = 0, aws_port: int = 0, *, nursery: Nursery | None = None
    ) -> None:
        with ExitStack() as parts:
            self.folder = state
            self._open(parts, nursery)
            self._endpoint = Endpoint(self._cloud)
            self._aws = Listener(self._endpoint, aws_port)
            self._site = Listener(self._serve, site_port)
            self._cloud.aws_endpoint = self.aws_endpoint = f"http://127.0.0.1:{self._aws.port}"
            self._cloud.site_url = self.url = f"http://localhost:{self._site.port}"
            issuer_url = LOCAL.issuer.replace(LOCAL.public_url, self.url)
            self.issuer = Issuer(self._store, self.clock, issuer_url, LOCAL.audience)
            deploy(self._cloud, read_assembly(assembly, {LOCAL.public_url: self.url}))
            self._front = self._made_front()
            self._answer_ourselves()
            self._conductor = Conductor(self._cloud.world, self.clock, self._pumps())
            self._start(parts)
            self._parts = parts.pop_all()

    def _open(self, parts: ExitStack, nursery: Nursery | None) -> None:
        """What everything else stands on; each part is closed again should a later one fail."""
        if not _ONE.acquire(blocking=False):
            raise AlreadyRunning("one local system at a time in a process: moto's state is the process's")
        parts.callback(_ONE.release)
        cures.cure()
        cures.forget_everything()
        self._store = Store(self.folder)
        parts.callback(self._store.close)
        if nursery is None:
            nursery = Nursery()
            parts.callback(nursery.close)
        self.clock = Clock(self._store)
        parts.callback(self.clock.close)
        self._outbox = Outbox(self._store, self.clock)
        self.receiver = Receiver(self._store, self._outbox)
        self._cloud = _cloud(self._store, self.clock, nursery, self.folder)
        parts.callback(self._cloud.functions.close)
        self.receipts = Receipts(self._cloud.topics, self._store, self.clock)
        self._advancing, self._closing = threading.Lock(), threading.Event()

    def _made_front(self) -> Front:
        pages = IssuerPages(self.issuer, self._store)
        site = LocalSite(self.clock, self.advance, self._outbox, self.receiver, pages, receipts=self.receipts)
        check = JwtCheck(lambda: self.issuer.public_key)
        return Front(self._cloud.world, self._cloud.api, self._cloud.functions, check, site)

    def _answer_ourselves(self) -> None:
        sending = Sending(self._cloud.senders, self._deliver)
        self._endpoint.own.update(
            {
                ("events", "PutEvents"): self._cloud.router.put_events,
                ("s3", "PostObject"): Uploads(self.clock, self._cloud.buckets).accept,
                ("ses", "SendEmail"): sending.send_email,
                ("sms-voice", "SendTextMessage"): sending.send_text_message,
            }
        )

    def _deliver(self, kind: str, body: dict[str, Any]) -> None:
        self._outbox.deliver(kind, body)
        self.receipts.say(kind, body)

    def _start(self, parts: ExitStack) -> None:
        file = self.folder / ENDPOINT_FILE
        parts.callback(file.unlink, missing_ok=True)
        served = sorted(self._front.functions_served())
        warming = threading.Thread(target=self._warm, args=(served,), name="warming", daemon=True)
        warming.start()
        parts.callback(warming.join)
        parts.callback(self._closing.set)
        for part in (self._aws, self._conductor, self._site):
            part.start()
            parts.callback(part.close)
        file.write_text(json.dumps({"aws_endpoint": self.aws_endpoint, "site": self.url}))

    def _pumps(self) -> list[Pump]:
        cloud = self._cloud
        pumps: list[Pump] = [QueuePump(m, cloud.world, cloud.functions) for m in cloud.queue_mappings]
        for mapping in cloud.stream_mappings:
            source = cloud.streams.read(mapping.stream)
            pumps.append(StreamPump(mapping, cloud.world, cloud.functions, self.clock, source))
        return [*pumps, cloud.schedules, ExpiryPump(cloud.world, self.clock, cloud.tables)]

    def _serve(self, environ: dict[str, Any], start_response: Any) -> Any:
        return self._front(environ, start_response)

    def _warm(self, functions: list[str]) -> None:
        for name in functions:
            if not self._closing.is_set():
                self._cloud.functions.warm(name)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stops everything; what is kept is already on disk."""
        self._parts.close()

    @property
    def loopback_url(self) -> str:
        """The site's address by number, for callers that take no name."""
        return self.url.replace("localhost", "127.0.0.1")

    def demo_users(self) -> list[DemoUser]:
        """Everybody who can sign in."""
        return demo_users(self._store)

    def fact(self, name: str) -> Any:
        """What `keep_fact` kept, or None."""
        return self._store.fact("setting", name)

    def keep_fact(self, name: str, value: Any) -> None:
        """Keeps a JSON value over restarts."""
        self._store.save_fact("setting", name, value)

    def client(self, service: Any) -> Any:
        """A boto3 client of the local AWS."""
        return boto3.client(
            service,
            endpoint_url=self.aws_endpoint,
            region_name=REGION,
            aws_access_key_id=CONSOLE_KEY,
            aws_secret_access_key=NO_SIGNATURE,
            config=Config(account_id_endpoint_mode="disabled", retries={"total_max_attempts": 1}),
        )

    def environment(self) -> dict[str, str]:
        """What another process needs in its environment to use the local AWS."""
        return {
            "AWS_ENDPOINT_URL": self.aws_endpoint,
            "AWS_ACCESS_KEY_ID": CONSOLE_KEY,
            "AWS_SECRET_ACCESS_KEY": NO_SIGNATURE,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
        }

    def now(self) -> datetime:
        """The virtual instant, in UTC."""
        return self.clock.now()

    def settle(self, seconds: float = SETTLE_S) -> None:
        """Returns when nothing is in flight; raises NotSettled after `seconds` of the machine's time."""
        self._conductor.settle(seconds)

    def advance(self, delta: timedelta) -> None:
        """Moves the clock forward, everything due on the way done in order; see `advancing.advance`."""
        with self._advancing:
            advance(self.clock, self._conductor, self._cloud.schedules, delta, self._settle_afresh)

    def _settle_afresh(self) -> None:
        with self._cloud.world.changing():
            pass  # the clock has moved: everyone who waits looks again
        self.settle()

    def outbox(self, kind: str = "", to: str = "") -> list[Sent]:
        """What left the system, oldest first."""
        return self._outbox.sent(kind, to)

    def dead_letters(self) -> dict[str, list[dict[str, Any]]]:
        """The messages of each dead-letter queue that has any: body, attributes, receives."""
        with self._cloud.world.lock:
            names = [name for name in sqs_backends[ACCOUNT][REGION].queues if name.endswith("-dead")]
            found = {name: queues.contents(arn("sqs", name)) for name in names}
        return {name: messages for name, messages in found.items() if messages}

    def errors(self) -> list[tuple[str, str]]:
        """(function, error) of each failed invocation, oldest first."""
        return list(self._cloud.functions.errors)

    def calls(self) -> dict[str, set[str]]:
        """The IAM actions each function has needed so far."""
        return self._cloud.ledger.calls()

    def grants(self) -> dict[str, set[str]]:
        """The IAM actions each function's role allows."""
        return {name: self._cloud.grants.actions(name) for name in self._cloud.functions.specs}

    def denied(self) -> list[str]:
        """`function: action` for each call made so far that AWS would have denied."""
        return unmet(self.calls(), self._cloud.grants)

    def functions(self) -> list[str]:
        """The names of the deployed functions."""
        return sorted(self._cloud.functions.specs)

    def invoke(self, function: str, event: Any) -> Outcome:
        """Runs a function now, whatever its trigger."""
        with self._cloud.world.invocation():
            return self._cloud.functions.invoke(function, json.loads(json.dumps(event)))

    def watch(self, calls: Watcher, invocations: Callable[[str, Any], None]) -> None:
        """From now on both are told of each call to AWS, and of each invocation (function, event); for measures."""
        self._endpoint.watchers.append(calls)
        self._cloud.functions.watchers.append(invocations)

    @contextmanager
    def outage(self, service: str, action: str) -> Iterator[None]:
        """Meanwhile every such call answers 503; `service` is the signing name (`events`, `dynamodb`, `ses`…)."""
        self._endpoint.refusing.add((service, action))
        try:
            yield
        finally:
            self._endpoint.refusing.discard((service, action))


def _cloud(store: Store, clock: Clock, nursery: Nursery, folder: Path) -> Cloud:
    world, streams = World(), Streams()
    functions = Functions(world, clock, nursery, folder)
    return Cloud(
        world=world,
        clock=clock,
        tables=TableJournal(store, streams),
        streams=streams,
        buckets=BucketJournal(store),
        secrets=SecretJournal(store),
        messages=MessageJournal(store),
        functions=functions,
        schedules=SchedulePump(world, functions, clock),
        ledger=CallLedger(),
    )
