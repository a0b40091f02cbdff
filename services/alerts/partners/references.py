"""A delivery's reference: one opaque word for the address of a delivery, which has two parts."""

from __future__ import annotations

import base64
import binascii

from services.alerts.deliveries.delivery import Delivery
from services.alerts.deliveries.store import DeliveryStore
from services.alerts.partners.seeing import may_oversee
from shared.address_book import Directory
from shared.errors import NotFound
from shared.identity import Caller
from shared.tables import can_exist

_BETWEEN = "\n"


def reference_of(delivery: Delivery) -> str:
    """The reference, fit for an address."""
    text = f"{delivery.alert_id}{_BETWEEN}{delivery.sk}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def referred(store: DeliveryStore, directory: Directory, caller: Caller, reference: str) -> Delivery:
    """The delivery to a partner that the caller follows; raises NotFound for anything else, forged or not theirs."""
    alert_id, sk = _read(reference)
    found = store.get(caller.territory_id, alert_id, sk) if sk.startswith("DELIVERY#") else None
    partner = directory.partner(found.recipient_id) if found else None
    if found is None or partner is None or not may_oversee(caller, partner):
        raise NotFound("Cet envoi n’existe pas, ou vous n’y avez pas accès.")
    return found


def _read(reference: str) -> tuple[str, str]:
    try:
        text = base64.b64decode(reference + "=" * (-len(reference) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        text = ""
    alert_id, _, sk = text.partition(_BETWEEN)
    is_key = can_exist(alert_id, sk) and (alert_id + sk).isprintable()
    return (alert_id, sk) if is_key else ("", "")
