"""What AWS answers to a send, as a report: refused for good, not now, or nobody knows."""

from __future__ import annotations

from collections.abc import Callable

from services.alerts.deliveries.delivering import Unreachable, Withheld
from services.alerts.deliveries.delivery import Delivery, Report, superseded
from services.alerts.deliveries.silences import Silences, silence_reason
from services.alerts.messages.stop_links import is_optional
from shared.address_book import Directory
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


def heed(silences: Silences, delivery: Delivery, address: str, directory: Directory) -> None:
    """Raises Unreachable when the address must be left alone, Withheld for good where that is its owner's wish.

    SES would accept the message, then drop it. A wish is no failure: nothing is tried another way, and nobody is told.
    Whoever wants no more offers still hears of the alerts that they have to deal with.
    """
    cause = silences.cause(delivery.territory_id, delivery.channel, address)
    if cause == "opted_out" and is_optional(delivery.recipient_id, directory):
        raise Withheld(superseded(delivery, silence_reason(cause)))
    if cause and cause != "opted_out":
        raise Unreachable(silence_reason(cause))


def tags(delivery: Delivery) -> dict[str, str]:
    """What the provider's events bring back, to find the delivery and the attempt again: ids only, five at the most."""
    return {
        "territory": delivery.territory_id,
        "alert": delivery.alert_id,
        "delivery": delivery.id,
        "place": delivery.sk.replace("#", "@"),
        "attempt": str(delivery.fence + 1),
    }


def place_of(tag: str) -> str:
    """The sort key behind the tag `place`: SES takes no `#` in a tag, and no id of ours has an `@`."""
    return tag.replace("@", "#")
