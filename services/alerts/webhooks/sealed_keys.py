"""Signing keys as they are kept: sealed by the vault, several alive during a rotation, each opened once a process."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

from services.alerts.rules.alert import Frozen, Instant
from services.alerts.webhooks.signatures import PREFIX, key_of

KEY_BYTES = 32
MOST_KEYS = 10
"""Live keys at a time: each adds a signature to every message, or a comparison."""


class SealedKey(Frozen):
    """A signing key, as the vault sealed it: base64 of the ciphertext of a `whsec_…` text."""

    id: str
    sealed: str
    created_at: Instant
    expires_at: Instant | None = None
    """From then on it counts no longer; None for the newest."""

    def is_live(self, now: datetime) -> bool:
        """Whether it counts at that instant."""
        return self.expires_at is None or now < self.expires_at


Keys = tuple[SealedKey, ...]


class Sealer(Protocol):
    """Seals secrets."""

    def encrypt(self, plain: bytes, context: Mapping[str, str]) -> bytes: ...


class Opener(Protocol):
    """Opens what was sealed in the same context."""

    def decrypt(self, sealed: bytes, context: Mapping[str, str]) -> bytes: ...


class Vault(Sealer, Opener, Protocol):
    """Opens the partners' secrets, and seals new ones."""


def secret_of(key: bytes) -> str:
    """A key as people copy it into their own system (Standard Webhooks); `key_of` reads it back."""
    return f"{PREFIX}{base64.b64encode(key).decode()}"


def sealed_text(secret: str, sealer: Sealer, context: Mapping[str, str]) -> str:
    """The secret as it is kept; raises Unavailable when the vault is shut."""
    return base64.b64encode(sealer.encrypt(secret.encode(), context)).decode()


def live(keys: Iterable[SealedKey], now: datetime) -> Keys:
    """Those that count at that instant."""
    return tuple(key for key in keys if key.is_live(now))


def ending(keys: Iterable[SealedKey], now: datetime, overlap: timedelta) -> Keys:
    """Those of before a rotation: each lives `overlap` more at the most, none of them when it is zero."""
    until = now + overlap
    bounded = (key.model_copy(update={"expires_at": min(key.expires_at or until, until)}) for key in live(keys, now))
    return live(bounded, now)


class OpenedKeys:
    """Opens keys, each sealed text once a process: a new secret has a new one."""

    def __init__(self, vault: Opener) -> None:
        self._vault = vault
        self._opened: dict[tuple[str, ...], bytes] = {}

    def open(self, sealed: str, context: Mapping[str, str]) -> bytes:
        """The key; raises ValueError when what was sealed is no secret, Unavailable when the vault is shut."""
        place = (*context.values(), sealed)
        if place not in self._opened:
            self._opened[place] = key_of(self._vault.decrypt(base64.b64decode(sealed), context).decode())
        return self._opened[place]
