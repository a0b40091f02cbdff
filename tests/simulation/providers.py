"""Who takes the messages: the mail service, the carrier, the partners' servers; what they accepted is the truth."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from services.alerts.channels.posting import Answer
from services.alerts.webhooks.addresses import Target
from shared.errors import Unavailable
from tests.simulation.history import Accepted, History
from tests.simulation.ports import SENDING, Ports

Behaviour = Callable[[int, Mapping[str, str], bytes], int]
"""What a partner's server answers at an instant: a status, or one of the two below."""
SILENT, MUTE = 0, -1
"""Nothing in time; and the same though the message was taken."""


@dataclass
class Providers:
    """Takes messages and writes down that it did; `heard` is told of each, to send the provider's events."""

    ports: Ports
    history: History
    heard: list[Callable[[Accepted, Mapping[str, str]], None]] = field(default_factory=list)

    def take(self, channel: str, to: str, tags: Mapping[str, str]) -> str:
        """The message id."""
        accepted = Accepted(self.ports.hub.now, channel, tags["delivery"], to)
        self.history.accepted.append(accepted)
        for hear in self.heard:
            hear(accepted, tags)
        return f"{channel}-{len(self.history.accepted)}"


@dataclass(frozen=True)
class Mail:
    """SES: `To` is read from the message."""

    providers: Providers
    sender: str = "alertes@vigie.example"

    def send(self, mime: bytes, tags: Mapping[str, str]) -> str:
        to = next(line[4:] for line in mime.decode().splitlines() if line.startswith("To: "))
        return self.providers.ports.call("email", lambda: self.providers.take("email", to, tags), SENDING)


@dataclass(frozen=True)
class Texts:
    """The carrier."""

    providers: Providers

    def send(self, phone: str, body: str, time_to_live_s: int, tags: Mapping[str, str]) -> str:
        return self.providers.ports.call("sms", lambda: self.providers.take("sms", phone, tags), SENDING)


@dataclass
class Partners:
    """The partners' servers, each as its behaviour says; what answers 2xx has the message."""

    providers: Providers
    behaviours: dict[str, Behaviour] = field(default_factory=dict)
    """By host; whoever is not there answers 204."""
    posts: list[tuple[int, str, int]] = field(default_factory=list)
    """Each request: when, to which host, what was answered."""

    def post(self, target: Target, address: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Raises TimeoutError where nothing is answered in time."""
        try:
            return self.providers.ports.call("webhook", lambda: self._answer(target.host, headers, body), SENDING)
        except Unavailable:
            raise TimeoutError from None

    def _answer(self, host: str, headers: Mapping[str, str], body: bytes) -> Answer:
        now = self.providers.ports.hub.now
        behaviour = self.behaviours.get(host)
        status = behaviour(now, headers, body) if behaviour else 204
        self.posts.append((now, host, status))
        if (status // 100 == 2 or status == MUTE) and not self._asks(body):
            self.providers.take("webhook", host, {"delivery": headers["webhook-id"], "attempt": "0"})
        if status in (SILENT, MUTE):
            raise TimeoutError
        challenge = json.loads(body)["data"].get("challenge")
        return Answer(status, {}, json.dumps({"challenge": challenge}).encode() if challenge else b"")

    def _asks(self, body: bytes) -> bool:
        """A challenge, which a partner who registers gives back, or a test: no message to anybody."""
        return str(json.loads(body)["type"]).startswith("endpoint.")
