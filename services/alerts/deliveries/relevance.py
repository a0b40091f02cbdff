"""Whether a message still says something: looked at just before it leaves, on the alert as it is by then."""

from __future__ import annotations

from datetime import datetime

from services.alerts.deliveries.delivery import (
    PREDECESSOR_CHECKED_EVERY,
    Delivery,
    DeliveryState,
    paused,
    postponed,
    superseded,
)
from services.alerts.deliveries.waiting_room import parked
from services.alerts.rules.alert import Alert
from services.alerts.rules.notices import CHASES, RECALLS, Purpose
from shared.address_book import Directory


def hindered(
    delivery: Delivery, alert: Alert, predecessor: Delivery | None, directory: Directory, now: datetime
) -> Delivery | None:
    """The delivery as it becomes when it must not leave now, or not at all; None when it may leave."""
    reason = pointless(delivery, alert)
    if reason:
        return superseded(delivery, reason)
    if predecessor and predecessor.parked:
        return parked(
            delivery, DeliveryState.RETRYING, "Attend l’envoi précédent, que le partenaire ne prend pas encore."
        )
    if predecessor and not predecessor.state.is_final:
        return postponed(delivery, now + PREDECESSOR_CHECKED_EVERY, "Attend la fin de l’envoi précédent.")
    if predecessor and not needs_correction(predecessor, delivery):
        return superseded(delivery, "Le destinataire n’a pas reçu la version précédente.")
    return paused(delivery, now) if _is_paused(delivery, directory) else None


def _is_paused(delivery: Delivery, directory: Directory) -> bool:
    """A webhook's pause is its gatekeeper's: what waits for an endpoint has a room, from which the sweep lets it out."""
    partner = directory.partner(delivery.recipient_id)
    by_webhook = partner is not None and delivery.channel == partner.channel == "webhook"
    return partner is not None and partner.paused and not by_webhook


def pointless(delivery: Delivery, alert: Alert) -> str:
    """Why nobody needs the message any more, in French; empty when somebody does."""
    if delivery.purpose is not Purpose.ENDPOINT_DISABLED and _is_over(delivery, alert):
        return "L’alerte était close avant l’envoi."
    if delivery.purpose in RECALLS and alert.transmission:
        return "L’alerte était transmise avant l’envoi."
    if delivery.purpose in CHASES and _is_taken(alert, delivery):
        return "L’alerte était prise en charge avant l’envoi."
    if delivery.purpose is Purpose.OFFER_NUDGE and alert.offer:
        return "L’agence avait répondu avant l’envoi."
    if delivery.purpose is Purpose.CORRECTION and _is_outdated(delivery, alert):
        return "Une rectification plus récente la remplace."
    return ""


def _is_over(delivery: Delivery, alert: Alert) -> bool:
    return alert.closure is not None and alert.state.is_terminal and delivery.created_at < alert.closure.at


def needs_correction(reached: Delivery, correction: Delivery) -> bool:
    """Whether the earlier message, now final, may have been read, and said what the correction corrects."""
    return reached.may_have_left and reached.alert_version < correction.sequence


def _is_taken(alert: Alert, delivery: Delivery) -> bool:
    taken = alert.acknowledgement
    return taken is not None and taken.lapsed_at is None and delivery.created_at <= taken.at


def _is_outdated(delivery: Delivery, alert: Alert) -> bool:
    """Only what follows a broadcast has a predecessor: the others are told of one end, once."""
    return delivery.follows is not None and delivery.key != f"correction_{alert.broadcast_version}"
