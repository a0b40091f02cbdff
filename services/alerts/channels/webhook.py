"""By webhook: the offer as signed JSON to the partner's own address; the receiver knows a repetition by its id."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from services.alerts.channels.outlet import Outlet, headers_of
from services.alerts.deliveries.delivering import Unreachable
from services.alerts.deliveries.delivery import Delivery, Patience, Report
from services.alerts.endpoints.gatekeeping import Gatekeeper, Scene
from services.alerts.rules.alert import Alert
from shared.address_book import Directory
from shared.clock import to_text


@dataclass(frozen=True)
class PreparedWebhook:
    """A signed body, the address in force, and who is to know what came of it."""

    outlet: Outlet
    url: str
    headers: Mapping[str, str]
    body: bytes
    now: datetime
    told: Callable[[Report], Report]
    proof: None = None

    def send(self) -> Report:
        """One request; what the answer says of the endpoint is kept with the endpoint."""
        return self.told(self.outlet.post(self.url, self.headers, self.body, self.now).report)


class WebhookChannel:
    """Composes, signs and posts. A receiver that knows the id makes a repetition harmless: no quiet time is needed."""

    patience = Patience(
        quiet=timedelta(),
        schedule=tuple(timedelta(seconds=wait) for wait in (5, 300, 1800, 7200, 18000, 36000, 36000, 50400, 72000)),
        repeatable=True,
    )

    def __init__(self, gatekeeper: Gatekeeper) -> None:
        self._gatekeeper = gatekeeper

    def prepare(self, delivery: Delivery, alert: Alert, directory: Directory, now: datetime) -> PreparedWebhook:
        """Composes and signs; raises Unreachable when the partner has no webhook any more, Withheld, Retry."""
        partner = directory.partner(delivery.recipient_id)
        if partner is None or partner.channel != "webhook":
            raise Unreachable("Ce partenaire n’a plus d’adresse de webhook dans l’annuaire : prévenez-le autrement.")
        scene = Scene(delivery, alert, directory)
        admission = self._gatekeeper.admit(scene, partner, now)
        challenger, endpoint = self._gatekeeper.challenger, admission.endpoint
        body = composed_body(delivery, alert)
        headers = headers_of(delivery.id, body, challenger.keyring.signing(endpoint, now), now)
        told = partial(self._gatekeeper.told, admission, scene=scene, now=now)
        return PreparedWebhook(challenger.outlet, endpoint.url, headers, body, now, told)


def composed_body(delivery: Delivery, alert: Alert) -> bytes:
    """The exact bytes that are signed and sent. A partner sees the offer's sheet, never who recruits."""
    event: dict[str, Any] = {
        "type": _event_type(delivery, alert),
        "id": delivery.id,
        "time": to_text(delivery.created_at),
        "territory_id": delivery.territory_id,
        "data": _sheet(alert),
    }
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()


def _event_type(delivery: Delivery, alert: Alert) -> str:
    if alert.state.is_terminal:
        return "offer.ended.v1"
    return "offer.corrected.v1" if delivery.follows else "offer.broadcast.v1"


def _sheet(alert: Alert) -> dict[str, Any]:
    offer, post = alert.offer, alert.post
    return {
        "alert_id": alert.alert_id,
        "sequence": alert.version,
        "reference": offer and offer.ft_reference,
        "contact": offer and offer.contact,
        "url": offer and offer.url,
        "post": post.title,
        "quantity": post.quantity,
        "contract": post.contract,
        "place": {"commune": post.place.commune, "insee": post.place.insee},
        "rome": {"code": post.rome.code, "label": post.rome.label},
        "wanted_on": post.wanted_on.isoformat() if post.wanted_on else None,
    }
