"""Whether a message really comes from the system that its address names, decided on the exact bytes that came.

Whatever is wrong, there is one refusal, the same for an unknown territory as for a wrong signature: it tells nothing.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.alerts.inbound.keys import Keyring
from services.alerts.inbound.system import System, SystemStore
from services.alerts.webhooks.signatures import BadSignature, verify
from shared.clock import Clock

LONGEST_BODY = 64 * 1024
"""Bytes; a message that says what became of an offer has a few hundred."""

_DECOY = b"\0" * 32
"""What a message is compared with where there is no key; a message that fits it is refused all the same."""

_SIGNATURES = re.compile(r"[^ ,]+,[^ ,]+(?: [^ ,]+,[^ ,]+)*")
"""One header's worth: the gateway joins a header that came twice by a comma, which shows here as one too many."""


@dataclass(frozen=True)
class Admitted:
    """A message whose sender is known."""

    system: System
    message_id: str
    body: bytes


@dataclass(frozen=True)
class Gate:
    """Lets messages in."""

    systems: SystemStore
    keyring: Keyring
    clock: Clock

    def admit(self, territory_id: str, system_id: str, invocation: Mapping[str, Any]) -> Admitted:
        """The message, verified; raises BadSignature, or Unavailable when the keys cannot be opened for now."""
        body, headers = raw_body(invocation), single_headers(invocation)
        now = self.clock.now()
        system = self.systems.get(territory_id, system_id)
        keys = self.keyring.open(system.keys_at(now), system.context) if system else []
        message_id = verify(headers, body, keys or [_DECOY], now)
        if system is None or not keys:
            raise BadSignature
        return Admitted(system, message_id, body)


def raw_body(invocation: Mapping[str, Any]) -> bytes:
    """The bytes as they were sent; raises BadSignature over 64 kB or when they cannot be had."""
    text = str(invocation.get("body") or "")
    if len(text) > LONGEST_BODY * 2:
        raise BadSignature
    try:
        body = base64.b64decode(text, validate=True) if invocation.get("isBase64Encoded") else text.encode()
    except ValueError:
        raise BadSignature from None
    if len(body) > LONGEST_BODY:
        raise BadSignature
    return body


def single_headers(invocation: Mapping[str, Any]) -> dict[str, str]:
    """The headers by lower-case name; raises BadSignature where one that matters came twice."""
    given = invocation.get("headers") or {}
    headers = {str(name).lower(): str(value) for name, value in given.items()}
    if len(headers) < len(given) or not _SIGNATURES.fullmatch(headers.get("webhook-signature", "")):
        raise BadSignature
    return headers
