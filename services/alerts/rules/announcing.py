"""From what the reducer announces to the published facts of `shared.events.alerts`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from services.alerts.rules.alert import Alert
from services.alerts.rules.decisions import Decision
from services.alerts.rules.facts import Actor
from shared.events import Event, Metadata, Recorded
from shared.events.alerts import (
    AlertAcknowledged,
    AlertBroadcast,
    AlertClosed,
    AlertRaised,
    AlertReopened,
    AlertTransmitted,
    DeadlineBreached,
    OfferRegistered,
)
from shared.ids import derived_id


def told(decision: Decision, actor: Actor, at: datetime, causation_id: str) -> list[Recorded[Any]]:
    """The events of a decision, in its order. Their ids derive from the alert's version: said again, they are the same.

    The sequence is the alert's version, the correlation is the visit that began it all.
    """
    alert = decision.alert
    return [
        Recorded(
            Metadata(
                id=derived_id(alert.alert_id, str(alert.version), announcement.kind),
                occurred_at=at,
                recorded_at=at,
                territory_id=alert.territory_id,
                actor=actor.id,
                correlation_id=alert.origin.visit_id,
                causation_id=causation_id,
                sequence=alert.version,
            ),
            _EVENTS[announcement.kind](decision),
        )
        for announcement in decision.announcements
    ]


def _raised(decision: Decision) -> AlertRaised:
    alert = decision.alert
    return AlertRaised(
        alert_id=alert.alert_id,
        visit_id=alert.origin.visit_id,
        need_id=alert.origin.need_id,
        structure_id=alert.origin.structure_id,
        siret=alert.enterprise.siret,
        enterprise_name=alert.enterprise.name,
        post=alert.post.title,
        quantity=alert.post.quantity,
        rome_code=alert.post.rome.code,
        rome_label=alert.post.rome.label,
        place=alert.post.place.commune,
        received_at=alert.received_at,
        deadline_at=alert.deadline_at,
    )


def _acknowledged(decision: Decision) -> AlertAcknowledged:
    taken = _sure(decision.alert.acknowledgement)
    return AlertAcknowledged(alert_id=decision.alert.alert_id, acknowledged_at=taken.at, member_id=taken.by)


def _transmitted(decision: Decision) -> AlertTransmitted:
    alert = decision.alert
    sent = _sure(alert.transmission)
    return AlertTransmitted(
        alert_id=alert.alert_id,
        transmitted_at=sent.at,
        channel=sent.channel,
        inferred=sent.inferred,
        elapsed_s=sent.measures.elapsed_seconds,
        open_s=sent.measures.open_seconds,
        in_time=sent.at <= alert.deadline_at,
    )


def _offer_registered(decision: Decision) -> OfferRegistered:
    offer = _sure(decision.alert.offer)
    return OfferRegistered(
        alert_id=decision.alert.alert_id, reference=_sure(offer.ft_reference), registered_at=offer.registered_at
    )


def _broadcast(decision: Decision) -> AlertBroadcast:
    alert = decision.alert
    return AlertBroadcast(
        alert_id=alert.alert_id,
        reference=_reference(alert),
        broadcast_version=alert.broadcast_version,
        broadcast_at=alert.broadcasts[-1].at,
    )


def _reference(alert: Alert) -> str:
    """Empty when the coordinator has broadcast before the agency's return."""
    return (alert.offer and alert.offer.ft_reference) or ""


def _breached(decision: Decision) -> DeadlineBreached:
    breach = _sure(decision.alert.breach)
    return DeadlineBreached(
        alert_id=decision.alert.alert_id, deadline_at=breach.deadline_at, noticed_at=breach.recorded_at
    )


def _closed(decision: Decision) -> AlertClosed:
    alert = decision.alert
    closure = _sure(alert.closure)
    return AlertClosed(alert_id=alert.alert_id, outcome=alert.state, reason=closure.reason or "", closed_at=closure.at)


def _reopened(decision: Decision) -> AlertReopened:
    entry = _sure(decision.audit)
    return AlertReopened(alert_id=decision.alert.alert_id, reason=_sure(entry.reason), reopened_at=entry.at)


_EVENTS: dict[str, Callable[[Decision], Event]] = {
    "raised": _raised,
    "acknowledged": _acknowledged,
    "transmitted": _transmitted,
    "offer_registered": _offer_registered,
    "broadcast": _broadcast,
    "deadline_breached": _breached,
    "closed": _closed,
    "reopened": _reopened,
}


def _sure(value: Any) -> Any:
    """What the reducer promises beside an announcement; its absence is a defect of ours."""
    if value is None:
        raise LookupError("an announcement without what it announces")
    return value
