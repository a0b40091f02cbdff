"""The pages and the API of partners over a platform in memory, with a receiver that answers as told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from services.alerts.channels.outlet import Outlet
from services.alerts.channels.posting import Answer as Said
from services.alerts.deliveries.delivery import Attempt, Delivery, DeliveryState
from services.alerts.deliveries.pauses import PauseStore
from services.alerts.deliveries.silences import Silences
from services.alerts.deliveries.store import creation
from services.alerts.endpoints.administering import EndpointDesk
from services.alerts.endpoints.challenging import Challenger
from services.alerts.endpoints.endpoint_store import EndpointStore
from services.alerts.endpoints.keyring import Keyring
from services.alerts.partners import api, pages
from services.alerts.partners.desk import PartnerDesk
from services.alerts.rules.alert import Alert
from services.alerts.rules.notices import Purpose
from services.alerts.webhooks.addresses import Target
from tests.unit.alerts.fake_platform import TERRITORY, Platform
from tests.unit.alerts.fake_site import AUDIENCE, ISSUER, SITE, Site

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
WEBHOOK, MAIL = "p-interim", "p-mission"
PLACE = f"/alertes/partenaires/{WEBHOOK}"
API = f"/api/v1/webhook-endpoints/{WEBHOOK}"


class Safe:
    """A vault without a lock: what is sealed says what is in it."""

    def encrypt(self, plain: bytes, context: Mapping[str, str]) -> bytes:
        return b"sealed:" + plain

    def decrypt(self, sealed: bytes, context: Mapping[str, str]) -> bytes:
        return sealed.removeprefix(b"sealed:") if sealed.startswith(b"sealed:") else SECRET.encode()


@dataclass
class Receiver:
    """The partner's server: answers with a status, and echoes challenges unless told not to."""

    status: int = 200
    echoes: bool = True
    received: list[tuple[Mapping[str, str], bytes]] = field(default_factory=list)

    def post(self, target: Target, address: str, headers: Mapping[str, str], body: bytes) -> Said:
        self.received.append((headers, body))
        challenge = json.loads(body)["data"].get("challenge", "")
        return Said(self.status, {}, challenge.encode() if self.echoes else b"bonjour")

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.received]


class PartnerSite(Site):
    """The service's two web functions of partners; requests are passed on as the gateway does."""

    def __init__(self, platform: Platform) -> None:
        super().__init__(platform)
        self.receiver = Receiver()
        book = platform.book
        outlet = Outlet(self.receiver, lambda host, port: ["93.184.216.34"])  # type: ignore[arg-type]
        challenger = Challenger(Keyring(Safe()), outlet, lambda: "a-challenge")
        endpoints = EndpointDesk(
            EndpointStore(platform.table), book, challenger, platform.clock, lambda size: b"k" * size
        )
        self.pauses = PauseStore(platform.table)
        self.desk = PartnerDesk(platform.desk, platform.deliveries, endpoints, Silences(platform.table), self.pauses)
        self._api = api.resolver(self.desk, self.identity, ISSUER, AUDIENCE)
        self._pages = pages.resolver(self.desk, self.identity, SITE)

    def alert_pages(self) -> Site:
        """The pages of alerts over the same platform."""
        return Site(self.platform)

    def give_to(self, partner_id: str, structure_id: str) -> None:
        """The partner belongs to that structure, as the directory says."""
        self.platform.directory.items[f"T#{TERRITORY}", f"PARTNER#{partner_id}"]["structure_id"] = structure_id

    def told(self, alert: Alert, partner_id: str = WEBHOOK, **changes: Any) -> Delivery:
        """A delivery of an offer to a partner, in the table."""
        now = self.platform.clock.now()
        channel = "webhook" if partner_id == WEBHOOK else "email"
        fresh = Delivery(
            territory_id=alert.territory_id,
            alert_id=alert.alert_id,
            key="broadcast_1",
            purpose=Purpose.BROADCAST,
            recipient_id=partner_id,
            channel=channel,
            recipient="Agence d’intérim" if partner_id == WEBHOOK else "Mission locale",
            sequence=alert.version,
            created_at=now,
            next_attempt_at=now,
        )
        made = fresh.becoming(**changes)
        self.platform.table.write(creation(made))
        return made

    def failed(self, alert: Alert, partner_id: str = WEBHOOK, **changes: Any) -> Delivery:
        """One that has failed after two attempts."""
        now = self.platform.clock.now()
        tries = (
            Attempt(at=now, verdict="later", status=503, duration_ms=1234, answer="En maintenance"),
            Attempt(at=now, verdict="refused", status=422, duration_ms=87, answer="Champ inconnu"),
        )
        reason = "Le serveur du partenaire refuse le message (422) : vérifiez avec lui, puis rejouez l’envoi."
        return self.told(
            alert, partner_id, **{"state": DeliveryState.DEAD, "attempts": tries, "last_error": reason, **changes}
        )

    def now_is_delivery(self, delivery: Delivery) -> Delivery:
        """The delivery as it stands."""
        found = self.platform.deliveries.get(delivery.territory_id, delivery.alert_id, delivery.sk)
        assert found is not None
        return found
