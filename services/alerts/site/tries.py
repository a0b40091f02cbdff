"""The attempts of a delivery as people read them: when, what came of each, how long it took, what was answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from services.alerts.deliveries.delivery import Attempt, Delivery, Said, Verdict
from shared.web.formats import SPACE, number

_VERDICTS: Mapping[Verdict, str] = {
    "sent": "accepté",
    "refused": "refusé",
    "later": "pas accepté, à réessayer",
    "unknown": "sans réponse : nul ne sait s’il est parti",
}
_DOUBTFUL = "sans réponse à temps : peut-être reçu, à réessayer"
_SAID: Mapping[Said, str] = {
    "accepted": "parti, d’après le service d’envoi",
    "delayed": "retardé par le destinataire",
    "failed": "pas remis",
    "delivered": "reçu",
    "rejected": "refusé par le service d’envoi",
    "bounced": "revenu : l’adresse ne reçoit pas",
    "complained": "reçu, puis signalé comme indésirable",
}
_SECOND_MS = 1000


class Try(NamedTuple):
    """One attempt, as people read it."""

    when: datetime
    words: str
    """What came of it: `accepté (204) en 120 ms`, and what the provider said of it since."""
    answer: str
    """The beginning of what the receiver said, masked; often empty."""


def tries_of(delivery: Delivery) -> list[Try]:
    """Every attempt that is kept, the newest first; those before a replay too."""
    return [_told(attempt) for attempt in reversed((*delivery.earlier, *delivery.attempts))]


def _told(attempt: Attempt) -> Try:
    status = f" ({attempt.status})" if attempt.status else ""
    took = f" en {_span(attempt.duration_ms)}" if attempt.duration_ms else ""
    since = f", puis {_SAID[attempt.said]}" if attempt.said else ""
    words = _DOUBTFUL if attempt.doubtful and attempt.verdict == "later" else _VERDICTS[attempt.verdict]
    return Try(attempt.at, f"{words}{status}{took}{since}", attempt.answer)


def _span(milliseconds: int) -> str:
    if milliseconds < _SECOND_MS:
        return f"{milliseconds}{SPACE}ms"
    return f"{number(milliseconds / _SECOND_MS, 1)}{SPACE}s"
