"""A partner's system that posts to a platform in memory, as the gateway passes its requests on."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from itertools import count
from types import SimpleNamespace
from typing import Any

from services.alerts.inbound.administering import Administration
from services.alerts.inbound.admitting import Gate
from services.alerts.inbound.api import resolver
from services.alerts.inbound.keys import Keyring
from services.alerts.inbound.system import SystemStore
from services.alerts.rules.alert import Alert
from services.alerts.webhooks.signatures import key_of, signed_headers
from tests.unit.alerts.fake_platform import TERRITORY, Platform

AGENCY = "agence-belfort"


class Vault:
    """Seals by turning bytes over; opens only in the same context."""

    def __init__(self) -> None:
        self.opened = 0

    def encrypt(self, plain: bytes, context: Mapping[str, str]) -> bytes:
        return json.dumps([plain.decode()[::-1], dict(context)]).encode()

    def decrypt(self, sealed: bytes, context: Mapping[str, str]) -> bytes:
        text, sealed_in = json.loads(sealed)
        assert sealed_in == context
        self.opened += 1
        return str(text)[::-1].encode()


class Answer:
    """What came back."""

    def __init__(self, response: Mapping[str, Any]) -> None:
        self.status: int = response["statusCode"]
        self.headers: dict[str, str] = dict(response["headers"])
        self.body: str = response["body"]

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def whole(self) -> tuple[int, str, str]:
        """Everything that its reader can tell answers apart by."""
        return self.status, self.body, json.dumps(self.headers, sort_keys=True)


class PartnerSystem:
    """The agency's software, which knows its secret, and the function that it speaks to."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.vault = Vault()
        self.systems = SystemStore(platform.table)
        keys = count(1)
        self.operator = Administration(
            self.systems, self.vault, platform.clock, platform.new_id, lambda size: bytes([next(keys)]) * size
        )
        self.secret = self.operator.create(TERRITORY, AGENCY, "Logiciel de l’agence de Belfort")
        gate = Gate(self.systems, Keyring(self.vault), platform.clock)
        self._inbound = resolver(gate, platform.desk)
        self._ids = count(1)

    def say(self, kind: str, alert: Alert, message_id: str | None = None, **data: Any) -> Answer:
        """One message about an alert, signed as it should be; a fresh id each time unless one is given."""
        return self.send({"type": kind, "data": {"alert_id": alert.alert_id, **data}}, message_id)

    def registered(self, alert: Alert, message_id: str | None = None, reference: str = "048KLTP") -> Answer:
        """The offer is registered."""
        return self.say("offer.registered.v1", alert, message_id, reference=reference, contact="Agence, 03 84 00 00 00")

    def send(self, message: Any, message_id: str | None = None) -> Answer:
        body = message if isinstance(message, bytes) else json.dumps(message, ensure_ascii=False).encode()
        return self.post(body, self.headers(body, message_id or f"msg_{next(self._ids):06}"))

    def headers(self, body: bytes, message_id: str = "msg_000000", *secrets: str) -> dict[str, str]:
        """The three headers, signed now with the system's secret or with these."""
        keys = [key_of(secret) for secret in secrets or (self.secret,)]
        return signed_headers(message_id, self.platform.clock.now(), body, keys)

    def post(
        self,
        body: bytes,
        headers: Mapping[str, str],
        /,
        path: str = f"/webhooks/{TERRITORY}/{AGENCY}",
        method: str = "POST",
        **changes: Any,
    ) -> Answer:
        """Those very bytes and headers."""
        event = {
            "version": "2.0",
            "routeKey": "ANY /webhooks/{proxy+}",
            "rawPath": path,
            "rawQueryString": "",
            "headers": {"content-type": "application/json", **headers},
            "requestContext": {"http": {"method": method, "path": path}, "stage": "$default"},
            "body": base64.b64encode(body).decode(),
            "isBase64Encoded": True,
        }
        return Answer(self._inbound({**event, **changes}, SimpleNamespace()))
