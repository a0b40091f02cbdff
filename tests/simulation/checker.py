"""Reads a history and says what was broken: it knows what the providers accepted and the table's end, and none of the code."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

FINAL = {"sent", "dead", "superseded"}


@dataclass
class Findings:
    """What a history shows: ids of deliveries."""

    lost: list[str] = field(default_factory=list)
    """Neither accepted by anybody nor shown as failed."""
    failed: list[str] = field(default_factory=list)
    """Shown as failed to a person, with the reason."""
    doubled: list[str] = field(default_factory=list)
    """Accepted more than once without a mark."""
    flagged: list[str] = field(default_factory=list)
    """Accepted more than once, and marked."""
    restless: list[str] = field(default_factory=list)
    """Still to be looked at."""


def examine(
    expected: int, items: list[dict[str, Any]], accepted: list[tuple[str, str]], ids: dict[str, str]
) -> Findings:
    """`ids` gives the id of the delivery of each sort key; a webhook's receiver drops what it has by its id."""
    findings = Findings()
    times = Counter(delivery_id for channel, delivery_id in accepted if channel != "webhook")
    received = {delivery_id for _, delivery_id in accepted}
    for item in items:
        name = ids[item["sk"]]
        if item["state"] == "dead" and item["last_error"]:
            findings.failed.append(name)
        elif name not in received:
            findings.lost.append(name)
        if times[name] > 1:
            marked = item.get("possible_duplicate") and times[name] == 2
            (findings.flagged if marked else findings.doubled).append(name)
        if item["state"] not in FINAL or "due_sk" in item:
            findings.restless.append(name)
    findings.lost += ["never created"] * (expected - len(items))
    return findings
