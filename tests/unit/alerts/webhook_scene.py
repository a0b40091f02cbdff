"""A webhook channel pointed at receivers of this machine."""

from __future__ import annotations

import time

from services.alerts.channels.outlet import Outlet
from services.alerts.channels.posting import Poster
from services.alerts.channels.webhook import WebhookChannel
from services.alerts.deliveries.delivery import Delivery, Report
from services.alerts.rules.notices import Purpose
from shared.address_book import Directory
from tests.unit.alerts.delivery_scene import BOOK, NOON, PORTAL, broadcast, delivery
from tests.unit.alerts.endpoint_scene import SECRET, Safe, gate_of, portal_endpoint
from tests.unit.alerts.receivers import Behaviour, Receiver, receiver

DEADLINE_S = 0.25
OFFER = delivery(Purpose.BROADCAST, PORTAL.id, "webhook")


def nobody(host: str, port: int) -> list[str]:
    """A resolver that must not be asked."""
    raise AssertionError(host)


def partner_at(url: str) -> Directory:
    """The territory whose portal has that address."""
    return BOOK.model_copy(update={"partners": (PORTAL.model_copy(update={"address": url}),)})


def channel_to(outlet: Outlet, url: str = PORTAL.address, safe: Safe | None = None) -> WebhookChannel:
    """The channel, whose portal has echoed its challenge at that address."""
    portal = PORTAL.model_copy(update={"address": url})
    return WebhookChannel(gate_of(outlet, portal_endpoint(portal), safe))


def sent_to(port: int, path: str = "/vigie", safe: Safe | None = None, wanted: Delivery = OFFER) -> Report:
    """What comes of sending the offer to a receiver of this machine."""
    url = f"http://127.0.0.1:{port}{path}"
    channel = channel_to(Outlet(Poster(DEADLINE_S), nobody, loopback=True), url, safe)
    return channel.prepare(wanted, broadcast(), partner_at(url), NOON).send()


def exchanged(behave: Behaviour) -> tuple[Report, Receiver, float]:
    """The report, what the receiver got, and how many seconds it took."""
    with receiver(behave) as listening:
        begun = time.monotonic()
        report = sent_to(listening.port)
        return report, listening, time.monotonic() - begun


__all__ = ["SECRET", "Safe", "channel_to", "exchanged", "nobody", "partner_at", "sent_to"]
