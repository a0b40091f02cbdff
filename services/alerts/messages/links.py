"""Signed links: the agency answers on a page without account, from the e-mail that it received."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Callable
from dataclasses import astuple, dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

from services.alerts.rules.alert import Alert
from shared.errors import NotFound

LASTS = timedelta(days=14)
"""A late answer is worth more than none: the link outlives the 48 hours, during which the offer may still be awaited."""

_MAC_BYTES = 20
_KEY_LENGTH = 32
_SEPARATOR = "\x1f"


@dataclass(frozen=True)
class Link:
    """What a link lets its holder do: answer for one alert, until an instant, unless its serial was revoked."""

    territory_id: str
    alert_id: str
    recipient_id: str
    expires_at: int
    """Seconds since 1970."""
    serial: int


def refusal() -> NotFound:
    """The one answer to a link that is forged, expired, revoked or malformed: it tells nothing to who tries."""
    return NotFound("Ce lien n’est pas valable ou ne l’est plus. Demandez-en un nouveau au coordinateur.", code="lien")


def serial_of(alert: Alert) -> int:
    """The serial of the links that are valid now: each fact `link_revoked` makes all the earlier ones void."""
    return sum(fact.kind == "link_revoked" for fact in alert.facts)


def alert_url(public_url: str, alert_id: str) -> str:
    """The page of an alert, for a reader who signs in."""
    return f"{public_url.rstrip('/')}/alertes/{alert_id}"


@dataclass(frozen=True)
class Links:
    """Makes and reads the tokens of the return page, with the environment's key.

    `read_key` is called with the first link: most pages and most e-mails have none.
    """

    read_key: Callable[[], str]
    public_url: str

    @cached_property
    def _key(self) -> bytes:
        key = self.read_key().encode()
        if len(key) < _KEY_LENGTH:
            raise ValueError("the key of the links is too short")
        return key

    def answer_url(self, alert: Alert, recipient_id: str) -> str:
        """The address of the return page; the same one each time that the message is sent again."""
        link = Link(alert.territory_id, alert.alert_id, recipient_id, _expiry(alert), serial_of(alert))
        return f"{self.public_url.rstrip('/')}/retour/{self.token(link)}"

    def token(self, link: Link) -> str:
        """The link as URL-safe text, with its seal."""
        content = _SEPARATOR.join(map(str, astuple(link))).encode()
        return encoded(self._seal(content) + content)

    def read(self, token: str, now: datetime) -> Link:
        """The link in a token; raises the same NotFound whatever is wrong with it."""
        raw = decoded(token)
        seal, content = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
        if not hmac.compare_digest(seal, self._seal(content)):
            raise refusal()
        territory_id, alert_id, recipient_id, expires_at, serial = content.decode().split(_SEPARATOR)
        link = Link(territory_id, alert_id, recipient_id, int(expires_at), int(serial))
        if link.expires_at <= now.timestamp():
            raise refusal()
        return link

    def seal(self, kind: bytes, content: bytes) -> bytes:
        """What nobody else can write under this content, for links of one kind."""
        return hmac.digest(self._key, kind + b"\0" + content, "sha256")

    def _seal(self, content: bytes) -> bytes:
        return self.seal(b"return-link", content)[:_MAC_BYTES]


def _expiry(alert: Alert) -> int:
    sent_at = alert.transmission.at if alert.transmission else alert.deadline_at
    return int((max(sent_at, alert.deadline_at).astimezone(UTC) + LASTS).timestamp())


def encoded(raw: bytes) -> str:
    """Bytes as they stand in an address."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decoded(token: str) -> bytes:
    """The bytes of a token, empty unless it is exactly what `encoded` writes."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""
    return raw if encoded(raw) == token else b""
