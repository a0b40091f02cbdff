"""What left the system: e-mails, texts and webhooks, as their recipients got them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from infra.local.clock import Clock
from infra.local.durability import Store

EMAIL, SMS, WEBHOOK = "email", "sms", "webhook"


@dataclass(frozen=True)
class Sent:
    """One thing that left. `body` holds all that is known of it, `to` who got it."""

    number: int
    kind: str
    at: datetime
    to: tuple[str, ...]
    body: Mapping[str, Any]

    @property
    def subject(self) -> str:
        """The subject of an e-mail, the type of a webhook; empty for a text."""
        return str(self.body.get("subject", ""))

    @property
    def text(self) -> str:
        """The plain text, or a webhook's body."""
        return str(self.body.get("text", ""))

    @property
    def html(self) -> str:
        """An e-mail's HTML part; empty for the others."""
        return str(self.body.get("html", ""))


class Outbox:
    """Appends and lists; a record is on disk before `deliver` returns."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def deliver(self, kind: str, body: dict[str, Any]) -> None:
        """Keeps one thing that left."""
        self._store.add_record(kind, {"at": self._clock.now().isoformat(), **body})

    def sent(self, kind: str = "", to: str = "") -> list[Sent]:
        """What left, oldest first; of one kind, or to whoever's address contains `to`."""
        every = [_sent(*record) for record in self._store.records()]
        return [
            sent
            for sent in every
            if kind in ("", sent.kind) and (not to or any(to.lower() in address.lower() for address in sent.to))
        ]


def _sent(number: int, kind: str, body: dict[str, Any]) -> Sent:
    return Sent(number, kind, datetime.fromisoformat(body["at"]), tuple(body["to"]), body)


GSM_BASIC = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENDED = set("^{}\\[~]|€")


def segments(text: str) -> tuple[int, str]:
    """How many parts a text takes, and in which alphabet (3GPP TS 23.038): each part is billed."""
    if set(text) <= GSM_BASIC | GSM_EXTENDED:
        length = len(text) + sum(character in GSM_EXTENDED for character in text)
        return _parts(length, 160, 153), "GSM-7"
    return _parts(len(text.encode("utf-16-be")) // 2, 70, 67), "UCS-2"


def _parts(length: int, alone: int, joined: int) -> int:
    return 1 if length <= alone else -(-length // joined)
