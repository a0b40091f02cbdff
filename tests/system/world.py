"""What a journey may ask of the place that it happens in, whoever emulates AWS there."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from tests.system.visitor import Visitor

TERRITORY = "belfort-montbeliard-hericourt"
ELSEWHERE = "vallee-de-l-arve"


@dataclass(frozen=True)
class Message:
    """An e-mail or a text, as its recipient got it; `subject` is empty for a text. `at` is aware."""

    at: datetime
    to: str
    subject: str
    text: str

    @property
    def words(self) -> str:
        """Subject and text with plain single spaces, to look for a phrase in."""
        return " ".join(f"{self.subject} {self.text}".split())

    def link(self, part: str) -> str:
        """The address in the text that has `part` in it; raises AssertionError when there is none."""
        found = re.search(rf"https?://\S*{re.escape(part)}\S*", self.text)
        assert found, f"no link with {part!r} in: {self.text}"
        return found.group()


@dataclass(frozen=True)
class Webhook:
    """A request that a partner's server received, and the status that it answered."""

    at: datetime
    partner: str
    headers: dict[str, str]
    body: bytes
    answered: int


@dataclass(frozen=True)
class DeadLetter:
    """A message that failed for good, with what was said of it: `code`, `reason`, `source`."""

    body: str
    attributes: dict[str, str]


class World(Protocol):
    """A deployed Vigie with the demonstration territories, and the eyes of those whom it writes to."""

    @property
    def site(self) -> str:
        """The address of the site, without a final slash."""
        ...

    @property
    def api(self) -> str:
        """Where the bearer tokens of `token` are accepted: the address of the site, or the gateway's own."""
        ...

    def visitor(self) -> Visitor:
        """Somebody at a new browser."""
        ...

    def token(self, subject: str) -> str:
        """An access token of the sign-in service for that subject."""
        ...

    def now(self) -> datetime:
        """The instant, aware; only `advance` moves it by more than the time that passes."""
        ...

    def advance(self, *, hours: float = 0, minutes: float = 0) -> None:
        """Moves the clock forward; what is due on the way happens on the way."""
        ...

    def settle(self) -> None:
        """Returns once nothing is in flight."""
        ...

    def mails_to(self, address: str) -> list[Message]:
        """The e-mails that somebody received, oldest first."""
        ...

    def texts_to(self, number: str) -> list[Message]:
        """The text messages that a telephone (`+33…`) received, oldest first."""
        ...

    def webhooks_to(self, partner: str) -> list[Webhook]:
        """The offers that arrived at a partner's address, oldest first; not the challenge before the first one."""
        ...

    def partner_answers(self, partner: str, status: int) -> None:
        """From now on the partner's server answers with this HTTP status."""
        ...

    def secret_of(self, partner: str) -> str:
        """The `whsec_…` that a partner of the demonstration territory was given."""
        ...

    def dead_letters(self) -> dict[str, list[DeadLetter]]:
        """What each dead-letter queue holds, by the queue's name; nothing for an empty one."""
        ...

    def client(self, service: str) -> Any:
        """A boto3 client of the emulated AWS."""
        ...

    def console(self, *arguments: str) -> str:
        """Runs `vigie --local …` and returns what it printed; raises AssertionError when it fails."""
        ...

    def outage(self, service: str, action: str) -> AbstractContextManager[None]:
        """Meanwhile every such call to AWS fails; `service` is the signing name (`events`, `ses`…)."""
        ...
