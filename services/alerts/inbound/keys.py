"""The keys of partners' systems: made, replaced, and opened to verify what they sign."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from services.alerts.webhooks.sealed_keys import (
    MOST_KEYS,
    Keys,
    OpenedKeys,
    Opener,
    SealedKey,
    Sealer,
    ending,
    sealed_text,
)
from shared.errors import Conflict


def seal(secret: str, sealer: Sealer, context: Mapping[str, str], key_id: str, now: datetime) -> SealedKey:
    """The secret as it is kept."""
    return SealedKey(id=key_id, sealed=sealed_text(secret, sealer, context), created_at=now)


def rotated(keys: Keys, fresh: SealedKey, now: datetime, overlap: timedelta) -> Keys:
    """The keys with a fresh one first, before those that end with the overlap.

    Raises Conflict when more than ten would live at once.
    """
    kept = (fresh, *ending(keys, now, overlap))
    if len(kept) > MOST_KEYS:
        raise Conflict(
            f"Déjà {MOST_KEYS} clés valables : attendez la fin de l’une d’elles, ou remplacez-les sans recouvrement.",
            code="trop-de-cles",
        )
    return kept


class Keyring:
    """Opens the keys of systems."""

    def __init__(self, vault: Opener) -> None:
        self._keys = OpenedKeys(vault)

    def open(self, keys: Iterable[SealedKey], context: Mapping[str, str]) -> list[bytes]:
        """The keys in their order, but those that cannot be read; raises Unavailable when the vault is shut."""
        opened = (self._open(key.sealed, context) for key in keys)
        return [key for key in opened if key]

    def _open(self, sealed: str, context: Mapping[str, str]) -> bytes:
        """The key, empty when what was sealed is no secret."""
        try:
            return self._keys.open(sealed, context)
        except ValueError:
            return b""
