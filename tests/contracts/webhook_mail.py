"""Every kind of message that Vigie posts, composed, signed and sent by its own code, and read back from the socket."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import NamedTuple

from services.alerts.channels.outlet import Outlet
from services.alerts.channels.posting import Poster
from services.alerts.channels.webhook import WebhookChannel
from services.alerts.deliveries.delivery import Delivery
from services.alerts.endpoints.challenging import Challenger
from services.alerts.endpoints.endpoint import Endpoint
from services.alerts.endpoints.keyring import Keyring
from services.alerts.rules.alert import Alert
from services.alerts.webhooks.sealed_keys import SealedKey
from tests.unit.alerts.delivery_scene import PORTAL, broadcast, closed
from tests.unit.alerts.endpoint_scene import SECRET, Safe, gate_of, portal_endpoint, sealed
from tests.unit.alerts.receivers import answers, receiver
from tests.unit.alerts.webhook_scene import OFFER, nobody, partner_at

NEXT_SECRET = "whsec_bmV3IHNlY3JldCBhZnRlciB0aGUgcm90YXRpb24h"
KINDS = ("offer.broadcast.v1", "offer.corrected.v1", "offer.ended.v1", "endpoint.challenge.v1", "endpoint.test.v1")


class Received(NamedTuple):
    """A request as it came: header names in lower case, the exact bytes of the body."""

    headers: dict[str, str]
    body: bytes


@cache
def received() -> dict[str, Received]:
    """One request of each kind, in a rotation: both secrets sign. Posted over real sockets, at the real time."""
    now = datetime.now(UTC)
    with receiver(answers("200 OK", body=b"merci")) as listening:
        url = f"http://127.0.0.1:{listening.port}/vigie"
        outlet = Outlet(Poster(deadline_s=5), nobody, loopback=True)
        endpoint, challenger = _rotating(url, now), Challenger(Keyring(Safe()), outlet, lambda: "defi-0123456789abcdef")
        channel = WebhookChannel(gate_of(outlet, endpoint))
        for wanted, alert in _messages(now):
            channel.prepare(wanted, alert, partner_at(url), now).send()
        challenger.challenge(endpoint, url, now)
        challenger.test(endpoint, now)
        return dict(zip(KINDS, map(_read, listening.requests), strict=True))


def _messages(now: datetime) -> list[tuple[Delivery, Alert]]:
    correction = OFFER.becoming(key="correction_2", follows="DELIVERY#x")
    return [(OFFER, broadcast()), (correction, broadcast()), (correction, closed(broadcast(), now))]


def _rotating(url: str, now: datetime) -> Endpoint:
    """The portal's endpoint, whose old secret and new one both sign."""
    endpoint = portal_endpoint(PORTAL.model_copy(update={"address": url}))
    fresh = SealedKey(id="new", sealed=sealed(NEXT_SECRET), created_at=now)
    return endpoint.becoming(keys=(*endpoint.keys, fresh))


def _read(request: bytes) -> Received:
    head, _, body = request.partition(b"\r\n\r\n")
    lines = [line.split(": ", 1) for line in head.decode().split("\r\n")[1:]]
    return Received({name.lower(): value for name, value in lines}, body)


__all__ = ["KINDS", "NEXT_SECRET", "SECRET", "Received", "received"]
