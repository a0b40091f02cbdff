"""A delivery: one message to one recipient by one channel, from its queueing to what became of it.

Before each send it is claimed: the claim is a conditional write that raises `fence`, and holds until `claimed_until`. A sender
that dies in between leaves a claim that expires: whether the message left is then *unknown*, and it is sent once more, marked
as a possible duplicate. Everything here is pure; `services.alerts.deliveries.delivering` runs it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from services.alerts.deliveries.attempt import (
    ANSWER_LIMIT,
    RECEIVED,
    Attempt,
    Patience,
    Report,
    Said,
    Verdict,
    discreet,
)
from services.alerts.deliveries.state import WAITING, DeliveryState
from services.alerts.rules.alert import Frozen, Instant, Proof
from services.alerts.rules.notices import Purpose
from shared.address_book import ChannelName
from shared.ids import derived_id

CLOCKS_APART = timedelta(seconds=2)
"""Two workers' clocks: a hint that comes that much too soon is heeded, or the message would wait for the sweep."""
PAUSE_CHECKED_EVERY = timedelta(hours=1)
PREDECESSOR_CHECKED_EVERY = timedelta(minutes=5)
LONGEST_ASKED_WAIT = timedelta(hours=24)
KEPT_ATTEMPTS = 30
"""Of those before a replay; with an answer of 1 kB each, an item stays far from 400 kB."""

UNKNOWN_TWICE = "Envoyé deux fois sans confirmation : vérifiez auprès du destinataire qu’il a reçu le message."
EXHAUSTED = "Tous les essais ont échoué : vérifiez l’adresse avec le destinataire, puis rejouez l’envoi."


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
    instead_of: str | None = None
    """The member who is absent, by id, when the recipient is their deputy."""
    follows: str | None = None
    """The sort key of an earlier delivery: a correction leaves only if that one did."""
    second_to: ChannelName | None = None
    """The channel that failed, or is in doubt: this is the recipient's other one."""
    about: str = ""
    """Whom the message speaks of, when that is another recipient: a structure's name and a channel."""

    state: DeliveryState = DeliveryState.QUEUED
    fence: int = 0
    alert_version: int = 0
    """The alert's version that the recipient's words come from: of a webhook, the first that may have arrived, since a receiver
    that knows the message again ignores what its repetition says; of anything else, the last."""
    next_attempt_at: Instant
    claimed_until: Instant | None = None
    parked: bool = False
    """It waits in its recipient's room, where only the sweep lets it out."""
    doubted_at: Instant | None = None
    """Set only near the alert's deadline: from then on a claim still held is doubted, and the other channel tried."""
    attempts: tuple[Attempt, ...] = ()
    earlier: tuple[Attempt, ...] = ()
    """The attempts before the last replay, the latest ones: the schedule begins anew, what happened is kept."""
    replayed_for: str = ""
    """The demand that a person last replayed it for: the same demand, said again, replays nothing."""
    last_error: str = ""
    possible_duplicate: bool = False
    sent_at: Instant | None = None
    delivered_at: Instant | None = None
    confirmed: bool = False
    """Nobody knew whether it had left until the provider said so."""
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
            return self.doubted_at or self.claimed_until
        return self.next_attempt_at if self.state in WAITING and not self.parked else None

    def is_unknown(self, now: datetime) -> bool:
        """A claim outlived its holder: nobody knows whether the message left."""
        until = self.claimed_until
        return self.state is DeliveryState.CLAIMED and until is not None and until <= now

    def is_due(self, now: datetime) -> bool:
        """Whether somebody may take it now. A claim never ends sooner for a clock that is ahead."""
        instant = self.looked_at
        early = timedelta() if self.state is DeliveryState.CLAIMED else CLOCKS_APART
        return instant is not None and instant <= now + early

    @property
    def may_have_left(self) -> bool:
        """The recipient has the message, or perhaps has it: also when it is being sent again."""
        return self.state.has_left or any(attempt.may_have_left for attempt in (*self.earlier, *self.attempts))

    @property
    def is_repetition(self) -> bool:
        """What leaves next may make two, since nobody knows what became of the one before."""
        return self.possible_duplicate and any(attempt.verdict == "unknown" for attempt in self.attempts[-1:])

    def becoming(self, **attributes: object) -> Delivery:
        """The delivery with these attributes."""
        return self.model_copy(update=attributes)


def claimed(
    delivery: Delivery,
    now: datetime,
    patience: Patience,
    alert_version: int,
    proof: Proof | None,
    *,
    pressing_at: datetime | None = None,
) -> Delivery:
    """Taken for one send of a message composed from that version of the alert.

    From `pressing_at` on the alert's deadline is so near that a doubt does not wait for the end of the quiet time.
    """
    until = now + patience.lease + patience.quiet
    ignored = patience.repeatable and delivery.may_have_left
    doubted_at = max(now + patience.lease, pressing_at) if pressing_at else until
    return delivery.becoming(
        state=DeliveryState.CLAIMED,
        fence=delivery.fence + 1,
        earlier=discreet(delivery.earlier, now),
        alert_version=delivery.alert_version if ignored else alert_version,
        claimed_until=until,
        doubted_at=doubted_at if doubted_at < until and not patience.repeatable else None,
        proof=proof or delivery.proof,
        last_error="",
    )


def given_up_claim(delivery: Delivery, patience: Patience) -> Delivery:
    """An expired claim, counted as an attempt of unknown end: to be sent once more, or dead when that was done already."""
    begun = (delivery.claimed_until or delivery.next_attempt_at) - patience.lease - patience.quiet
    counted = delivery.becoming(
        claimed_until=None, attempts=(*delivery.attempts, Attempt(at=begun, verdict="unknown", fence=delivery.fence))
    )
    if any(attempt.verdict == "sent" for attempt in counted.attempts):
        return _known_to_have_left(counted)
    if patience.repeatable:
        exhausted = len(counted.attempts) > len(patience.schedule)
        return dead(counted, EXHAUSTED) if exhausted else _waiting(counted, delivery)
    if delivery.possible_duplicate:
        return dead(counted, UNKNOWN_TWICE)
    return _waiting(counted, delivery).becoming(possible_duplicate=True)


def _known_to_have_left(counted: Delivery) -> Delivery:
    """An earlier attempt left, as its provider says since: there is nothing to send again."""
    received = any(attempt.said in RECEIVED for attempt in (*counted.earlier, *counted.attempts))
    return counted.becoming(state=DeliveryState.DELIVERED if received else DeliveryState.SENT)


def _waiting(counted: Delivery, before: Delivery) -> Delivery:
    return counted.becoming(state=DeliveryState.RETRYING, next_attempt_at=before.claimed_until, claimed_until=None)


def settled(
    delivery: Delivery, report: Report, patience: Patience, *, begun: datetime, ended: datetime, jitter: float
) -> Delivery:
    """The claimed delivery after its send. When nobody can tell, it stays claimed: only time, or the provider, will say."""
    if report.verdict == "unknown":
        return delivery
    attempts = (*delivery.attempts, _attempt(report, begun, ended, delivery.fence))
    if report.verdict == "sent":
        return delivery.becoming(
            state=DeliveryState.SENT,
            attempts=attempts,
            claimed_until=None,
            sent_at=ended,
            message_id=report.message_id,
        )
    tried = delivery.becoming(attempts=attempts, claimed_until=None)
    if report.parked:
        return postponed(tried, ended, report.reason).becoming(parked=True)
    wait = wait_after(delivery.attempts, patience, jitter)
    if report.verdict == "refused" or wait is None:
        return dead(tried, report.reason if report.verdict == "refused" else f"{report.reason} {EXHAUSTED}")
    return postponed(tried, ended + max(wait, min(report.wait, LONGEST_ASKED_WAIT)), report.reason)


def _attempt(report: Report, begun: datetime, ended: datetime, fence: int) -> Attempt:
    return Attempt(
        at=begun,
        verdict=report.verdict,
        duration_ms=int((ended - begun) / timedelta(milliseconds=1)),
        status=report.status,
        answer=report.answer[:ANSWER_LIMIT],
        fence=fence,
        doubtful=report.doubtful,
    )


def postponed(delivery: Delivery, until: datetime, reason: str) -> Delivery:
    """To be tried again at that instant."""
    return delivery.becoming(state=DeliveryState.RETRYING, next_attempt_at=until, claimed_until=None, last_error=reason)


def dead(delivery: Delivery, reason: str) -> Delivery:
    """Nothing more is tried: a person reads the reason and decides."""
    return delivery.becoming(state=DeliveryState.DEAD, claimed_until=None, last_error=reason)


def superseded(delivery: Delivery, reason: str) -> Delivery:
    """It need not leave any more; one that had left before it was replayed is again what it was."""
    ended = delivery.becoming(state=DeliveryState.SUPERSEDED, claimed_until=None, last_error=reason)
    has_left = any(attempt.verdict == "sent" for attempt in (*delivery.earlier, *delivery.attempts))
    return _known_to_have_left(ended) if has_left else ended


def paused(delivery: Delivery, now: datetime) -> Delivery:
    """The recipient asked for a pause; it leaves by itself once the pause is over."""
    return delivery.becoming(
        state=DeliveryState.PAUSED,
        next_attempt_at=now + PAUSE_CHECKED_EVERY,
        claimed_until=None,
        last_error="Ce destinataire est en pause : l’envoi reprendra quand vous la lèverez.",
    )


def replayed(delivery: Delivery, now: datetime, demand: str = "") -> Delivery:
    """A person asks for it to be tried anew, from the start of its schedule; what was tried before is remembered.

    What has left, or may have, is sent a second time knowingly: marked so where the receiver cannot recognise it.
    """
    return delivery.becoming(
        state=DeliveryState.REPLAYED,
        next_attempt_at=now,
        attempts=(),
        earlier=discreet((*delivery.earlier, *delivery.attempts)[-KEPT_ATTEMPTS:], now),
        replayed_for=demand,
        confirmed=False,
        possible_duplicate=delivery.may_have_left and delivery.channel != "webhook",
        last_error="",
    )


def wait_after(attempts: Sequence[Attempt], patience: Patience, jitter: float) -> timedelta | None:
    """How long to wait after these attempts: the schedule's next step, moved by ±20 % as `jitter` (0 to 1) says."""
    step = len(attempts)
    if step >= len(patience.schedule):
        return None
    return patience.schedule[step] * (0.8 + 0.4 * jitter)


__all__ = ["WAITING", "Attempt", "Delivery", "DeliveryState", "Patience", "Report", "Said", "Verdict"]
