"""The event bus: each accepted event goes to the queue of each rule it matches, in EventBridge's envelope."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from infra.local import patterns, queues
from infra.local.arns import ACCOUNT, REGION, last_part, service_of
from infra.local.calls import Answer, Call, error_answer, json_answer

_ENTRIES_A_CALL = 10
_ENTRY_BYTES = 262_144


@dataclass(frozen=True)
class Target:
    """A queue that a rule feeds, and where the event goes when that queue is gone."""

    queue: str
    dead_queue: str = ""


@dataclass(frozen=True)
class Rule:
    """One rule of a bus."""

    name: str
    pattern: Mapping[str, Any]
    targets: tuple[Target, ...]
    enabled: bool = True


@dataclass
class Router:
    """All buses with their rules. Call with the world's lock held."""

    buses: dict[str, list[Rule]] = field(default_factory=dict)

    def put_events(self, call: Call) -> Answer:
        """Answers `events:PutEvents`: each entry is accepted or refused on its own."""
        entries = call.request.get("Entries", [])
        if not 1 <= len(entries) <= _ENTRIES_A_CALL:
            return error_answer("ValidationException", f"1 to {_ENTRIES_A_CALL} entries, not {len(entries)}")
        if sum(_size(entry) for entry in entries) > _ENTRY_BYTES:
            return error_answer("ValidationException", "Total size of the entries in the request is over the limit.")
        results = [self._accept(entry) for entry in entries]
        failed = sum("ErrorCode" in result for result in results)
        return json_answer({"FailedEntryCount": failed, "Entries": results})

    def _accept(self, entry: Mapping[str, Any]) -> dict[str, str]:
        bus = last_part(entry.get("EventBusName", "default"))
        if refusal := _refusal(entry):
            return refusal
        if bus not in self.buses:
            return {"ErrorCode": "ResourceNotFoundException", "ErrorMessage": f"Event bus {bus} does not exist."}
        event = _envelope(entry)
        for rule in self.buses[bus]:
            if rule.enabled and patterns.matches(rule.pattern, event):
                for target in rule.targets:
                    _deliver(target, rule, event)
        return {"EventId": event["id"]}


def _refusal(entry: Mapping[str, Any]) -> dict[str, str] | None:
    for name in ("Source", "DetailType", "Detail"):
        if not entry.get(name):
            return {"ErrorCode": "InvalidArgument", "ErrorMessage": f"Parameter {name} is not valid."}
    try:
        detail = json.loads(entry["Detail"])
    except json.JSONDecodeError:
        detail = None
    if not isinstance(detail, dict):
        return {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}
    return None


def _size(entry: Mapping[str, Any]) -> int:
    return sum(len(str(entry.get(name, "")).encode()) for name in ("Source", "DetailType", "Detail"))


def _envelope(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": entry["DetailType"],
        "source": entry["Source"],
        "account": ACCOUNT,
        "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": REGION,
        "resources": list(entry.get("Resources", [])),
        "detail": json.loads(entry["Detail"]),
    }


def _deliver(target: Target, rule: Rule, event: Mapping[str, Any]) -> None:
    """A queue that is gone costs the producer nothing: the event goes to the target's dead-letter queue."""
    body = json.dumps(event, ensure_ascii=False)
    if service_of(target.queue) == "sqs" and queues.exists(target.queue):
        queues.send(target.queue, body)
    elif target.dead_queue and queues.exists(target.dead_queue):
        reason = {"RULE_ARN": rule.name, "TARGET_ARN": target.queue, "ERROR_CODE": "NO_SUCH_QUEUE"}
        queues.send(target.dead_queue, body, reason)
