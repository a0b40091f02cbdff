"""Vigie on MiniStack, as an object with what the tests ask of the local system."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from infra.local.arns import REGION
from infra.local.clock import Clock
from infra.local.durability import Store
from infra.local.issuer import Issuer
from infra.local.issuing import IssuerPages
from infra.local.local_site import LocalSite
from infra.local.outbox import Outbox, Sent
from infra.local.receipts import Receipts, Topics
from infra.local.receiving import Receiver
from infra.local.sending import Senders, Sending
from infra.local.server import Listener
from infra.local.templates import Stack, read_assembly
from infra.parity.deploying import deploy
from infra.parity.differences import known_differences
from infra.parity.emulator import KEY, Emulator, client
from infra.parity.gate import Endpoint, Site
from infra.parity.settling import Settling
from infra.parity.ticking import Schedules, grain
from infra.stages import LOCAL

_SETTLE_S = 120.0


class _Kept(Store):
    """The clock's offset, the issuer's key and the outbox are ours; items are read where they are."""

    emulator: Emulator

    def items(self, table: str) -> Iterator[dict[str, Any]]:
        yield from self.emulator.items(table)


class ParitySystem:
    """Starts MiniStack, deploys the assembly of the local stage to it, and answers for the site."""

    def __init__(self, assembly: Path, folder: Path) -> None:
        self.folder = folder
        self._store = _Kept(folder)
        self.clock = Clock(self._store)
        self._outbox = Outbox(self._store, self.clock)
        self.receiver = Receiver(self._store, self._outbox)
        self._endpoint = Endpoint(Sending(_senders(), self._outbox.deliver))
        self._aws = Listener(self._endpoint, 0)
        self.aws_endpoint = f"http://127.0.0.1:{self._aws.port}"
        self._front = Listener(self._serve, 0)
        self.url = f"http://localhost:{self._front.port}"
        self.issuer = Issuer(self._store, self.clock, LOCAL.issuer.replace(LOCAL.public_url, self.url), LOCAL.audience)
        pages = IssuerPages(self.issuer, self._store)
        silent = Receipts(Topics(), self._store, self.clock)
        self._site = Site(LocalSite(self.clock, self.advance, self._outbox, self.receiver, pages, receipts=silent))
        self._start(assembly)

    def _start(self, assembly: Path) -> None:
        """What cannot be made ready is not left running."""
        self._store.emulator = self.emulator = Emulator(self.folder, self.aws_endpoint)
        with ExitStack() as failed:
            failed.callback(self.clock.close)
            failed.callback(self.emulator.close)
            self._make_ready(read_assembly(assembly, {LOCAL.public_url: self.url}))
            failed.pop_all()

    def _make_ready(self, stacks: list[Stack]) -> None:
        self._endpoint.ask = self._site.ask = self.emulator.ask
        self.emulator.move_clock(self.clock.offset_s)
        self._aws.start()
        self._front.start()
        deploy(self.emulator, stacks, known_differences())
        parameter = self.emulator.client("ssm").get_parameter(Name=f"/vigie/{LOCAL.name}/api")["Parameter"]
        self._site.host = f"{parameter['Value']}.execute-api.localhost"
        tables = tuple(self.emulator.client("dynamodb").list_tables()["TableNames"])
        self._settling = Settling(self.emulator, self._endpoint.traffic, tables)
        self._settling.warm()
        self._schedules = Schedules(self.emulator, self.clock.now())

    def _serve(self, environ: dict[str, Any], start_response: Any) -> Any:
        return self._site(environ, start_response)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stops everything."""
        self._front.close()
        self.emulator.close()
        self._aws.close()
        self.clock.close()
        self._store.close()

    @property
    def loopback_url(self) -> str:
        """The site's address by number, for callers that take no name."""
        return self.url.replace("localhost", "127.0.0.1")

    def fact(self, name: str) -> Any:
        """What `keep_fact` kept, or None."""
        return self._store.fact("setting", name)

    def keep_fact(self, name: str, value: Any) -> None:
        """Keeps a JSON value."""
        self._store.save_fact("setting", name, value)

    def client(self, service: Any) -> Any:
        """A boto3 client of the endpoint that the functions use."""
        return client(service, self.aws_endpoint)

    def environment(self) -> dict[str, str]:
        """What another process needs in its environment to use this AWS."""
        return {
            "AWS_ENDPOINT_URL": self.aws_endpoint,
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": KEY,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
        }

    def now(self) -> datetime:
        """The virtual instant, in UTC."""
        return self.clock.now()

    def settle(self, seconds: float = _SETTLE_S) -> None:
        """Returns when nothing is in flight; raises NotSettled after `seconds` of the machine's time."""
        self._settling.settle(seconds)

    def advance(self, delta: timedelta) -> None:
        """Moves the clock forward step by step; what is due on the way is done on the way, never before its time."""
        self.settle()
        end, step = self.clock.now() + delta, grain(delta)
        while (left := end - self.clock.now()) > timedelta(0):
            before = self._endpoint.traffic.changes
            self.clock.shift(min(step, left))
            self.emulator.move_clock(self.clock.offset_s)
            self._schedules.fire(self.clock.now())
            if self._endpoint.traffic.changes != before or self._settling.has_messages():
                self.settle()

    def outbox(self, kind: str = "", to: str = "") -> list[Sent]:
        """What left the system, oldest first."""
        return self._outbox.sent(kind, to)

    def dead_letters(self) -> dict[str, list[dict[str, Any]]]:
        """The messages of each dead-letter queue that has any: body and attributes."""
        found = {name: list(map(_letter, held)) for name, held in self.emulator.messages().items()}
        return {name: letters for name, letters in found.items() if letters and name.endswith("-dead")}

    @contextmanager
    def outage(self, service: str, action: str) -> Iterator[None]:
        """Meanwhile every such call of a function answers 503; `service` is the signing name (`events`, `ses`…)."""
        self._endpoint.refusing.add((service, action))
        try:
            yield
        finally:
            self._endpoint.refusing.discard((service, action))


def _senders() -> Senders:
    """What the templates' mail and text resources allow, where MiniStack does not know them."""
    return Senders(
        mail_identities={LOCAL.mail_domain},
        mail_configurations={LOCAL.prefix},
        sms_configurations={LOCAL.prefix: ""},
        sms_senders={LOCAL.sms_sender},
    )


def _letter(message: dict[str, Any]) -> dict[str, Any]:
    attributes = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
    return {"body": message["Body"], "attributes": attributes}
