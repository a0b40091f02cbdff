"""Tells whoever sent a message that it did not arrive: the coordination, or its back-up when that is who is lost."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from services.alerts.deliveries.delivery import Delivery, DeliveryState
from services.alerts.deliveries.recipients import planned
from services.alerts.deliveries.ways import CHANNELS
from services.alerts.rules.alert import Alert
from services.alerts.rules.facts import Role
from services.alerts.rules.notices import Notice, Purpose
from shared.address_book import Directory

BOTH_LOST = "L’autre moyen a échoué aussi : appelez ce destinataire."
LISTENERS = (Role.COORDINATOR, Role.DEPUTY, Role.MANAGER, Role.STEERING)


class Known(Protocol):
    """Where deliveries are found."""

    def get(self, territory_id: str, alert_id: str, sk: str) -> Delivery | None: ...


def is_lost(known: Known, other: Delivery) -> bool:
    """An urgent message leaves by both channels at once: the other one may have died already."""
    found = known.get(other.territory_id, other.alert_id, other.sk)
    return found is not None and found.state is DeliveryState.DEAD


def told_of(returned: Delivery, alert: Alert, directory: Directory, now: datetime) -> tuple[Delivery, ...]:
    """One e-mail a listener for each recipient of an alert, however many messages came back; never to the lost one."""
    about = f"{returned.recipient}, {CHANNELS[returned.channel]}"
    for role in LISTENERS:
        notice = Notice(
            purpose=Purpose.UNDELIVERED,
            key=f"undelivered_{returned.recipient_id}",
            role=role,
            addressee=alert.coordinator_id if role is Role.COORDINATOR else None,
        )
        planned_here = planned((notice,), alert, directory, now).deliveries
        told = [one for one in planned_here if one.recipient_id != returned.recipient_id]
        if told:
            return tuple(one.becoming(about=about) for one in told)
    return ()
