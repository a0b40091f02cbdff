"""What a delivery becomes when its provider speaks: the same in whatever order, and however often, the words come."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import get_args

from services.alerts.deliveries.attempt import RECEIVED, Attempt, Said, Verdict
from services.alerts.deliveries.delivery import Delivery, DeliveryState, dead
from services.alerts.provider_events.reading import ProviderWord

FAILURES = frozenset[Said]({"failed", "rejected", "bounced"})
_WEIGHT: Mapping[Said | None, int] = {said: weight for weight, said in enumerate((None, *get_args(Said)))}
_CLOSED = frozenset({DeliveryState.ACKNOWLEDGED, DeliveryState.RESOLVED, DeliveryState.SUPERSEDED})
"""A person has seen it, or settled it, or nobody needs it: a failure changes nothing any more."""

_MAIL: Mapping[Said | None, str] = {
    "delayed": "La messagerie du destinataire tarde à répondre : le service d’envoi insiste. Rien à faire pour l’instant.",
    "failed": "La messagerie du destinataire n’a pas pris ce message (boîte pleine ou serveur en panne) : rejouez l’envoi plus "
    "tard, ou prévenez-le autrement.",
    "rejected": "Le service d’envoi a écarté ce message : prévenez ce destinataire autrement et signalez-le à l’exploitant.",
    "bounced": "L’adresse électronique n’existe pas ou n’existe plus : corrigez-la dans l’annuaire, puis rejouez l’envoi.",
    "complained": "Reçu, mais signalé comme indésirable : plus rien ne part vers cette adresse. Appelez ce destinataire.",
}
_TEXT: Mapping[Said | None, str] = {
    "failed": "Le SMS n’est pas arrivé (téléphone éteint, hors réseau, ou bloqué par l’opérateur) : appelez ce destinataire.",
    "rejected": "Le service d’envoi a écarté ce SMS : prévenez ce destinataire autrement et signalez-le à l’exploitant.",
    "bounced": "Ce numéro ne reçoit pas de SMS : corrigez-le dans l’annuaire, puis rejouez l’envoi.",
}


def reconciled(delivery: Delivery, word: ProviderWord) -> Delivery:
    """The delivery, knowing this; the very same when it says nothing new, or speaks of an attempt that is forgotten."""
    held = _claim_counted(delivery, word)
    mark = partial(_marked, word=word)
    attempts, earlier = tuple(map(mark, held.attempts)), tuple(map(mark, held.earlier))
    if (attempts, earlier) == (held.attempts, held.earlier):
        return delivery
    known = held.becoming(attempts=attempts, earlier=earlier)
    if known.attempts == held.attempts or (known.state is DeliveryState.CLAIMED and word.attempt != known.fence):
        # Of an attempt before a replay, a person has decided since; of one before a claim, the claim's own end decides.
        return known
    return _failed(known, word) if word.kind in FAILURES else _left(known, word, _was_unknown(held, word))


def _claim_counted(delivery: Delivery, word: ProviderWord) -> Delivery:
    """The claim that the word closes becomes an attempt: its sender has died, or is slower than the provider."""
    if delivery.state is not DeliveryState.CLAIMED or word.attempt != delivery.fence:
        return delivery
    return delivery.becoming(attempts=(*delivery.attempts, Attempt(at=word.at, verdict="unknown", fence=word.attempt)))


def _marked(attempt: Attempt, word: ProviderWord) -> Attempt:
    known = "accepted" if attempt.said is None and attempt.verdict == "sent" else attempt.said
    if attempt.fence != word.attempt or _WEIGHT[word.kind] <= _WEIGHT[known]:
        return attempt
    verdict: Verdict = "refused" if word.kind in FAILURES else "sent"
    return attempt.model_copy(update={"verdict": verdict, "said": word.kind})


def _was_unknown(delivery: Delivery, word: ProviderWord) -> bool:
    return any(one.verdict == "unknown" for one in delivery.attempts if one.fence == word.attempt)


def _left(known: Delivery, word: ProviderWord, was_unknown: bool) -> Delivery:
    received = word.kind in RECEIVED
    if known.state in (DeliveryState.ACKNOWLEDGED, DeliveryState.RESOLVED):
        return known
    if known.state is DeliveryState.DELIVERED and not received:
        return known
    return known.becoming(
        state=DeliveryState.DELIVERED if received else DeliveryState.SENT,
        sent_at=known.sent_at or word.at,
        delivered_at=known.delivered_at or word.at if received else None,
        message_id=known.message_id or word.message_id,
        confirmed=known.confirmed or was_unknown,
        claimed_until=None,
        last_error=_reason(known, word),
    )


def _failed(known: Delivery, word: ProviderWord) -> Delivery:
    """Dead, unless another attempt has left; a repetition that waited would end in the same way."""
    if known.state in _CLOSED or any(one.may_have_left for one in known.attempts):
        return known
    return dead(known, _reason(known, word)).becoming(delivered_at=None)


def _reason(known: Delivery, word: ProviderWord) -> str:
    return (_TEXT if known.channel == "sms" else _MAIL).get(word.kind, "")
