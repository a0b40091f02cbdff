"""Hints: the short messages that make a worker look at a delivery or a round; a hint lost or doubled changes nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Literal

from services.alerts.deliveries.state import WAITING, DeliveryState
from shared.clock import from_text
from shared.tables import Item

CARRIED = timedelta(minutes=15)
"""The longest delay of a queue; whatever is further away waits for the sweep."""

QueueName = Literal["emails", "texts", "webhooks", "broadcasts"]
_QUEUES: dict[str, QueueName] = {"email": "emails", "sms": "texts", "webhook": "webhooks"}


@dataclass(frozen=True)
class Hint:
    """A message for one of the service's queues; `body` is a `Work` in JSON."""

    queue: QueueName
    body: str
    delay_s: int = 0
    group: str = ""
    """Whose turn it takes: a queue serves groups fairly, so that one slow recipient does not keep the others waiting."""


def stream_hint(item: Item, now: datetime) -> Hint | None:
    """The hint that a new image of an item calls for at once; None when there is nothing to do, or not soon.

    An item that the sweep has just postponed has had its hint; what is parked is let out by the sweep alone.
    """
    if "reminders" in item or item.get("parked"):
        return None
    if item.get("kind") == "round":
        return None if item["done"] else due_hint(item, now)
    if item.get("kind") != "delivery" or DeliveryState(item["state"]) not in WAITING:
        return None
    return due_hint(item, now) if _wait(item, now) <= CARRIED else None


def due_hint(item: Item, now: datetime) -> Hint:
    """The hint for a delivery or a round that is to be looked at."""
    work = {name: item[name] for name in ("territory_id", "alert_id", "sk")}
    body = json.dumps(work, ensure_ascii=False, separators=(",", ":"))
    if item["kind"] == "round":
        return Hint("broadcasts", body)
    group = f"{item['territory_id']}/{item['recipient_id']}"  # ids of 60 characters at the most; a group may have 128
    return Hint(_QUEUES[item["channel"]], body, ceil(_wait(item, now).total_seconds()), group)


def _wait(item: Item, now: datetime) -> timedelta:
    """Until the next attempt; an expired claim says nothing and waits no more."""
    if item["state"] == DeliveryState.CLAIMED:
        return timedelta()
    return max(from_text(item["next_attempt_at"]) - now, timedelta())
