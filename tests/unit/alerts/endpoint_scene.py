"""Endpoints to be posted to without a network: a vault, a receiver that does as it is told, a partner's record."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from services.alerts.channels.outlet import Outlet
from services.alerts.channels.posting import Answer, Poster
from services.alerts.deliveries.silences import Silences
from services.alerts.endpoints.challenging import Challenger
from services.alerts.endpoints.endpoint import Endpoint, born, verified
from services.alerts.endpoints.endpoint_store import EndpointStore
from services.alerts.endpoints.gatekeeping import Gatekeeper
from services.alerts.endpoints.keyring import Keyring
from services.alerts.webhooks.addresses import Target
from services.alerts.webhooks.signatures import BadSignature, key_of, verify
from shared.address_book import Partner
from shared.tables import MemoryTable
from tests.unit.alerts.delivery_scene import NOON, PORTAL, TERRITORY

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
Says = Callable[[str, Mapping[str, object]], Answer]
"""What a receiver answers to (address, event)."""


class Safe:
    """A vault whose ciphertexts are the reversed texts; whatever else it is given is the one secret, and it counts."""

    def __init__(self, secret: bytes = SECRET.encode(), error: Exception | None = None) -> None:
        self.secret, self.error = secret, error
        self.opened: list[tuple[bytes, Mapping[str, str]]] = []

    def encrypt(self, plain: bytes, context: Mapping[str, str]) -> bytes:
        return plain[::-1]

    def decrypt(self, sealed: bytes, context: Mapping[str, str]) -> bytes:
        self.opened.append((sealed, context))
        if self.error:
            raise self.error
        plain = sealed[::-1]
        return plain if plain.startswith(b"whsec_") else self.secret


def accepts(url: str, event: Mapping[str, object]) -> Answer:
    """A receiver as it should be: it echoes challenges and takes everything else."""
    data = event["data"]
    assert isinstance(data, dict)
    return Answer(200, {}, str(data.get("challenge", "merci")).encode())


def says(status: int, body: bytes = b"") -> Says:
    """A receiver that has one answer to everything."""
    return lambda url, event: Answer(status, {}, body)


def silent(url: str, event: Mapping[str, object]) -> Answer:
    """A receiver that never answers."""
    raise TimeoutError


@dataclass
class Receiver(Poster):
    """Keeps what is posted to it; `secrets` are those that its owner knows."""

    behaves: Says = accepts
    secrets: tuple[str, ...] = (SECRET,)
    events: list[dict[str, object]] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)
    signed: list[bool] = field(default_factory=list)

    def post(self, target: Target, address: str, headers: Mapping[str, str], body: bytes) -> Answer:
        event = json.loads(body)
        self.events.append(event)
        self.urls.append(f"https://{target.authority}{target.path}")
        self.signed.append(self._is_signed(headers, body))
        return self.behaves(self.urls[-1], event)

    @property
    def kinds(self) -> list[object]:
        """The types of what was received."""
        return [event["type"] for event in self.events]

    def _is_signed(self, headers: Mapping[str, str], body: bytes) -> bool:
        """As the owner's own program would check it, at the instant that the message names."""
        sent = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
        try:
            verify(headers, body, [key_of(secret) for secret in self.secrets], sent)
        except BadSignature:
            return False
        return True


def public(host: str, port: int) -> list[str]:
    """A resolver for which every name is a public host."""
    return ["93.184.216.34"]


def challenger_to(poster: Poster, safe: Safe | None = None) -> Challenger:
    """Posts to that receiver, under whatever name."""
    return Challenger(Keyring(safe or Safe()), Outlet(poster, public), lambda: "defi-0123456789")


def portal_endpoint(partner: Partner = PORTAL) -> Endpoint:
    """The portal's endpoint, verified, with nothing waiting for it."""
    echoed = verified(born(TERRITORY, partner, NOON), partner.address, NOON)
    return echoed.becoming(look_at=None, room_until=None)


def gate_of(
    outlet: Outlet, endpoint: Endpoint | None, safe: Safe | None = None, table: MemoryTable | None = None
) -> Gatekeeper:
    """A gatekeeper that finds this endpoint, or none."""
    kept = table or MemoryTable()
    store = EndpointStore(kept)
    if endpoint:
        assert store.replace(None, endpoint)
    challenger = Challenger(Keyring(safe or Safe()), outlet, lambda: "defi-0123456789")
    return Gatekeeper(store, challenger, Silences(kept))


def sealed(secret: str) -> str:
    """A secret as `Safe` seals it."""
    return base64.b64encode(secret.encode()[::-1]).decode()
