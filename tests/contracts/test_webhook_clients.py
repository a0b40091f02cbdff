"""What Vigie posts is accepted by software that nobody here wrote, byte for byte as it came from the socket."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
import standardwebhooks
from jsonschema import Draft7Validator  # type: ignore[import-untyped]

from console.asyncapi import asyncapi_file
from console.webhook_documents import kinds_of
from services.alerts.partners.events import EVENTS
from tests.contracts.node import clients, run_node
from tests.contracts.webhook_mail import KINDS, NEXT_SECRET, SECRET, received

OTHER = "whsec_c29tZWJvZHkgZWxzZeKAmXMgc2VjcmV0LCBub3Qgb3Vycw=="


def said_by_node(deliveries: list[tuple[str, dict[str, str], bytes]]) -> list[Any]:
    """What the npm package makes of (secret, headers, body): the event, or None when it refuses."""
    folder = clients()
    given = [
        {"secret": secret, "headers": headers, "body": base64.b64encode(body).decode()}
        for secret, headers, body in deliveries
    ]
    said: list[Any] = json.loads(run_node(folder / "verify.mjs", given=json.dumps(given).encode(), folder=folder))
    return said


@pytest.mark.parametrize("secret", [SECRET, NEXT_SECRET])
def test_the_python_package_accepts_every_kind(secret: str) -> None:
    """During a rotation whoever knows either secret verifies every message, challenge and test included."""
    for kind, (headers, body) in received().items():
        assert standardwebhooks.Webhook(secret).verify(body, headers)["type"] == kind


def test_the_npm_package_accepts_every_kind() -> None:
    """The same requests, the other implementation; the raw body in, the event out."""
    mail = [(secret, *delivery) for secret in (SECRET, NEXT_SECRET) for delivery in received().values()]
    assert [event["type"] for event in said_by_node(mail)] == [*KINDS, *KINDS]


def test_both_packages_refuse_what_was_changed() -> None:
    """Another secret, another body, another id: what they accept, they accept for a reason."""
    headers, body = received()[KINDS[0]]
    changed = [
        (OTHER, headers, body),
        (SECRET, headers, body.replace(b"048KLTP", b"048KLTQ")),
        (SECRET, {**headers, "webhook-id": "another"}, body),
    ]
    assert said_by_node(changed) == [None, None, None]
    for secret, told, content in changed:
        with pytest.raises(standardwebhooks.WebhookVerificationError):
            standardwebhooks.Webhook(secret).verify(content, told)


@pytest.mark.parametrize("kind", KINDS)
def test_every_body_is_exactly_what_its_class_says(kind: str) -> None:
    """No attribute more, none less: the documents written from the classes tell the truth."""
    event = kinds_of(EVENTS)[kind]
    headers, body = received()[kind]
    read = event.model_validate_json(body)
    again = json.loads(read.model_dump_json())
    told = json.loads(body)
    assert {**again, "time": told["time"]} == told
    assert told["id"] == headers["webhook-id"]


def test_every_event_has_been_posted() -> None:
    """A class that is added is posted here too, or it is nobody's contract."""
    assert set(kinds_of(EVENTS)) == set(received())


def test_the_asyncapi_document_is_valid_by_its_publishers_own_schema() -> None:
    """AsyncAPI 3.0 as its authors wrote it down."""
    schema = json.loads((clients() / "node_modules/@asyncapi/specs/schemas/3.0.0-without-$id.json").read_text())
    (document,) = asyncapi_file().values()
    found = Draft7Validator(schema).iter_errors(json.loads(document))
    assert [f"{'/'.join(map(str, error.path))}: {error.message[:200]}" for error in found] == []
