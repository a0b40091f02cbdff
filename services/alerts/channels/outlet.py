"""One signed event leaves for a partner's server, and what its answer means."""

from __future__ import annotations

import http.client
import re
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import NamedTuple

from services.alerts.channels.posting import Answer, Poster
from services.alerts.deliveries.delivery import Report
from services.alerts.endpoints.circuit import OF_THE_MESSAGE
from services.alerts.webhooks.addresses import Forbidden, LookUp, Target, checked_address, read_target
from services.alerts.webhooks.signatures import signed_headers
from shared.errors import Unavailable

_SUCCESS, _REDIRECTION = 2, 3
"""The first digit of a status."""
_SHUT = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}
_BETWEEN = {HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT}
"""Said by somebody on the way, who cannot know what the server behind has taken."""
_MASKED = re.compile(r"[^\s@]+@[^\s@]+|\+?\d(?:[\s.-]?\d){7,}")


_HAPPENED: Sequence[tuple[type[Exception], str]] = (
    (TimeoutError, "Délai dépassé : le serveur du partenaire n’a pas répondu à temps. Si cela dure, voyez avec lui."),
    (
        ConnectionRefusedError,
        "Connexion refusée par le serveur du partenaire : vérifiez avec lui l’adresse, et que son service est en marche.",
    ),
    (
        ssl.SSLCertVerificationError,
        "Le certificat du serveur du partenaire n’est pas valable : demandez-lui de le corriger ou de le renouveler.",
    ),
    (
        ssl.SSLError,
        "La connexion chiffrée avec le serveur du partenaire n’aboutit pas : demandez-lui de vérifier son accès HTTPS.",
    ),
    (ConnectionError, "Le serveur du partenaire a coupé la connexion sans répondre. Si cela dure, voyez avec lui."),
    (
        http.client.HTTPException,
        "Réponse illisible du serveur du partenaire : vérifiez avec lui que l’adresse est bien celle d’un webhook.",
    ),
)
"""What hindered a request, the most exact first, and what there is to do about it."""
_NO_CONNECTION = (
    "Le serveur du partenaire est injoignable : vérifiez l’adresse avec lui, et que son réseau laisse passer."
)


class Reply(NamedTuple):
    """What came of one request, and the beginning of the answer as it was."""

    report: Report
    body: bytes = b""


@dataclass(frozen=True)
class Outlet:
    """How requests leave: who resolves, who connects, and whether the local system's receiver may be reached."""

    poster: Poster
    look_up: LookUp
    loopback: bool = False

    def check(self, url: str) -> Target:
        """What the address says; raises Forbidden for one that nothing is ever sent to."""
        return read_target(url, loopback=self.loopback)

    def post(self, url: str, headers: Mapping[str, str], body: bytes, now: datetime) -> Reply:
        """The address is read and resolved at each attempt: it may have changed since it was registered."""
        try:
            target = self.check(url)
            address = checked_address(target, self.look_up)
        except Forbidden as error:
            return Reply(Report(verdict="refused", reason=f"{error.message} Corrigez-la avec le partenaire."))
        except Unavailable as error:
            return Reply(Report(verdict="later", reason=error.message))
        try:
            answer = self.poster.post(target, address, headers, body)
        except (OSError, http.client.HTTPException) as error:
            doubtful = not isinstance(error, ConnectionRefusedError)
            return Reply(Report(verdict="later", reason=_happened(error), doubtful=doubtful))
        return Reply(read_answer(answer, now), answer.body)


def headers_of(message_id: str, body: bytes, keys: list[bytes], now: datetime) -> dict[str, str]:
    """All that a request says beside its body; several keys give several signatures."""
    return {
        "Content-Type": "application/json",
        "Accept-Encoding": "identity",
        "User-Agent": "Vigie/1",
        "Connection": "close",
        **signed_headers(message_id, now, body, keys),
    }


def read_answer(answer: Answer, now: datetime) -> Report:
    """What a status means: 2xx received, a refusal of these very words final, everything else another time."""
    said, status = masked(answer.body), answer.status
    if status // 100 == _SUCCESS:
        return Report(verdict="sent", status=status, answer=said)
    if status in OF_THE_MESSAGE:
        reason = f"Le serveur du partenaire refuse le message ({status}) : vérifiez avec lui, puis rejouez l’envoi."
        return Report(verdict="refused", status=status, answer=said, reason=reason)
    return Report(
        verdict="later",
        status=status,
        answer=said,
        reason=_hindrance(status),
        wait=_asked_wait(answer, now),
        doubtful=status in _BETWEEN,
    )


def _happened(error: Exception) -> str:
    return next((said for kind, said in _HAPPENED if isinstance(error, kind)), _NO_CONNECTION)


def _hindrance(status: int) -> str:
    if status == HTTPStatus.GONE:
        return "Le partenaire a fermé cette adresse (410) : demandez-lui la nouvelle."
    if status // 100 == _REDIRECTION:
        return f"L’adresse renvoie ailleurs ({status}) : demandez au partenaire l’adresse définitive."
    if status in _SHUT:
        return f"Le serveur du partenaire ferme la porte ({status}) : vérifiez l’adresse et les accès avec lui."
    return f"Le serveur du partenaire est indisponible ({status})."


def _asked_wait(answer: Answer, now: datetime) -> timedelta:
    """The `Retry-After` header, in seconds or as a date; zero when it is absent or makes no sense."""
    text = answer.headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,7}", text, re.ASCII):
        return timedelta(seconds=int(text))
    try:
        instant = parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # the latter for a year of ten digits
        return timedelta()
    return max(instant.replace(tzinfo=instant.tzinfo or UTC) - now, timedelta())


def masked(body: bytes) -> str:
    """The beginning of an answer, as text without addresses and long numbers, fit to be shown and kept."""
    text = body[:1000].decode("utf-8", errors="replace")
    printable = "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in text)
    return _MASKED.sub("•••", printable)[:1000]
