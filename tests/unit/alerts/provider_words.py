"""What SES and End User Messaging publish, in their own words: after the examples of AWS's documentation."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from services.alerts.channels.providers import tags
from services.alerts.deliveries.delivery import Delivery, Said
from services.alerts.provider_events.reading import ProviderWord
from tests.unit.alerts.delivery_scene import NOON

LATER = NOON + timedelta(seconds=2)
MAIL_DETAILS: dict[str, dict[str, Any]] = {
    "Send": {},
    "Delivery": {"timestamp": LATER.isoformat(), "processingTimeMillis": 546, "smtpResponse": "250 ok"},
    "Bounce": {
        "bounceType": "Permanent",
        "bounceSubType": "General",
        "bouncedRecipients": [{"emailAddress": "a@b.example", "action": "failed", "status": "5.1.1"}],
        "timestamp": "2026-11-26T11:00:02.000Z",
        "feedbackId": "0100",
    },
    "Complaint": {"timestamp": LATER.isoformat(), "complaintFeedbackType": "abuse"},
    "Reject": {"reason": "Bad content"},
    "DeliveryDelay": {"timestamp": LATER.isoformat(), "delayType": "TransientCommunicationFailure"},
    "Rendering Failure": {"errorMessage": "…", "templateName": "none"},
}
_MEMBERS = {"DeliveryDelay": "deliveryDelay", "Rendering Failure": "failure"}


def of_mail(kind: str, delivery: Delivery, **detail: Any) -> dict[str, Any]:
    """An event about the delivery's next attempt, as SES publishes it to SNS."""
    return {
        "eventType": kind,
        "mail": {
            "timestamp": LATER.isoformat(),
            "messageId": "EXAMPLE7c191be45",
            "source": "Vigie <alertes@vigie.example>",
            "sendingAccountId": "123456789012",
            "destination": ["a@b.example"],
            "tags": {"ses:configuration-set": ["vigie"], **{name: [tag] for name, tag in tags(delivery).items()}},
        },
        _MEMBERS.get(kind, kind.lower()): {**MAIL_DETAILS.get(kind, {}), **detail},
    }


def of_text(status: str, delivery: Delivery) -> dict[str, Any]:
    """An event about the delivery's next attempt, as End User Messaging publishes it."""
    return {
        "eventType": f"TEXT_{status}",
        "eventVersion": "1.0",
        "eventTimestamp": int(LATER.timestamp() * 1000),
        "isFinal": True,
        "originationPhoneNumber": "VIGIE",
        "destinationPhoneNumber": "+33612345678",
        "messageId": "862a8790",
        "messageStatus": status,
        "context": tags(delivery),
        "totalMessageParts": 1,
    }


def enveloped(event: dict[str, Any]) -> str:
    """The event as SNS hands it on when it is not asked for raw delivery."""
    return json.dumps({"Type": "Notification", "TopicArn": "arn:aws:sns:x", "Message": json.dumps(event)})


def said(kind: Said, delivery: Delivery, attempt: int = 1, at: datetime = LATER) -> ProviderWord:
    """The same thing, once it is read."""
    address = "+33612345678" if delivery.channel == "sms" else "coordination@md3e.example"
    return ProviderWord(
        kind, at, delivery.territory_id, delivery.alert_id, delivery.sk, attempt, message_id="m-9", address=address
    )
