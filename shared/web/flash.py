"""The word of confirmation that a page shows once, carried over the redirection in a short-lived cookie."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass

FLASH_COOKIE = "vigie_flash"
FLASH_SECONDS = 60
LONGEST_FLASH = 500
TONES = frozenset({"done", "info", "watch", "urgent"})


@dataclass(frozen=True)
class Flash:
    """What has just been done, in one sentence."""

    text: str
    tone: str = "done"


def written(flash: Flash) -> str:
    """The cookie's value: the tone, then the text in URL-safe base 64."""
    text = base64.urlsafe_b64encode(flash.text[:LONGEST_FLASH].encode()).decode().rstrip("=")
    return f"{flash.tone}.{text}"


def read_flash(cookies: Mapping[str, str]) -> Flash | None:
    """The flash that came with a request; what cannot be read is no flash."""
    tone, _, text = cookies.get(FLASH_COOKIE, "").partition(".")
    if tone not in TONES or not text:
        return None
    try:
        decoded = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    return Flash(decoded[:LONGEST_FLASH], tone)
