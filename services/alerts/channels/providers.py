"""What AWS answers to a send, as a report: refused for good, not now, or nobody knows."""

from __future__ import annotations

from collections.abc import Callable

from services.alerts.delivery import Delivery, Report
from shared.aws import Refused, Throttled
from shared.errors import Unavailable

RECIPIENT_FAULTS = {"MessageRejected", "BadRequestException", "ValidationException", "ConflictException"}
"""Codes that speak of this message or this recipient; any other refusal speaks of our set-up, which somebody repairs."""


def reported(send: Callable[[], str]) -> Report:
    """Sends once; the message id, or how it failed in French."""
    try:
        return Report(verdict="sent", message_id=send())
    except Refused as error:
        if error.code in RECIPIENT_FAULTS:
            return Report(
                verdict="refused",
                reason=f"Le service d’envoi a refusé ce message ({error.code}) : vérifiez l’adresse du destinataire dans "
                "l’annuaire, puis rejouez l’envoi.",
            )
        return Report(verdict="later", reason=f"Le service d’envoi n’est pas prêt ({error.code}) : nouvel essai prévu.")
    except Throttled:
        return Report(verdict="later", reason="Le service d’envoi est saturé : nouvel essai prévu.")
    except Unavailable:
        return Report(verdict="unknown")


def tags(delivery: Delivery) -> dict[str, str]:
    """What the provider's events bring back, to find the delivery and the attempt again: ids only."""
    return {
        "territory": delivery.territory_id,
        "alert": delivery.alert_id,
        "delivery": delivery.id,
        "attempt": str(delivery.fence + 1),
    }
