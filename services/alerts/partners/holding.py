"""A pause for any partner: on the endpoint's record where there is one, on a record of its own for e-mails and texts."""

from __future__ import annotations

from services.alerts.deliveries import pausing
from services.alerts.deliveries.pausing import PauseOrder
from services.alerts.endpoints import administering
from services.alerts.endpoints.administering import EndpointOrder
from services.alerts.partners.desk import PartnerDesk
from shared.address_book import Partner


def hold(desk: PartnerDesk, order: EndpointOrder, partner: Partner) -> None:
    """What is meant for the partner waits, without a single error. Raises Conflict, Unavailable."""
    if partner.channel == "webhook":
        administering.pause(desk.endpoints, order)
    else:
        pausing.pause(desk.pauses, _own(order), desk.now)


def let_go(desk: PartnerDesk, order: EndpointOrder, partner: Partner) -> None:
    """What has waited leaves, oldest first. Raises Conflict, Unavailable."""
    if partner.channel == "webhook":
        administering.resume(desk.endpoints, order)
    else:
        pausing.resume(desk.pauses, _own(order), desk.now)


def _own(order: EndpointOrder) -> PauseOrder:
    return PauseOrder(order.territory_id, order.partner_id, order.by, order.request)
