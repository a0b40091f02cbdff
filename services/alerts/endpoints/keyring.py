"""Seals the keys of endpoints and opens them again; what is stored is of no use without the vault."""

from __future__ import annotations

from datetime import datetime

from services.alerts.deliveries.delivering import Unreachable
from services.alerts.endpoints.endpoint import Endpoint
from services.alerts.webhooks.sealed_keys import OpenedKeys, SealedKey, Vault, sealed_text, secret_of
from shared.ids import derived_id


class Keyring:
    """The keys of every endpoint."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._keys = OpenedKeys(vault)

    def signing(self, endpoint: Endpoint, now: datetime) -> list[bytes]:
        """The live keys, newest first; raises Unreachable when there is none or one is unreadable, Unavailable."""
        keys = [self._open(endpoint, key) for key in endpoint.signing(now)]
        if not keys:
            raise Unreachable("Ce partenaire n’a pas de secret de webhook : donnez-lui un nouveau secret.")
        return keys

    def sealed(self, endpoint: Endpoint, key: bytes, now: datetime) -> tuple[SealedKey, str]:
        """A new key to keep, and the `whsec_…` text to show once; raises Unavailable."""
        secret = secret_of(key)
        cipher = sealed_text(secret, self._vault, _context(endpoint))
        return SealedKey(id=derived_id("endpoint-key", cipher), sealed=cipher, created_at=now), secret

    def _open(self, endpoint: Endpoint, key: SealedKey) -> bytes:
        try:
            return self._keys.open(key.sealed, _context(endpoint))
        except ValueError:
            raise Unreachable("Le secret de ce partenaire est illisible : donnez-lui un nouveau secret.") from None


def _context(endpoint: Endpoint) -> dict[str, str]:
    """What a key is sealed for: another territory's or partner's record cannot open it."""
    return {"territory": endpoint.territory_id, "partner": endpoint.partner_id}
