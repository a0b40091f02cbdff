"""Identifiers: time-ordered for things, derived for what must be the same when said twice."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

NewId = Callable[[datetime], str]
"""Makes an identifier for something that happens at that instant."""

_NAMESPACE = uuid.UUID("6f1d6f0a-7f3e-5d53-9a86-0f4f3d1c7a11")


def new_id(now: datetime) -> str:
    """A UUID version 7 (RFC 9562): sorts in the order of `now`, to the millisecond."""
    milliseconds = int(now.timestamp() * 1000)
    value = milliseconds << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))


@lru_cache(maxsize=256)
def derived_id(*parts: str) -> str:
    """The same UUID (version 5) for the same parts, on every machine and for ever."""
    return str(uuid.uuid5(_NAMESPACE, "\x1f".join(parts)))
