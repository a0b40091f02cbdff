"""The demonstration partners' webhook receiver: checks the signature as the standard's own library does, answers as told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

from infra.local.durability import Store
from infra.local.outbox import WEBHOOK, Outbox

_SECRET, _ANSWER = "webhook-secret", "webhook-answer"
_OK = 200


class Receiver:
    """One address a partner; what arrives is kept in the outbox with the verdict."""

    def __init__(self, store: Store, outbox: Outbox) -> None:
        self._store = store
        self._outbox = outbox

    def set_secret(self, partner: str, secret: str) -> None:
        """From now on this partner checks signatures with this `whsec_…`; raises ValueError for anything else."""
        Webhook(secret)
        self._store.save_fact(_SECRET, partner, secret)

    def set_answer(self, partner: str, status: int) -> None:
        """From now on this partner answers with this HTTP status."""
        self._store.save_fact(_ANSWER, partner, status)

    def receive(self, partner: str, headers: Mapping[str, str], body: bytes) -> int:
        """Keeps a request and returns the HTTP status to answer."""
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
        return status

    def _verdict(self, partner: str, headers: Mapping[str, str], body: bytes) -> str:
        secret = self._store.fact(_SECRET, partner)
        if secret is None:
            return "signature non vérifiée : aucun secret enregistré"
        try:
            Webhook(secret).verify(body, dict(headers), json_parse=False)
        except WebhookVerificationError as error:
            return f"signature refusée : {error}"
        return "signature vérifiée"
