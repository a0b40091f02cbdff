"""Standard Webhooks signatures: made over the exact bytes that leave, verified strictly on what arrives.

Source of the rules: https://www.standardwebhooks.com (symmetric keys, `v1`). Where the specification is loose about the form
of the headers, this verifier takes one form only, so that two readers can never understand the same request differently.
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from shared.errors import Unidentified

TOLERANCE = timedelta(minutes=5)
PREFIX = "whsec_"
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_TIMESTAMP = re.compile(r"[1-9][0-9]{0,10}")
_KEY_BYTES = range(24, 65)


class BadSignature(Unidentified):
    """The request does not prove where it comes from; the message never says what was wrong with it."""

    def __init__(self) -> None:
        super().__init__("Cette requête n’est pas authentifiée.", code="signature")


def key_of(secret: str) -> bytes:
    """The key in a `whsec_…` text; raises ValueError unless it is base64 of 24 to 64 bytes."""
    key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    if len(key) not in _KEY_BYTES or not secret.startswith(PREFIX):
        raise ValueError("not a webhook secret")
    return key


def signed_headers(message_id: str, sent_at: datetime, body: bytes, keys: list[bytes]) -> dict[str, str]:
    """The three headers of a message; several keys, during a rotation, give several signatures."""
    timestamp = str(int(sent_at.timestamp()))
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(f"v1,{_signature(message_id, timestamp, body, key)}" for key in keys),
    }


def verify(headers: Mapping[str, str], body: bytes, keys: list[bytes], now: datetime) -> str:
    """The message's id, if one of the keys signed these very bytes within five minutes; raises BadSignature.

    `headers` have lower-case names; a header that came twice must have been refused before.
    """
    message_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not _ID.fullmatch(message_id) or not _TIMESTAMP.fullmatch(timestamp):
        raise BadSignature
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE.total_seconds():
        raise BadSignature
    expected = [f"v1,{_signature(message_id, timestamp, body, key)}".encode() for key in keys]
    given = [token.encode(errors="replace") for token in headers.get("webhook-signature", "").split(" ")]
    # Every pair is compared, whatever came before: the time taken tells nothing.
    if not sum(hmac.compare_digest(token, one) for token in given for one in expected):
        raise BadSignature
    return message_id


def _signature(message_id: str, timestamp: str, body: bytes, key: bytes) -> str:
    content = f"{message_id}.{timestamp}.".encode() + body
    return base64.b64encode(hmac.digest(key, content, "sha256")).decode()
