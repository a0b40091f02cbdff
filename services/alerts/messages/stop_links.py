"""Signed links by which a partner stops the offers that reach it at an address, and lets them come again.

They are short, because a text message pays for each letter: the token names nobody, it is compared with what those of the
territory's partners would be. A link is void once the address has changed in the directory.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from services.alerts.deliveries.ways import ways
from services.alerts.messages.links import Links, decoded, encoded
from shared.address_book import ChannelName, Directory

PATH = "/arret"
_MARK_BYTES, _SEAL_BYTES = 3, 12
_KIND = b"stop-link"


class Stop(NamedTuple):
    """What a link is about: the offers that go to a partner by one channel, at one address."""

    territory_id: str
    partner_id: str
    channel: ChannelName
    address: str


def is_optional(recipient_id: str, directory: Directory) -> bool:
    """Whether the recipient may stop what is sent: a partner may, whoever has a part in the 48 hours may not."""
    return directory.partner(recipient_id) is not None


def stop_url(links: Links, stop: Stop) -> str:
    """The address of the page, the same in every message."""
    token = encoded(_mark(stop.territory_id) + _seal(links, stop))
    return f"{links.public_url.rstrip('/')}{PATH}/{token}"


def territory_of(token: str, territory_ids: Iterable[str]) -> str | None:
    """The territory that a token speaks of, or None; nothing is proven yet."""
    mark = decoded(token)[:_MARK_BYTES]
    return next((territory_id for territory_id in territory_ids if _mark(territory_id) == mark), None)


def stop_of(links: Links, token: str, directory: Directory) -> Stop | None:
    """What the token was made for, if it is still so; None for whatever else."""
    given = decoded(token)[_MARK_BYTES:]
    found = [stop for stop in _stops(directory) if hmac.compare_digest(given, _seal(links, stop))]
    return found[0] if found else None


def _stops(directory: Directory) -> Iterator[Stop]:
    for partner in directory.partners:
        for channel, address in ways(partner.id, directory).items():
            yield Stop(directory.territory.id, partner.id, channel, address)


def _seal(links: Links, stop: Stop) -> bytes:
    return links.seal(_KIND, "\0".join(stop).encode())[:_SEAL_BYTES]


def _mark(territory_id: str) -> bytes:
    return hashlib.sha256(territory_id.encode()).digest()[:_MARK_BYTES]
