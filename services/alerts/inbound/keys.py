"""The keys of partners' systems: kept sealed, several alive during a rotation, opened once a process."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

from services.alerts.endpoints.endpoint import MOST_KEYS, SealedKey
from services.alerts.signatures import PREFIX, key_of
from shared.errors import Conflict

SECRET_BYTES = 32

Keys = tuple[SealedKey, ...]


class Sealer(Protocol):
    """Seals secrets."""

    def encrypt(self, plain: bytes, context: Mapping[str, str]) -> bytes: ...


class Opener(Protocol):
    """Opens what was sealed in the same context."""

    def decrypt(self, sealed: bytes, context: Mapping[str, str]) -> bytes: ...


def secret_of(key: bytes) -> str:
    """A key as people copy it into their own system (Standard Webhooks); `key_of` reads it back."""
    return f"{PREFIX}{base64.b64encode(key).decode()}"


def seal(secret: str, sealer: Sealer, context: Mapping[str, str], key_id: str, now: datetime) -> SealedKey:
    """The secret as it is kept."""
    sealed = base64.b64encode(sealer.encrypt(secret.encode(), context)).decode()
    return SealedKey(id=key_id, sealed=sealed, created_at=now)


def live(keys: Iterable[SealedKey], now: datetime) -> Keys:
    """Those that count at that instant."""
    return tuple(key for key in keys if key.is_live(now))


def rotated(keys: Keys, fresh: SealedKey, now: datetime, overlap: timedelta) -> Keys:
    """The keys with a fresh one; those of before live `overlap` more at the most, none of them when it is zero.

    Raises Conflict when more than ten would live at once.
    """
    until = now + overlap
    ending = (key.model_copy(update={"expires_at": min(key.expires_at or until, until)}) for key in live(keys, now))
    kept = live((fresh, *ending), now)
    if len(kept) > MOST_KEYS:
        raise Conflict(
            f"Déjà {MOST_KEYS} clés valables : attendez la fin de l’une d’elles, ou remplacez-les sans recouvrement.",
            code="trop-de-cles",
        )
    return kept


class Keyring:
    """Opens keys, each sealed text once a process: a new secret has a new one."""

    def __init__(self, vault: Opener) -> None:
        self._vault = vault
        self._opened: dict[tuple[str, ...], bytes] = {}

    def open(self, keys: Iterable[SealedKey], context: Mapping[str, str]) -> list[bytes]:
        """The keys in their order, but those that cannot be read; raises Unavailable when the vault is shut."""
        opened = (self._open(key.sealed, context) for key in keys)
        return [key for key in opened if key]

    def _open(self, sealed: str, context: Mapping[str, str]) -> bytes:
        """The key, empty when what was sealed is no secret."""
        place = (*context.values(), sealed)
        if place not in self._opened:
            try:
                self._opened[place] = key_of(self._vault.decrypt(base64.b64decode(sealed), context).decode())
            except (binascii.Error, ValueError):
                return b""
        return self._opened[place]
