"""Reads what SES and End User Messaging publish of a message: which of our deliveries, which attempt, what became of it.

Tolerant of what is not ours: a message without our tags names no delivery, a kind of event that we do not use says nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from services.alerts.channels.providers import place_of
from services.alerts.deliveries.delivery import Said
from shared.errors import Unreadable

GREETING = "Successfully validated SNS topic"
"""SES says so in plain text, once, when it is told of the topic."""


class ProviderWord(NamedTuple):
    """What a provider says of one attempt; `kind` is None when it says nothing of use. The address never goes to a log."""

    kind: Said | None
    at: datetime
    territory_id: str = ""
    alert_id: str = ""
    sk: str = ""
    attempt: int = 0
    message_id: str = ""
    address: str = ""

    @property
    def is_ours(self) -> bool:
        """Whether it names a delivery."""
        return bool(self.kind and self.territory_id and self.alert_id and self.sk and self.attempt)


SILENT = ProviderWord(None, datetime.min.replace(tzinfo=UTC))

_MAIL: Mapping[str, Said] = {
    "Send": "accepted",
    "Delivery": "delivered",
    "Complaint": "complained",
    "Reject": "rejected",
    "DeliveryDelay": "delayed",
    "Rendering Failure": "rejected",
    "RenderingFailure": "rejected",
}
_TEXT: Mapping[str, Said] = {
    "TEXT_SENT": "accepted",
    "TEXT_PENDING": "accepted",
    "TEXT_QUEUED": "accepted",
    "TEXT_SUCCESSFUL": "accepted",
    "TEXT_UNKNOWN": "accepted",
    "TEXT_DELIVERED": "delivered",
    "TEXT_INVALID": "bounced",
    "TEXT_INVALID_MESSAGE": "rejected",
    "TEXT_PROTECT_BLOCKED": "rejected",
    "TEXT_UNREACHABLE": "failed",
    "TEXT_CARRIER_UNREACHABLE": "failed",
    "TEXT_BLOCKED": "failed",
    "TEXT_CARRIER_BLOCKED": "failed",
    "TEXT_SPAM": "failed",
    "TEXT_TTL_EXPIRED": "failed",
}
"""SUCCESSFUL is the carrier's word, not the telephone's; UNKNOWN comes after 72 hours without any other."""


def read_word(body: str) -> ProviderWord:
    """Reads one message, in the topic's envelope or out of it; raises Unreadable for what no provider writes."""
    if body.startswith(GREETING):
        return SILENT
    event = _object(json.loads(body))
    if event.get("Type") == "Notification" and "Message" in event:
        return read_word(str(event["Message"]))
    try:
        return _of_text(event) if str(event["eventType"]).startswith("TEXT_") else _of_mail(event)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise Unreadable(f"Nouvelle d’un envoi illisible : {type(error).__name__}.", code="contenu-illisible") from None


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Unreadable("Nouvelle d’un envoi qui n’est pas un objet.", code="contenu-illisible")
    return value


def _of_mail(event: Mapping[str, Any]) -> ProviderWord:
    kind, mail = str(event["eventType"]), event["mail"]
    detail = event.get(kind[:1].lower() + kind[1:].replace(" ", "")) or {}
    said = _of_bounce(detail) if kind == "Bounce" else _MAIL.get(kind)
    tags = {name: values[0] for name, values in mail.get("tags", {}).items()}
    at = datetime.fromisoformat(detail.get("timestamp") or mail["timestamp"])
    return _word(said, at, tags, str(mail["messageId"]), str(mail["destination"][0]))


def _of_bounce(bounce: Mapping[str, Any]) -> Said:
    """Only a permanent one condemns the address; a full mailbox or an automatic answer does not."""
    return "bounced" if bounce["bounceType"] == "Permanent" else "failed"


def _of_text(event: Mapping[str, Any]) -> ProviderWord:
    at = datetime.fromtimestamp(int(event["eventTimestamp"]) / 1000, UTC)
    said, tags = _TEXT.get(event["eventType"]), event.get("context") or {}
    return _word(said, at, tags, str(event["messageId"]), str(event.get("destinationPhoneNumber", "")))


def _word(said: Said | None, at: datetime, tags: Mapping[str, str], message_id: str, address: str) -> ProviderWord:
    attempt = tags.get("attempt", "")
    return ProviderWord(
        kind=said,
        at=at.astimezone(UTC),
        territory_id=tags.get("territory", ""),
        alert_id=tags.get("alert", ""),
        sk=place_of(tags.get("place", "")),
        attempt=int(attempt) if attempt.isascii() and attempt.isdigit() else 0,
        message_id=message_id,
        address=address,
    )
