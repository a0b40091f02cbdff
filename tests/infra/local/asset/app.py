"""The functions of the small system that the local system's own tests run."""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import UTC, datetime
from typing import Any

import boto3

import shared

CALLS: list[Any] = []
LOADED_BY = os.getpid()
Event = dict[str, Any]


def _table() -> Any:
    return boto3.resource("dynamodb").Table(os.environ["TABLE"])


def hear(event: Event, context: Any) -> Any:
    """Notes each message; a body with `fail` fails, one with `crash` ends the process."""
    failures = []
    for record in event["Records"]:
        body = json.loads(record["body"])
        told = body.get("detail", body)
        if told.get("crash"):
            os._exit(1)
        if told.get("fail"):
            failures.append({"itemIdentifier": record["messageId"]})
            continue
        count = record["attributes"]["ApproximateReceiveCount"]
        _table().put_item(Item={"pk": "HEARD", "sk": told["id"], "body": record["body"], "receives": count})
    return {"batchItemFailures": failures}


def stuck(event: Event, context: Any) -> Any:
    """Never ends."""
    time.sleep(60)


def follow(event: Event, context: Any) -> Any:
    """Notes each new item of the partition WATCHED in order; one whose `poison` is set always fails."""
    for record in event["Records"]:
        image = record["dynamodb"].get("NewImage", {})
        if image.get("pk", {}).get("S") != "WATCHED":
            continue
        if "poison" in image:
            return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}
        _table().update_item(
            Key={"pk": "SEEN", "sk": "all"},
            UpdateExpression="SET so_far = list_append(if_not_exists(so_far, :none), :one)",
            ExpressionAttributeValues={":none": [], ":one": [image["sk"]["S"]]},
        )
    return {"batchItemFailures": []}


def tick(event: Event, context: Any) -> Any:
    """Notes when it was called for, and what time it was."""
    now = datetime.now(UTC).isoformat()
    if os.environ.get("FAILS"):
        raise RuntimeError("this clock is broken")
    _table().put_item(Item={"pk": "TICK", "sk": event["scheduled_at"], "now": now, "to": context.function_name})


def web(event: Event, context: Any) -> Any:
    """Answers with the event itself, or with what `?answer=` names."""
    wanted = event.get("queryStringParameters", {}).get("answer")
    if wanted == "error":
        raise ValueError("broken page")
    if wanted == "binary":
        return {
            "statusCode": 200,
            "headers": {"content-type": "image/png"},
            "body": "iVBORw==",
            "isBase64Encoded": True,
        }
    if wanted == "cookies":
        return {"statusCode": 303, "headers": {"location": "/x"}, "cookies": ["a=1; Path=/", "b=2"], "body": ""}
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": json.dumps(event)}


def ask(event: Event, context: Any) -> Any:
    """Tells about its own process, or sends what it is asked to."""
    CALLS.append(event)
    if event.get("say"):
        sys.stdout.write(event["say"] + "\n")
    if event.get("mail"):
        boto3.client("sesv2").send_email(Content={"Raw": {"Data": event["mail"].encode()}})
    return {
        "shared": shared.__file__,
        "path": sys.path,
        "modules": sorted(name for name in sys.modules if name.startswith(("infra", "moto", "services"))),
        "environment": dict(os.environ),
        "pid": os.getpid(),
        "loaded_by": LOADED_BY,
        "calls": len(CALLS),
        "now": time.time(),
        "remaining_ms": context.get_remaining_time_in_millis(),
        "memory_mb": context.memory_limit_in_mb,
    }
