"""The AsyncAPI document: every event is in it, in its direction, and nothing refers to what is not there."""

from __future__ import annotations

import json
import re
from typing import Any

from console.asyncapi import ASYNCAPI, asyncapi_file
from services.alerts.inbound.messages import KINDS
from services.alerts.partners.events import EVENTS


def document() -> dict[str, Any]:
    (text,) = asyncapi_file().values()
    made: dict[str, Any] = json.loads(text)
    return made


def test_every_event_travels_in_its_direction() -> None:
    """What Vigie posts is sent, what a partner's system says is received: one operation an event."""
    operations = document()["operations"].values()
    directions = [operation["action"] for operation in operations]
    assert (directions.count("send"), directions.count("receive")) == (len(EVENTS), len(KINDS))


def test_every_reference_leads_somewhere() -> None:
    """A reader's tools can follow each `$ref`."""
    made = document()
    for place in set(re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(made))):
        found: Any = made
        for part in place.split("/"):
            found = found[part]
        assert found


def test_every_message_is_signed() -> None:
    """The three headers of the standard are required of each, in both directions."""
    made = document()
    assert {message["headers"]["$ref"] for message in made["components"]["messages"].values()} == {
        "#/components/schemas/SignedHeaders"
    }
    assert made["components"]["schemas"]["SignedHeaders"]["required"] == [
        *("webhook-id", "webhook-timestamp", "webhook-signature")
    ]
    assert ASYNCAPI.suffix == ".json"
