"""The life of one delivery: claims, attempts, what is given up and what is tried again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.alerts.deliveries.delivery import (
    EXHAUSTED,
    UNKNOWN_TWICE,
    Attempt,
    Delivery,
    DeliveryState,
    Patience,
    Report,
    Said,
    claimed,
    dead,
    given_up_claim,
    paused,
    replayed,
    settled,
    superseded,
    wait_after,
)
from services.alerts.rules.notices import Purpose
from tests.unit.alerts.delivery_scene import NOON, delivery

MINUTE = timedelta(minutes=1)
MAIL = Patience(quiet=60 * MINUTE, schedule=(MINUTE, 10 * MINUTE))
HOOK = Patience(quiet=timedelta(), schedule=(MINUTE, 10 * MINUTE), repeatable=True)


def held(patience: Patience = MAIL, **changes: object) -> Delivery:
    """A delivery claimed at noon."""
    return claimed(delivery().becoming(**changes), NOON, patience, 1, None)


def after(report: Report, jitter: float = 0.5, **changes: object) -> Delivery:
    """What becomes of a claimed delivery with that report, a second later."""
    taken = held(MAIL, **changes)
    return settled(taken, report, MAIL, begun=NOON, ended=NOON + timedelta(seconds=1), jitter=jitter)


def test_a_claim_raises_the_fence_and_holds_for_the_lease_and_the_quiet_time() -> None:
    """A claim is newer than any before it and outlives both its holder and the provider's silence."""
    taken = held()
    assert (taken.state, taken.fence, taken.claimed_until) == (DeliveryState.CLAIMED, 1, NOON + 62 * MINUTE)


def test_a_sent_message_is_final_and_keeps_its_identifier() -> None:
    """Once the provider has accepted a message nothing more is due."""
    sent = after(Report(verdict="sent", message_id="abc", status=200, answer="ok"))
    assert (sent.state, sent.message_id, sent.looked_at) == (DeliveryState.SENT, "abc", None)
    assert sent.attempts == (Attempt(at=NOON, verdict="sent", duration_ms=1000, status=200, answer="ok", fence=1),)


def test_a_definite_refusal_is_never_retried() -> None:
    """A refusal kills the delivery with its French reason."""
    refused = after(Report(verdict="refused", reason="Adresse inconnue."))
    assert (refused.state, refused.last_error, refused.looked_at) == (DeliveryState.DEAD, "Adresse inconnue.", None)


@pytest.mark.parametrize(("jitter", "seconds"), [(0.0, 48), (0.5, 60), (1.0, 72)])
def test_a_failure_waits_for_the_next_step_of_the_schedule(jitter: float, seconds: int) -> None:
    """The jitter moves each wait by a fifth at the most."""
    waiting = after(Report(verdict="later", reason="Saturé."), jitter)
    assert waiting.state is DeliveryState.RETRYING
    assert waiting.next_attempt_at == NOON + timedelta(seconds=1 + seconds)


def test_the_end_of_the_schedule_is_the_end_of_the_delivery() -> None:
    """After the last step nothing is tried any more, and a person is told what to do."""
    tried = (Attempt(at=NOON, verdict="later"),) * 2
    given_up = after(Report(verdict="later", reason="Saturé."), attempts=tried)
    assert (given_up.state, given_up.last_error) == (DeliveryState.DEAD, f"Saturé. {EXHAUSTED}")


@pytest.mark.parametrize(
    ("asked", "granted"),
    [
        (timedelta(seconds=3), MINUTE),
        (timedelta(hours=2), timedelta(hours=2)),
        (timedelta(days=9), timedelta(hours=24)),
    ],
)
def test_a_receiver_may_ask_to_wait_longer_within_a_day(asked: timedelta, granted: timedelta) -> None:
    """Retry-After never shortens the schedule, nor parks a message for days."""
    waiting = after(Report(verdict="later", wait=asked))
    assert waiting.next_attempt_at == NOON + timedelta(seconds=1) + granted


def test_an_unknown_outcome_leaves_the_claim_as_it_is() -> None:
    """When nobody can tell, nothing is concluded before the claim expires."""
    assert after(Report(verdict="unknown")) == held()


def test_an_expired_claim_is_sent_once_more_and_marked() -> None:
    """Unknown is not lost: the message leaves again, as a possible duplicate."""
    again = given_up_claim(held(), MAIL)
    assert (again.state, again.possible_duplicate, again.next_attempt_at) == (
        DeliveryState.RETRYING,
        True,
        NOON + 62 * MINUTE,
    )
    assert again.attempts == (Attempt(at=NOON, verdict="unknown", fence=1),)


def test_a_second_unknown_end_is_left_to_a_person() -> None:
    """A message is never sent a third time without anybody knowing what became of the first two."""
    lost = given_up_claim(held(possible_duplicate=True), MAIL)
    assert (lost.state, lost.last_error) == (DeliveryState.DEAD, UNKNOWN_TWICE)


def test_a_receiver_that_knows_repetitions_gets_them_unmarked() -> None:
    """A webhook sent again is no duplicate: its receiver knows the identifier."""
    again = given_up_claim(held(HOOK, channel="webhook"), HOOK)
    assert (again.state, again.possible_duplicate) == (DeliveryState.RETRYING, False)


def test_a_receiver_that_kills_its_sender_is_given_up_in_the_end() -> None:
    """Claims that expire count as attempts, so that no message is tried for ever."""
    tried = (Attempt(at=NOON, verdict="unknown"),) * 2
    assert given_up_claim(held(HOOK, attempts=tried), HOOK).state is DeliveryState.DEAD


def test_a_delivery_is_unknown_only_once_its_claim_has_expired() -> None:
    """While the claim holds, the sender may still speak."""
    taken = held()
    assert not taken.is_unknown(NOON + 61 * MINUTE)
    assert taken.is_unknown(NOON + 62 * MINUTE)


def test_a_dead_delivery_replayed_begins_its_schedule_anew() -> None:
    """A replay is due at once and has its attempts before it; the fence never goes back."""
    again = replayed(dead(held(), "Refusé."), NOON)
    assert (again.attempts, again.next_attempt_at, again.fence, again.last_error) == ((), NOON, 1, "")
    assert again.is_due(NOON)


def test_a_replay_does_not_forget_that_the_message_may_have_been_read() -> None:
    """Whoever perhaps has the offer gets its correction, even when the replay fails for sure."""
    unsure = held(attempts=(Attempt(at=NOON, verdict="unknown"), Attempt(at=NOON, verdict="unknown")))
    again = dead(replayed(dead(unsure, UNKNOWN_TWICE), NOON), "Refusé.")
    assert again.may_have_left
    assert (len(again.earlier), len(again.attempts)) == (2, 0)


@pytest.mark.parametrize(("said", "state"), [(None, DeliveryState.SENT), ("delivered", DeliveryState.DELIVERED)])
def test_what_had_left_before_a_replay_that_is_pointless_is_shown_as_it_was(
    said: Said | None, state: DeliveryState
) -> None:
    """A period that is replayed holds offers that have ended since: they were received, and the page goes on saying so."""
    received = delivery().becoming(
        state=state, sent_at=NOON, attempts=(Attempt(at=NOON, verdict="sent", said=said, fence=1),)
    )
    ended = superseded(replayed(received, NOON + MINUTE), "L’alerte était close avant l’envoi.")
    assert (ended.state, ended.sent_at) == (state, NOON)
    assert superseded(replayed(dead(delivery(), "Refusé."), NOON), "Close.").state is DeliveryState.SUPERSEDED


def test_a_webhook_that_may_have_arrived_keeps_the_version_that_its_receiver_knows() -> None:
    """The repetition has the same id: what it says anew is ignored there, and the correction has to follow."""
    unsure = settled(held(HOOK), Report(verdict="later", doubtful=True), HOOK, begun=NOON, ended=NOON, jitter=0.5)
    refused = settled(held(HOOK), Report(verdict="later"), HOOK, begun=NOON, ended=NOON, jitter=0.5)
    received = settled(held(HOOK), Report(verdict="sent"), HOOK, begun=NOON, ended=NOON, jitter=0.5)
    again = [claimed(one, NOON, HOOK, 4, None).alert_version for one in (unsure, refused, replayed(received, NOON))]
    assert again == [1, 4, 1]
    assert claimed(unsure, NOON, MAIL, 4, None).alert_version == 4


def test_a_paused_delivery_is_looked_at_again_by_itself() -> None:
    """Lifting a pause needs no list of what waited for it."""
    assert paused(delivery(), NOON).looked_at == NOON + timedelta(hours=1)


def test_the_identity_of_a_delivery_says_alert_key_recipient_and_channel() -> None:
    """Created twice, it is the same item and the same message; any part changed, another."""
    assert delivery().id == delivery().becoming(attempts=(Attempt(at=NOON, verdict="sent"),)).id
    others = {delivery(channel="sms").id, delivery(recipient_id="x").id, delivery(Purpose.BREACH).id}
    assert delivery().id not in others
    assert delivery().sk == "DELIVERY#alert_raised#m-coordinatrice#email"


def test_every_state_has_its_french_word() -> None:
    """People never read a code."""
    assert all(state.label[0].isupper() for state in DeliveryState)
    assert {state.tone for state in DeliveryState} == {"info", "done", "watch", "late", "quiet"}


def test_the_schedule_of_waits_ends() -> None:
    """There are as many attempts as steps, and one."""
    attempt = Attempt(at=NOON, verdict="later")
    assert wait_after((attempt,), MAIL, 0.5) == 10 * MINUTE
    assert wait_after((attempt, attempt), MAIL, 0.5) is None
