"""Seals the keys of endpoints and opens them again; what is stored is of no use without the vault."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from services.alerts.delivering import Unreachable
from services.alerts.endpoints.endpoint import Endpoint, SealedKey
from services.alerts.signatures import PREFIX, key_of
from shared.ids import derived_id

KEY_BYTES = 32


class Vault(Protocol):
    """Opens the partners' secrets, and seals new ones."""

    def encrypt(self, plain: bytes, context: Mapping[str, str]) -> bytes: ...
    def decrypt(self, sealed: bytes, context: Mapping[str, str]) -> bytes: ...


class Keyring:
    """The keys of every endpoint, each opened once a process: a new secret is another sealed text."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._opened: dict[tuple[str, str, str], bytes] = {}

    def signing(self, endpoint: Endpoint, now: datetime) -> list[bytes]:
        """The live keys, newest first; raises Unreachable when there is none or one is unreadable, Unavailable."""
        keys = [self._open(endpoint, key) for key in endpoint.signing(now)]
        if not keys:
            raise Unreachable("Ce partenaire n’a pas de secret de webhook : donnez-lui un nouveau secret.")
        return keys

    def sealed(self, endpoint: Endpoint, key: bytes, now: datetime) -> tuple[SealedKey, str]:
        """A new key to keep, and the `whsec_…` text to show once; raises Unavailable."""
        secret = PREFIX + base64.b64encode(key).decode()
        cipher = base64.b64encode(self._vault.encrypt(secret.encode(), _context(endpoint))).decode()
        return SealedKey(id=derived_id("endpoint-key", cipher), sealed=cipher, created_at=now), secret

    def _open(self, endpoint: Endpoint, key: SealedKey) -> bytes:
        place = (endpoint.territory_id, endpoint.partner_id, key.sealed)
        if place not in self._opened:
            try:
                plain = self._vault.decrypt(base64.b64decode(key.sealed), _context(endpoint))
                self._opened[place] = key_of(plain.decode())
            except (binascii.Error, ValueError):
                raise Unreachable("Le secret de ce partenaire est illisible : donnez-lui un nouveau secret.") from None
        return self._opened[place]


def _context(endpoint: Endpoint) -> dict[str, str]:
    """What a key is sealed for: another territory's or partner's record cannot open it."""
    return {"territory": endpoint.territory_id, "partner": endpoint.partner_id}
