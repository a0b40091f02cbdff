"""A delivery as an operator reads it: identifiers, states, instants and reasons; nobody's name, address or telephone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from services.alerts.deliveries.delivery import Attempt, Delivery
from shared.web.formats import plural, short_instant

VERDICTS = {"sent": "accepté", "refused": "refusé", "later": "à réessayer", "unknown": "fin inconnue"}


def delivery_line(delivery: Delivery, now: datetime) -> str:
    """One line: which, to whom by its identifier, where it stands, and what is known against it."""
    doubt = "  peut-être en double" if delivery.possible_duplicate else ""
    unknown = "  fin inconnue" if delivery.is_unknown(now) else ""
    who = f"{delivery.purpose} → {delivery.recipient_id} ({delivery.channel})"
    return f"{delivery.id}  alerte {delivery.alert_id}  {who}  {delivery.state.label}{doubt}{unknown}"


def delivery_lines(delivery: Delivery, now: datetime) -> Iterator[str]:
    """Everything about one; of a partner's answer its length alone, since anything may stand in it."""
    yield delivery_line(delivery, now)
    yield f"  territoire {delivery.territory_id}  clé {delivery.sk}"
    yield f"  créé {short_instant(delivery.created_at)}, composé de la version {delivery.alert_version} de l’alerte"
    for name, instant in _instants(delivery):
        yield f"  {name} {short_instant(instant)}"
    if delivery.last_error:
        yield f"  {delivery.last_error}"
    yield f"  {plural(len(delivery.earlier) + len(delivery.attempts), 'essai')}"
    yield from (f"    avant le rejeu : {_attempt(attempt)}" for attempt in delivery.earlier)
    yield from (f"    {_attempt(attempt)}" for attempt in delivery.attempts)


def _instants(delivery: Delivery) -> Iterator[tuple[str, datetime]]:
    given = {
        "prochain regard": delivery.looked_at,
        "réservé jusqu’à": delivery.claimed_until,
        "parti": delivery.sent_at,
        "reçu": delivery.delivered_at,
    }
    yield from ((name, instant) for name, instant in given.items() if instant)


def _attempt(attempt: Attempt) -> str:
    status = f", statut {attempt.status}" if attempt.status else ""
    said = f", le fournisseur dit « {attempt.said} »" if attempt.said else ""
    answer = f", réponse de {plural(len(attempt.answer), 'caractère')}" if attempt.answer else ""
    return f"{short_instant(attempt.at)}  {VERDICTS[attempt.verdict]}, {attempt.duration_ms} ms{status}{said}{answer}"
