"""A delivery: one message to one recipient by one channel, from its queueing to what became of it.

Before each send it is claimed: the claim is a conditional write that raises `fence`, and holds until `claimed_until`. A sender
that dies in between leaves a claim that expires: whether the message left is then *unknown*, and it is sent once more, marked
as a possible duplicate. Everything here is pure; `services.alerts.delivering` runs it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from pydantic import Field

from services.alerts.alert import Frozen, Instant, Proof
from services.alerts.delivery_state import WAITING, DeliveryState
from services.alerts.notices import Purpose
from shared.address_book import ChannelName
from shared.ids import derived_id

PAUSE_CHECKED_EVERY = timedelta(hours=1)
PREDECESSOR_CHECKED_EVERY = timedelta(minutes=5)
LONGEST_ASKED_WAIT = timedelta(hours=24)
ANSWER_LIMIT = 1000

UNKNOWN_TWICE = "Envoyé deux fois sans confirmation : vérifiez auprès du destinataire qu’il a reçu le message."
EXHAUSTED = "Tous les essais ont échoué : vérifiez l’adresse avec le destinataire, puis rejouez l’envoi."


Verdict = Literal["sent", "refused", "later", "unknown"]


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


class Attempt(Frozen):
    """One send, kept as it went."""

    at: Instant
    verdict: Verdict
    duration_ms: int = 0
    status: int | None = None
    answer: str = Field(default="", max_length=ANSWER_LIMIT)


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


class Delivery(Frozen):
    """One (alert, key, recipient, channel); `key` is the notice's, unique within the alert."""

    territory_id: str
    alert_id: str
    key: str
    purpose: Purpose
    recipient_id: str
    channel: ChannelName
    recipient: str
    """The structure's or partner's name that people read; never an address."""
    sequence: int
    """The alert's version that called for it: a receiver may tell the newer from the older."""
    created_at: Instant
    follows: str | None = None
    """The sort key of an earlier delivery: a correction leaves only if that one did."""

    state: DeliveryState = DeliveryState.QUEUED
    fence: int = 0
    alert_version: int = 0
    """The alert's version that the message, last time, was composed from."""
    next_attempt_at: Instant
    claimed_until: Instant | None = None
    attempts: tuple[Attempt, ...] = ()
    last_error: str = ""
    possible_duplicate: bool = False
    sent_at: Instant | None = None
    message_id: str = ""
    proof: Proof | None = None

    @property
    def id(self) -> str:
        """The same for ever: the identifier that receivers recognise a repetition by."""
        return derived_id(self.territory_id, self.alert_id, self.key, self.recipient_id, self.channel)

    @property
    def sk(self) -> str:
        """Its sort key in the alert's partition."""
        return f"DELIVERY#{self.key}#{self.recipient_id}#{self.channel}"

    @property
    def looked_at(self) -> datetime | None:
        """When it must be looked at again whatever happens; None once nothing more will be tried."""
        if self.state is DeliveryState.CLAIMED:
            return self.claimed_until
        return self.next_attempt_at if self.state in WAITING else None

    def is_unknown(self, now: datetime) -> bool:
        """A claim outlived its holder: nobody knows whether the message left."""
        return self.state is DeliveryState.CLAIMED and self.is_due(now)

    def is_due(self, now: datetime) -> bool:
        """Whether somebody may take it now."""
        instant = self.looked_at
        return instant is not None and instant <= now

    @property
    def may_have_left(self) -> bool:
        """The recipient has the message, or perhaps has it."""
        return self.state.has_left or any(attempt.verdict == "unknown" for attempt in self.attempts)

    def becoming(self, **attributes: object) -> Delivery:
        """The delivery with these attributes."""
        return self.model_copy(update=attributes)


def claimed(delivery: Delivery, now: datetime, patience: Patience, alert_version: int, proof: Proof | None) -> Delivery:
    """Taken for one send of a message composed from that version of the alert."""
    return delivery.becoming(
        state=DeliveryState.CLAIMED,
        fence=delivery.fence + 1,
        alert_version=alert_version,
        claimed_until=now + patience.lease + patience.quiet,
        proof=proof or delivery.proof,
        last_error="",
    )


def given_up_claim(delivery: Delivery, patience: Patience) -> Delivery:
    """An expired claim, counted as an attempt of unknown end: to be sent once more, or dead when that was done already."""
    begun = (delivery.claimed_until or delivery.next_attempt_at) - patience.lease - patience.quiet
    counted = delivery.becoming(attempts=(*delivery.attempts, Attempt(at=begun, verdict="unknown")))
    if patience.repeatable:
        exhausted = len(counted.attempts) > len(patience.schedule)
        return dead(counted, EXHAUSTED) if exhausted else _waiting(counted, delivery)
    if delivery.possible_duplicate:
        return dead(counted, UNKNOWN_TWICE)
    return _waiting(counted, delivery).becoming(possible_duplicate=True)


def _waiting(counted: Delivery, before: Delivery) -> Delivery:
    return counted.becoming(state=DeliveryState.RETRYING, next_attempt_at=before.claimed_until, claimed_until=None)


def settled(
    delivery: Delivery, report: Report, patience: Patience, *, begun: datetime, ended: datetime, jitter: float
) -> Delivery:
    """The claimed delivery after its send. When nobody can tell, it stays claimed: only time, or the provider, will say."""
    if report.verdict == "unknown":
        return delivery
    tried = delivery.becoming(attempts=(*delivery.attempts, _attempt(report, begun, ended)), claimed_until=None)
    if report.verdict == "sent":
        return tried.becoming(state=DeliveryState.SENT, sent_at=ended, message_id=report.message_id)
    wait = wait_after(delivery.attempts, patience, jitter)
    if report.verdict == "refused" or wait is None:
        return dead(tried, report.reason if report.verdict == "refused" else f"{report.reason} {EXHAUSTED}")
    return postponed(tried, ended + max(wait, min(report.wait, LONGEST_ASKED_WAIT)), report.reason)


def _attempt(report: Report, begun: datetime, ended: datetime) -> Attempt:
    return Attempt(
        at=begun,
        verdict=report.verdict,
        duration_ms=int((ended - begun) / timedelta(milliseconds=1)),
        status=report.status,
        answer=report.answer[:ANSWER_LIMIT],
    )


def postponed(delivery: Delivery, until: datetime, reason: str) -> Delivery:
    """To be tried again at that instant."""
    return delivery.becoming(state=DeliveryState.RETRYING, next_attempt_at=until, claimed_until=None, last_error=reason)


def dead(delivery: Delivery, reason: str) -> Delivery:
    """Nothing more is tried: a person reads the reason and decides."""
    return delivery.becoming(state=DeliveryState.DEAD, claimed_until=None, last_error=reason)


def superseded(delivery: Delivery, reason: str) -> Delivery:
    """It need not leave any more."""
    return delivery.becoming(state=DeliveryState.SUPERSEDED, claimed_until=None, last_error=reason)


def paused(delivery: Delivery, now: datetime) -> Delivery:
    """The recipient asked for a pause; it leaves by itself once the pause is over."""
    return delivery.becoming(
        state=DeliveryState.PAUSED,
        next_attempt_at=now + PAUSE_CHECKED_EVERY,
        claimed_until=None,
        last_error="Ce destinataire est en pause : l’envoi reprendra quand vous la lèverez.",
    )


def replayed(delivery: Delivery, now: datetime) -> Delivery:
    """A person asks for a dead delivery to be tried anew, from the start of its schedule.

    One attempt of unknown end is remembered: whoever may have read the message must still get its correction.
    """
    doubts = tuple(attempt for attempt in delivery.attempts if attempt.verdict == "unknown")[-1:]
    return delivery.becoming(
        state=DeliveryState.REPLAYED, next_attempt_at=now, attempts=doubts, possible_duplicate=False, last_error=""
    )


def wait_after(attempts: Sequence[Attempt], patience: Patience, jitter: float) -> timedelta | None:
    """How long to wait after these attempts: the schedule's next step, moved by ±20 % as `jitter` (0 to 1) says."""
    step = len(attempts)
    if step >= len(patience.schedule):
        return None
    return patience.schedule[step] * (0.8 + 0.4 * jitter)


__all__ = ["WAITING", "Delivery", "DeliveryState"]
