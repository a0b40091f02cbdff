"""What the providers publish of each message that they took: at least once, or late, or never."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from tests.simulation.fake_queue import FakeQueue
from tests.simulation.history import Accepted
from tests.simulation.machine import MINUTE, SECOND
from tests.simulation.ports import Ports

LATEST = 15 * MINUTE
"""How late a word may come that is late."""


@dataclass
class Words:
    """The topic of the providers' events, and the queue behind it."""

    ports: Ports
    queue: FakeQueue
    silent: bool = False

    def follow(self, accepted: Accepted, tags: Mapping[str, str]) -> None:
        """One word of each message: that it was taken, or that it has arrived; the other one would say no more."""
        if self.silent or accepted.channel == "webhook":
            return
        write = _of_mail if accepted.channel == "email" else _of_text
        hub = self.ports.hub
        kind, wait = hub.dice.choice((("accepted", 2 * SECOND), ("delivered", 40 * SECOND)))
        fault = self.ports.fate("word", ("dropped", "twice", "late"))
        late = int(hub.dice.random() * LATEST) if fault == "late" else 0
        word = json.dumps(write(kind, accepted, tags, hub.instant(hub.now)))
        for _ in range({"dropped": 0, "twice": 2}.get(fault, 1)):
            hub.at(hub.now + int(wait * (0.5 + hub.dice.random())) + late, partial(self.queue.send, word))


def _of_mail(kind: str, accepted: Accepted, tags: Mapping[str, str], at: Any) -> dict[str, Any]:
    mail = {
        "timestamp": at.isoformat(),
        "messageId": f"email-{accepted.at}",
        "destination": [accepted.to],
        "tags": {name: [value] for name, value in tags.items()},
    }
    return {"eventType": {"accepted": "Send", "delivered": "Delivery"}[kind], "mail": mail}


def _of_text(kind: str, accepted: Accepted, tags: Mapping[str, str], at: Any) -> dict[str, Any]:
    return {
        "eventType": {"accepted": "TEXT_SUCCESSFUL", "delivered": "TEXT_DELIVERED"}[kind],
        "eventTimestamp": int(at.timestamp() * 1000),
        "context": dict(tags),
        "messageId": f"sms-{accepted.at}",
        "destinationPhoneNumber": accepted.to,
    }
