"""What is posted to an endpoint beside deliveries: the challenge that a new address must echo, and the test event."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from services.alerts.channels.outlet import Outlet, Reply, headers_of
from services.alerts.deliveries.delivery import Report
from services.alerts.endpoints.endpoint import Endpoint
from services.alerts.endpoints.keyring import Keyring
from shared.clock import to_text
from shared.ids import derived_id

CHALLENGE, TEST = "endpoint.challenge.v1", "endpoint.test.v1"
NOT_ECHOED = (
    "L’adresse a répondu sans renvoyer le défi : voyez avec le partenaire si c’est la sienne et si son code y répond."
)


@dataclass(frozen=True)
class Challenger:
    """Posts signed events that are no deliveries. `token` makes a text that nobody can guess."""

    keyring: Keyring
    outlet: Outlet
    token: Callable[[], str]

    def challenge(self, endpoint: Endpoint, url: str, now: datetime) -> Report:
        """Whether that address echoes what it is sent; raises Unreachable when nothing can sign, Unavailable."""
        token = self.token()
        reply = self._post(endpoint, url, CHALLENGE, {"challenge": token}, now)
        if reply.report.verdict != "sent" or _echoes(reply.body, token):
            return reply.report
        return reply.report.model_copy(update={"verdict": "refused", "reason": NOT_ECHOED})

    def test(self, endpoint: Endpoint, now: datetime) -> Report:
        """What comes of a test event to the address in force; raises Unreachable, Unavailable."""
        return self._post(endpoint, endpoint.url, TEST, {"partner_id": endpoint.partner_id}, now).report

    def _post(self, endpoint: Endpoint, url: str, kind: str, data: dict[str, str], now: datetime) -> Reply:
        message_id = derived_id(kind, endpoint.territory_id, endpoint.partner_id, url, to_text(now))
        event = {
            "type": kind,
            "id": message_id,
            "time": to_text(now),
            "territory_id": endpoint.territory_id,
            "data": data,
        }
        body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
        return self.outlet.post(url, headers_of(message_id, body, self.keyring.signing(endpoint, now), now), body, now)


def _echoes(body: bytes, token: str) -> bool:
    """The answer is the challenge itself, or a JSON object that has it: a server that repeats anything proves nothing."""
    text = body.decode(errors="replace").strip()
    if text == token:
        return True
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(answer, dict) and answer.get("challenge") == token
