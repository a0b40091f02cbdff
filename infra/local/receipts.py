"""What the providers of e-mail and texts say afterwards of each message, in their own words, to the topic's subscribers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

from infra.local import queues
from infra.local.clock import Clock
from infra.local.durability import Store
from infra.local.outbox import EMAIL

Outcome = Literal["delivered", "accepted", "bounced", "full", "complained", "silent"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
DELAY = timedelta(seconds=3)
"""A provider speaks some time after it has answered the sender."""
_OUTCOME = "receipt-outcome"

_MAIL: Mapping[Outcome, tuple[tuple[str, dict[str, Any]], ...]] = {
    "delivered": (("Delivery", {}),),
    "accepted": (("Send", {}),),
    "bounced": (("Bounce", {"bounceType": "Permanent", "bounceSubType": "General"}),),
    "full": (("Bounce", {"bounceType": "Transient", "bounceSubType": "MailboxFull"}),),
    "complained": (("Delivery", {}), ("Complaint", {"complaintFeedbackType": "abuse"})),
    "silent": (),
}
_TEXT: Mapping[Outcome, tuple[str, ...]] = {
    "delivered": ("DELIVERED",),
    "accepted": ("SUCCESSFUL",),
    "bounced": ("INVALID",),
    "full": ("UNREACHABLE",),
    "complained": ("BLOCKED",),
    "silent": (),
}


@dataclass
class Topics:
    """What the templates deployed to listen with."""

    queues: dict[str, list[str]] = field(default_factory=dict)
    """Topic ARN → the queues that it feeds."""
    told: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    """(kind of message, configuration set) → the topics that are told."""


class Receipts:
    """Speaks as SES and End User Messaging do. Call `say` with the world's lock held."""

    def __init__(self, topics: Topics, store: Store, clock: Clock) -> None:
        self._topics = topics
        self._store = store
        self._clock = clock

    def set_outcome(self, address: str, outcome: Outcome) -> None:
        """From now on every message to this address or number ends so."""
        self._store.save_fact(_OUTCOME, address, outcome)

    def say(self, kind: str, body: Mapping[str, Any]) -> None:
        """Publishes what becomes of a message that was just accepted."""
        outcome: Outcome = self._store.fact(_OUTCOME, body["to"][0]) or "delivered"
        events = _of_mail if kind == EMAIL else _of_text
        for event in events(outcome, body, self._clock.now() + DELAY):
            for topic in self._topics.told.get((kind, body["configuration"]), []):
                for queue in self._topics.queues.get(topic, []):
                    queues.send(queue, json.dumps(event, ensure_ascii=False), delay_s=int(DELAY.total_seconds()))


def _of_mail(outcome: Outcome, body: Mapping[str, Any], at: datetime) -> Iterator[dict[str, Any]]:
    """As SES publishes them to SNS; tags come back as lists."""
    for kind, detail in _MAIL[outcome]:
        yield {
            "eventType": kind,
            "mail": {
                "timestamp": (at - DELAY).isoformat(),
                "messageId": body["message_id"],
                "source": body["sender"],
                "destination": body["to"],
                "tags": {name: [value] for name, value in body["tags"].items()},
            },
            kind.lower(): {"timestamp": at.isoformat(), **detail},
        }


def _of_text(outcome: Outcome, body: Mapping[str, Any], at: datetime) -> Iterator[dict[str, Any]]:
    """As End User Messaging publishes them to SNS."""
    for status in _TEXT[outcome]:
        yield {
            "eventType": f"TEXT_{status}",
            "eventVersion": "1.0",
            "eventTimestamp": int(at.timestamp() * 1000),
            "isFinal": True,
            "destinationPhoneNumber": body["to"][0],
            "messageId": body["message_id"],
            "messageStatus": status,
            "context": body["context"],
        }
