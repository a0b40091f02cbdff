"""A webhook channel pointed at receivers of this machine."""

from __future__ import annotations

import time
from collections.abc import Mapping

from services.alerts.channels.posting import Poster
from services.alerts.channels.webhook import Outlet, WebhookChannel
from services.alerts.delivery import Delivery, Report
from services.alerts.notices import Purpose
from shared.address_book import Directory
from tests.unit.alerts.delivery_scene import BOOK, NOON, PORTAL, broadcast, delivery
from tests.unit.alerts.receivers import Behaviour, Receiver, receiver

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
DEADLINE_S = 0.25
OFFER = delivery(Purpose.BROADCAST, PORTAL.id, "webhook")


class Safe:
    """A vault that opens one secret, and counts."""

    def __init__(self, secret: bytes = SECRET.encode(), error: Exception | None = None) -> None:
        self.secret, self.error = secret, error
        self.opened: list[tuple[bytes, Mapping[str, str]]] = []

    def decrypt(self, sealed: bytes, context: Mapping[str, str]) -> bytes:
        self.opened.append((sealed, context))
        if self.error:
            raise self.error
        return self.secret


def nobody(host: str, port: int) -> list[str]:
    """A resolver that must not be asked."""
    raise AssertionError(host)


def partner_at(url: str) -> Directory:
    """The territory whose portal has that address."""
    return BOOK.model_copy(update={"partners": (PORTAL.model_copy(update={"address": url}),)})


def sent_to(port: int, path: str = "/vigie", safe: Safe | None = None, wanted: Delivery = OFFER) -> Report:
    """What comes of sending the offer to a receiver of this machine."""
    outlet = Outlet(Poster(DEADLINE_S), nobody, loopback=True)
    channel = WebhookChannel(safe or Safe(), outlet)
    book = partner_at(f"http://127.0.0.1:{port}{path}")
    return channel.prepare(wanted, broadcast(), book, NOON).send()


def exchanged(behave: Behaviour) -> tuple[Report, Receiver, float]:
    """The report, what the receiver got, and how many seconds it took."""
    with receiver(behave) as listening:
        begun = time.monotonic()
        report = sent_to(listening.port)
        return report, listening, time.monotonic() - begun
