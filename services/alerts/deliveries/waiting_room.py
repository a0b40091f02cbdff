"""Deliveries that wait because their recipient takes nothing: they stay out of queues and sweeps until they are let out.

One write brings a delivery in and one lets it out, however long the wait: a dead partner costs no worker and no attempt.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from services.alerts.deliveries.delivery import KEPT_ATTEMPTS, Delivery, DeliveryState

IN_PAUSE = "Ce destinataire est en pause : l’envoi partira quand vous la lèverez."
Waiting = Literal[DeliveryState.PAUSED, DeliveryState.RETRYING]


def parked(delivery: Delivery, state: Waiting, reason: str) -> Delivery:
    """The delivery in its recipient's room; `reason` is French."""
    return delivery.becoming(state=state, claimed_until=None, last_error=reason, parked=True)


def let_out(delivery: Delivery, at: datetime) -> Delivery:
    """To be sent at that instant. Its schedule begins anew: what failed while nothing could pass is no fault of the message."""
    tried = (*delivery.earlier, *delivery.attempts)[-KEPT_ATTEMPTS:]
    return delivery.becoming(state=DeliveryState.QUEUED, next_attempt_at=at, parked=False, attempts=(), earlier=tried)
