"""A queue that gives each message at least once: hidden while it is handled, set aside after too many receipts."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

LONGEST_DELAY_S = 900
LONGEST_GROUP = 128
MESSAGE_BYTES = 256 * 1024
SECOND = 1_000_000
"""In microseconds, the unit of time here."""


@dataclass
class Message:
    """One message and how often it was given."""

    id: str
    body: str
    attributes: dict[str, str]
    visible_at: int
    receives: int = 0


@dataclass
class FakeQueue:
    """`max_receives` receipts, then the `dead` queue. `told` hears when a message may be received next."""

    name: str
    now: Callable[[], int]
    visibility_s: int = 180
    max_receives: int = 6
    dead: FakeQueue | None = None
    told: Callable[[int], None] = lambda instant: None
    messages: dict[str, Message] = field(default_factory=dict)
    sent: int = 0
    _order: list[tuple[int, int, str]] = field(default_factory=list)
    """When each message can be received: what is no longer so is passed over."""

    def send(
        self, body: str, *, delay_s: int = 0, attributes: Mapping[str, str] | None = None, group: str = ""
    ) -> None:
        """One message; raises ValueError for what SQS would refuse. Groups are served alike: there is one reader."""
        kept = dict(attributes or {})
        if not 0 <= delay_s <= LONGEST_DELAY_S or len(body.encode()) > MESSAGE_BYTES or not body:
            raise ValueError("a delay of more than 900 s, or a message that is empty or too long")
        if not all(kept.values()) or len(group) > LONGEST_GROUP:
            raise ValueError("an empty attribute, or a long group")
        self.sent += 1
        name = f"{self.name}-{self.sent}"
        self.messages[name] = Message(name, body, kept, 0)
        self._hide(self.messages[name], self.now() + delay_s * SECOND)

    def receive(self, most: int = 10) -> list[dict[str, Any]]:
        """Up to ten messages as a function gets them, each hidden for the visibility time."""
        received: list[Message] = []
        while len(received) < most and self._order and self._order[0][0] <= self.now():
            instant, _, name = heapq.heappop(self._order)
            message = self.messages.get(name)
            if message and message.visible_at == instant and not self._buried(message):
                message.receives += 1
                received.append(message)
        for message in received:
            self._hide(message, self.now() + self.visibility_s * SECOND)
        return [self._record(message) for message in received]

    def delete(self, receipt: str) -> None:
        """The message is done with; says nothing if it was already."""
        self.messages.pop(receipt, None)

    def has_visible(self) -> bool:
        """Whether a message can be received now."""
        return any(self.messages[name].visible_at <= self.now() for name in self.messages)

    def _hide(self, message: Message, until: int) -> None:
        message.visible_at = until
        heapq.heappush(self._order, (until, int(message.id.rpartition("-")[2]), message.id))
        self.told(until)

    def _buried(self, message: Message) -> bool:
        if self.dead is None or message.receives < self.max_receives:
            return False
        del self.messages[message.id]
        self.dead.send(message.body, attributes=message.attributes)
        return True

    def _record(self, message: Message) -> dict[str, Any]:
        kept = {name: {"dataType": "String", "stringValue": value} for name, value in message.attributes.items()}
        return {
            "messageId": message.id,
            "receiptHandle": message.id,
            "body": message.body,
            "attributes": {"ApproximateReceiveCount": str(message.receives)},
            "messageAttributes": kept,
            "eventSource": "aws:sqs",
            "eventSourceARN": f"arn:aws:sqs:eu-west-3:123456789012:{self.name}",
        }
