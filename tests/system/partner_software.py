"""A partner's system that posts signed webhooks, and a partner who wants no more offers."""

from __future__ import annotations

import json
from typing import Any

from services.alerts.webhooks.signatures import key_of, signed_headers
from tests.system.machine import Machine, Reply
from tests.system.people import PARTNERS_BY_SMS
from tests.system.visitor import Page
from tests.system.world import TERRITORY, World

SYSTEM = "agence-belfort"


def filled_by_software(world: World, alert: dict[str, Any]) -> Reply:
    """What a partner's system, new to the territory, is answered when it says that the post is filled."""
    printed = world.console("inbound", "create", SYSTEM, "--territory", TERRITORY, "--name", "Logiciel de l’agence")
    secret = next(word for word in printed.split() if word.startswith("whsec_"))
    body = json.dumps({"type": "offer.filled.v1", "data": {"alert_id": alert["id"]}}).encode()
    headers = signed_headers("msg_1", world.now(), body, [key_of(secret)])
    return Machine(world.site, "").send("POST", f"/webhooks/{TERRITORY}/{SYSTEM}", body, headers)


def stopped_by_its_reader(world: World) -> Page:
    """The page after a partner has followed the link in its last text, and confirmed."""
    reader = world.visitor()
    shown = reader.get(world.texts_to(PARTNERS_BY_SMS[0])[-1].link("/arret/"))
    return reader.submit(shown, shown.forms[0].action)
