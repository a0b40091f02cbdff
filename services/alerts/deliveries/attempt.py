"""One send of a delivery: how it went, what its provider said of it afterwards, and how patient its channel is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from pydantic import Field

from services.alerts.rules.alert import Frozen, Instant

ANSWER_LIMIT = 1000
ANSWERS_READ = timedelta(days=30)
"""What a server answers may quote somebody, for all our masking: what is older is neither shown nor written again."""

Verdict = Literal["sent", "refused", "later", "unknown"]
Said = Literal["accepted", "delayed", "failed", "delivered", "rejected", "bounced", "complained"]
"""What a provider says afterwards of a message; what comes later in this list prevails over what comes before."""
RECEIVED = frozenset[Said]({"delivered", "complained"})


class Report(Frozen):
    """What a channel reports of one send.

    `refused` is for good; `later` means surely not accepted; `unknown` that nobody can tell.
    """

    verdict: Verdict
    message_id: str = ""
    status: int | None = None
    """The HTTP status, where there is one."""
    answer: str = ""
    """The beginning of what the receiver answered, masked."""
    reason: str = ""
    """French: what happened and what to do."""
    wait: timedelta = timedelta()
    """How long the receiver asked us to wait."""
    doubtful: bool = False
    """The request left and no answer of the receiver's own came: it may have the message though it is asked again."""
    parked: bool = False
    """The receiver takes nothing for now: what could not be sent waits (`services.alerts.deliveries.waiting_room`)."""


class Attempt(Frozen):
    """One send, kept as it went."""

    at: Instant
    verdict: Verdict
    duration_ms: int = 0
    status: int | None = None
    answer: str = Field(default="", max_length=ANSWER_LIMIT)
    fence: int = 0
    """The claim that it was made under: the provider's word names it."""
    said: Said | None = None
    doubtful: bool = False

    @property
    def may_have_left(self) -> bool:
        """It was accepted, or nobody can tell."""
        return self.doubtful or self.verdict in {"sent", "unknown"}


def discreet(attempts: tuple[Attempt, ...], now: datetime) -> tuple[Attempt, ...]:
    """The attempts, without what was answered too long ago."""
    return tuple(
        attempt.model_copy(update={"answer": ""}) if attempt.answer and attempt.at < now - ANSWERS_READ else attempt
        for attempt in attempts
    )


class Patience(Frozen):
    """How long a channel waits: its claims, and between two attempts."""

    lease: timedelta = timedelta(minutes=2)
    """Longer than the sending function may run."""
    quiet: timedelta
    """After the lease, how long a provider's word is awaited before sending once more."""
    schedule: tuple[timedelta, ...]
    """Between one attempt that failed and the next; after the last one, the delivery is dead."""
    repeatable: bool = False
    """The receiver recognises a message that it already has, so that sending it again never makes two."""
