"""By e-mail: a whole MIME message in text and HTML; the bytes of a transmission are kept as its proof."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol

from services.alerts.alert import Alert, Proof
from services.alerts.channels.providers import reported, tags
from services.alerts.delivering import Unreachable
from services.alerts.delivery import Delivery, Patience, Report
from services.alerts.links import Links
from services.alerts.messages import Message, Scene, composed
from services.alerts.notices import Purpose
from shared.address_book import Directory
from shared.web.rendering import Pages

_LINES = SMTP.clone(max_line_length=998)
"""RFC 5322's own limit: where Python folds a subject (before 3.13), it loses the blank between two encoded words."""

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}")
TEMPLATES = Path(__file__).parents[1] / "templates"


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

    def __init__(self, mailer: Mailer, proofs: Archive, links: Links) -> None:
        self._mailer = mailer
        self._proofs = proofs
        self._links = links
        self._letters = Letters()

    def prepare(self, delivery: Delivery, alert: Alert, directory: Directory, now: datetime) -> PreparedEmail:
        """Composes the message; the exact bytes of a transmission are kept before they leave."""
        address = _address(delivery, directory)
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
        email = EmailMessage(policy=_LINES)
        email["From"] = Address("Vigie", addr_spec=sender)
        email["To"] = Address(addr_spec=to)
        email["Subject"] = message.subject
        email["Date"] = format_datetime(at)
        email["Message-ID"] = f"<{message_id}@{sender.rpartition('@')[2]}>"
        email["Auto-Submitted"] = "auto-generated"
        email["Content-Language"] = "fr"
        email.set_content(self.text(message), cte="quoted-printable")
        email.add_alternative(self.html(message), subtype="html", cte="quoted-printable")
        email.set_boundary(f"=_{message_id}")
        return email.as_bytes()


def _address(delivery: Delivery, directory: Directory) -> str:
    member = directory.member(delivery.recipient_id)
    partner = directory.partner(delivery.recipient_id)
    if member and member.email:
        return member.email
    if partner and partner.channel == "email":
        return partner.address
    raise Unreachable("Ce destinataire n’a plus d’adresse électronique dans l’annuaire : prévenez-le autrement.")
