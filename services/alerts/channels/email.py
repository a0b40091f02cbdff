"""By e-mail: a whole MIME message in text and HTML; the bytes of a transmission are kept as its proof."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path
from typing import Protocol

from services.alerts.channels.mime import written
from services.alerts.channels.providers import reported, tags
from services.alerts.channels.restraints import Restraints
from services.alerts.deliveries.delivering import Unreachable
from services.alerts.deliveries.delivery import Delivery, Patience, Report
from services.alerts.deliveries.ways import ways
from services.alerts.messages.links import Links
from services.alerts.messages.message import Message, Scene, composed
from services.alerts.rules.alert import Alert, Proof
from services.alerts.rules.notices import Purpose
from shared.address_book import Directory
from shared.web.rendering import Pages

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}")
TEMPLATES = Path(__file__).parents[1] / "templates"
_STOP = "\ue000"
"""Stands for the address until it is filled in: of the private use, a letter that no message has."""


class Mailer(Protocol):
    """Where messages are handed over; errors as `shared.aws.SesMailer.send`."""

    @property
    def sender(self) -> str: ...

    def send(self, mime: bytes, tags: dict[str, str]) -> str: ...


class Archive(Protocol):
    """Where proofs are kept."""

    def put(self, key: str, content: bytes, content_type: str) -> None: ...


@dataclass(frozen=True)
class PreparedEmail:
    """A message, its bytes made."""

    mailer: Mailer
    mime: bytes
    tags: dict[str, str]
    proof: Proof | None = None

    def send(self) -> Report:
        return reported(lambda: self.mailer.send(self.mime, self.tags))


class EmailChannel:
    """Composes and sends e-mails. A provider may take an hour to say what became of one."""

    patience = Patience(
        quiet=timedelta(minutes=60),
        schedule=tuple(timedelta(minutes=wait) for wait in (0.5, 2, 10, 30, 60, 120, 240)),
    )

    def __init__(self, mailer: Mailer, proofs: Archive, links: Links, restraints: Restraints) -> None:
        self._mailer = mailer
        self._proofs = proofs
        self._links = links
        self._restraints = restraints
        self._letters = Letters()

    def prepare(self, delivery: Delivery, alert: Alert, directory: Directory, now: datetime) -> PreparedEmail:
        """Composes the message; the exact bytes of a transmission are kept before they leave. Raises Unreachable, Withheld."""
        address = _address(delivery, directory)
        self._restraints.check(delivery, address, directory)
        message = composed(Scene(delivery, alert, directory, now), self._links.public_url, self._links)
        mime = self._letters.mime(message, sender=self._mailer.sender, to=address, message_id=delivery.id, at=now)
        proof = self._keep(mime, delivery) if delivery.purpose is Purpose.TRANSMISSION else None
        return PreparedEmail(self._mailer, mime, tags(delivery), proof)

    def _keep(self, mime: bytes, delivery: Delivery) -> Proof:
        """Under a name of its own: two workers who compose the same message never overwrite each other's proof."""
        digest = hashlib.sha256(mime).hexdigest()
        key = f"T#{delivery.territory_id}/alerts/{delivery.alert_id}/{delivery.id}-{digest}.eml"
        self._proofs.put(key, mime, "message/rfc822")
        return Proof(sha256=digest, key=key)


class Letters:
    """Writes messages as MIME."""

    def __init__(self) -> None:
        self._pages = Pages(TEMPLATES)
        self._last: tuple[Message, str, str] | None = None

    def html(self, message: Message) -> str:
        return self._pages.render("messages/message.html", message=message)

    def text(self, message: Message) -> str:
        return self._pages.render("messages/message.txt", message=message)

    def mime(self, message: Message, *, sender: str, to: str, message_id: str, at: datetime) -> bytes:
        """The bytes that leave. The same id, so that a mail program shows a repeated message once.

        Raises Unreachable for an address that is none, ValueError for a subject of several lines.
        """
        if not _ADDRESS.fullmatch(to):
            raise Unreachable("L’adresse électronique est mal écrite : corrigez-la dans l’annuaire.")
        headers = {
            "From": f"Vigie <{sender}>",
            "To": to,
            "Subject": message.subject,
            "Date": format_datetime(at),
            "Message-ID": f"<{message_id}@{sender.rpartition('@')[2]}>",
            "Auto-Submitted": "auto-generated",
            "Content-Language": "fr",
            **_unsubscribing(message),
        }
        return written(headers, *self._bodies(message), boundary=f"=_{message_id}")

    def _bodies(self, message: Message) -> tuple[str, str]:
        """The text and the HTML, made anew only for other words: in a broadcast, only the address to stop it differs."""
        shared = message._replace(sms="", words={}, stop=message.stop and _STOP)
        if self._last is None or self._last[0] != shared:
            self._last = shared, self.text(shared), self.html(shared)
        _, text, html = self._last
        return text.replace(_STOP, message.stop), html.replace(_STOP, escape(message.stop))


def _unsubscribing(message: Message) -> dict[str, str]:
    """What makes a mailbox show a button of its own (RFC 2369, RFC 8058), on mail that its reader may do without."""
    if not message.stop:
        return {}
    return {"List-Unsubscribe": f"<{message.stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _address(delivery: Delivery, directory: Directory) -> str:
    address = ways(delivery.recipient_id, directory).get("email")
    if not address:
        raise Unreachable("Ce destinataire n’a plus d’adresse électronique dans l’annuaire : prévenez-le autrement.")
    return address
