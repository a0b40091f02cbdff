"""By webhook: the offer as signed JSON to the partner's own address; the receiver knows a repetition by its id."""

from __future__ import annotations

import base64
import binascii
import http.client
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Protocol

from services.alerts.addresses import Forbidden, LookUp, Target, checked_address, read_target
from services.alerts.alert import Alert
from services.alerts.channels.posting import Answer, Poster
from services.alerts.delivering import Unreachable
from services.alerts.delivery import Delivery, Patience, Report
from services.alerts.signatures import key_of, signed_headers
from shared.address_book import Directory, Partner
from shared.clock import to_text
from shared.errors import Unavailable

_LATER = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}
_SUCCESS, _REDIRECTION, _THEIR_FAULT = 2, 3, 5
"""The first digit of a status."""
_GONE = "Le partenaire a fermé cette adresse (410) : demandez-lui la nouvelle."
_MASKED = re.compile(r"[^\s@]+@[^\s@]+|\+?\d(?:[\s.-]?\d){7,}")


class Vault(Protocol):
    """Opens the partners' secrets."""

    def decrypt(self, sealed: bytes, context: Mapping[str, str]) -> bytes: ...


@dataclass(frozen=True)
class Outlet:
    """How requests leave: who resolves, who connects, and whether the local system's receiver may be reached."""

    poster: Poster
    look_up: LookUp
    loopback: bool = False


@dataclass(frozen=True)
class PreparedWebhook:
    """A signed body and the address that it goes to, as the partner typed it."""

    outlet: Outlet
    url: str
    headers: Mapping[str, str]
    body: bytes
    now: datetime
    proof: None = None

    def send(self) -> Report:
        """The address is read and resolved at each attempt: it may have changed since it was registered."""
        try:
            target = read_target(self.url, loopback=self.outlet.loopback)
            address = checked_address(target, self.outlet.look_up)
        except Forbidden as error:
            return Report(verdict="refused", reason=f"{error.message} Corrigez-la avec le partenaire.")
        except Unavailable as error:
            return Report(verdict="later", reason=error.message)
        return self._post(target, address)

    def _post(self, target: Target, address: str) -> Report:
        try:
            answer = self.outlet.poster.post(target, address, self.headers, self.body)
        except (OSError, http.client.HTTPException) as error:
            reason = "Le serveur du partenaire n’a pas répondu à temps, ou pas correctement"
            return Report(verdict="later", reason=f"{reason} ({type(error).__name__}).")
        return read_answer(answer, self.now)


class WebhookChannel:
    """Composes, signs and posts. A receiver that knows the id makes a repetition harmless: no quiet time is needed."""

    patience = Patience(
        quiet=timedelta(),
        schedule=tuple(timedelta(seconds=wait) for wait in (5, 300, 1800, 7200, 18000, 36000, 36000, 50400, 72000)),
        repeatable=True,
    )

    def __init__(self, vault: Vault, outlet: Outlet) -> None:
        self._vault = vault
        self._outlet = outlet
        self._keys: dict[str, bytes] = {}

    def prepare(self, delivery: Delivery, alert: Alert, directory: Directory, now: datetime) -> PreparedWebhook:
        """Composes and signs; raises Unreachable when the partner has no webhook any more, Retry when the vault is shut."""
        partner = directory.partner(delivery.recipient_id)
        if partner is None or partner.channel != "webhook" or not partner.sealed_secret:
            raise Unreachable("Ce partenaire n’a plus d’adresse de webhook dans l’annuaire : prévenez-le autrement.")
        body = composed_body(delivery, alert)
        signed = signed_headers(delivery.id, now, body, [self._key(partner, delivery.territory_id)])
        headers = {
            "Content-Type": "application/json",
            "Accept-Encoding": "identity",
            "User-Agent": "Vigie/1",
            "Connection": "close",
            **signed,
        }
        return PreparedWebhook(self._outlet, partner.address, headers, body, now)

    def _key(self, partner: Partner, territory_id: str) -> bytes:
        """The partner's key, opened once a process for each sealed text: a new secret has a new one."""
        sealed = partner.sealed_secret or ""
        if sealed not in self._keys:
            context = {"territory": territory_id, "partner": partner.id}
            try:
                self._keys[sealed] = key_of(self._vault.decrypt(base64.b64decode(sealed), context).decode())
            except (binascii.Error, ValueError):
                raise Unreachable("Le secret de ce partenaire est illisible : donnez-lui un nouveau secret.") from None
        return self._keys[sealed]


def composed_body(delivery: Delivery, alert: Alert) -> bytes:
    """The exact bytes that are signed and sent. A partner sees the offer's sheet, never who recruits."""
    event: dict[str, Any] = {
        "type": _event_type(delivery, alert),
        "id": delivery.id,
        "time": to_text(delivery.created_at),
        "territory_id": delivery.territory_id,
        "data": _sheet(alert),
    }
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()


def _event_type(delivery: Delivery, alert: Alert) -> str:
    if alert.state.is_terminal:
        return "offer.ended.v1"
    return "offer.corrected.v1" if delivery.follows else "offer.broadcast.v1"


def _sheet(alert: Alert) -> dict[str, Any]:
    offer, post = alert.offer, alert.post
    return {
        "alert_id": alert.alert_id,
        "sequence": alert.version,
        "reference": offer and offer.ft_reference,
        "contact": offer and offer.contact,
        "url": offer and offer.url,
        "post": post.title,
        "quantity": post.quantity,
        "contract": post.contract,
        "place": {"commune": post.place.commune, "insee": post.place.insee},
        "rome": {"code": post.rome.code, "label": post.rome.label},
        "wanted_on": post.wanted_on.isoformat() if post.wanted_on else None,
    }


def read_answer(answer: Answer, now: datetime) -> Report:
    """What a status means: 2xx received, 408, 425, 429 and 5xx another time, everything else a refusal."""
    said = masked(answer.body)
    family = answer.status // 100
    if family == _SUCCESS:
        return Report(verdict="sent", status=answer.status, answer=said)
    if answer.status in _LATER or family == _THEIR_FAULT:
        reason = f"Le serveur du partenaire est indisponible ({answer.status})."
        return Report(verdict="later", status=answer.status, answer=said, reason=reason, wait=_asked_wait(answer, now))
    return Report(verdict="refused", status=answer.status, answer=said, reason=_refusal(answer.status))


def _refusal(status: int) -> str:
    if status == HTTPStatus.GONE:
        return _GONE
    if status // 100 == _REDIRECTION:
        return f"L’adresse renvoie ailleurs ({status}) : demandez au partenaire l’adresse définitive."
    return f"Le serveur du partenaire refuse le message ({status}) : vérifiez avec lui, puis rejouez l’envoi."


def _asked_wait(answer: Answer, now: datetime) -> timedelta:
    """The `Retry-After` header, in seconds or as a date; zero when it is absent or makes no sense."""
    text = answer.headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,7}", text, re.ASCII):
        return timedelta(seconds=int(text))
    try:
        instant = parsedate_to_datetime(text)
    except ValueError:
        return timedelta()
    return max(instant.replace(tzinfo=instant.tzinfo or UTC) - now, timedelta())


def masked(body: bytes) -> str:
    """The beginning of an answer, as text without addresses and long numbers, fit to be shown and kept."""
    text = body[:1000].decode("utf-8", errors="replace")
    printable = "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in text)
    return _MASKED.sub("•••", printable)[:1000]
