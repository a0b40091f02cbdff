"""The demonstration partners' webhook receiver: checks the signature as the standard's own library does, answers as told.

It echoes the challenge that a new address is sent, as a partner's program has to.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from standardwebhooks import Webhook, WebhookVerificationError

from infra.local.durability import Store
from infra.local.outbox import WEBHOOK, Outbox

_SECRET, _ANSWER = "webhook-secret", "webhook-answer"
_OK = 200
_REFUSED = "signature refusée"


class Reply(NamedTuple):
    """What the receiver answers."""

    status: int
    body: str = ""


class Receiver:
    """One address a partner; what arrives is kept in the outbox with the verdict."""

    def __init__(self, store: Store, outbox: Outbox) -> None:
        self._store = store
        self._outbox = outbox

    def set_secrets(self, partner: str, *secrets: str) -> None:
        """From now on this partner takes signatures by any of these `whsec_…`; raises ValueError for anything else."""
        for secret in secrets:
            Webhook(secret)
        self._store.save_fact(_SECRET, partner, " ".join(secrets))

    def has_secrets(self, partner: str) -> bool:
        """Whether this partner was ever given a secret."""
        return self._store.fact(_SECRET, partner) is not None

    def set_answer(self, partner: str, status: int) -> None:
        """From now on this partner answers with this HTTP status."""
        self._store.save_fact(_ANSWER, partner, status)

    def receive(self, partner: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Keeps a request and returns what to answer."""
        status = int(self._store.fact(_ANSWER, partner) or _OK)
        verdict = self._verdict(partner, headers, body)
        record: dict[str, Any] = {
            "to": [partner],
            "subject": headers.get("webhook-id", ""),
            "text": body.decode(errors="replace"),
            "headers": dict(headers),
            "verdict": verdict,
            "answer": status,
        }
        self._outbox.deliver(WEBHOOK, record)
        return Reply(status, "" if verdict.startswith(_REFUSED) else _challenge(body))

    def _verdict(self, partner: str, headers: Mapping[str, str], body: bytes) -> str:
        secrets = self._store.fact(_SECRET, partner)
        if not secrets:
            return "signature non vérifiée : aucun secret enregistré"
        refusals = [_refusal(secret, headers, body) for secret in str(secrets).split(" ")]
        return "signature vérifiée" if None in refusals else f"{_REFUSED} : {refusals[0]}"


def _refusal(secret: str, headers: Mapping[str, str], body: bytes) -> str | None:
    """Why this secret did not sign the message; None when it did."""
    try:
        Webhook(secret).verify(body, dict(headers), json_parse=False)
    except WebhookVerificationError as error:
        return str(error)
    return None


def _challenge(body: bytes) -> str:
    """What a challenge wants to hear; nothing for any other event."""
    try:
        event = json.loads(body)
        return str(event["data"]["challenge"]) if event["type"] == "endpoint.challenge.v1" else ""
    except (ValueError, KeyError, TypeError):
        return ""
