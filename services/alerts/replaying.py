"""A person has mended what was wrong and asks for a failed message to be sent after all."""

from __future__ import annotations

from services.alerts.delivering import Deliveries
from services.alerts.delivery import Delivery, DeliveryState, replayed
from shared.clock import Clock
from shared.errors import Conflict, NotFound


def replay(store: Deliveries, clock: Clock, territory_id: str, alert_id: str, sk: str) -> Delivery:
    """Puts a dead delivery back in its queue, with all its attempts before it.

    Raises NotFound for a delivery of another alert or territory, Conflict unless it has failed: what is on its way, or
    has left, is never sent a second time from here. The same click twice has one effect.
    """
    found = store.get(territory_id, alert_id, sk) if sk.startswith("DELIVERY#") else None
    if found is None:
        raise NotFound("Cet envoi n’existe pas, ou vous n’y avez pas accès.")
    if found.state is DeliveryState.REPLAYED:
        return found
    if found.state is not DeliveryState.DEAD:
        raise Conflict("Cet envoi n’est pas en échec : il n’y a rien à rejouer.", code="envoi-en-cours")
    again = replayed(found, clock.now())
    if not store.replace(found, again):
        raise Conflict("Cet envoi vient de changer : rechargez la page.", code="envoi-en-cours")
    return again
