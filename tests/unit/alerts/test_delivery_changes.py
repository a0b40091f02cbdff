"""Every change of a delivery, attribute by attribute: what it sets, what it clears, and that it touches nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from services.alerts.deliveries.attempt import Attempt, Patience, Report
from services.alerts.deliveries.delivery import (
    EXHAUSTED,
    UNKNOWN_TWICE,
    Delivery,
    claimed,
    dead,
    given_up_claim,
    paused,
    postponed,
    replayed,
    settled,
    superseded,
)
from services.alerts.deliveries.state import DeliveryState
from services.alerts.rules.notices import Purpose
from tests.unit.alerts.delivery_scene import NOON, delivery

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
MAIL = Patience(quiet=60 * MINUTE, schedule=(MINUTE, 10 * MINUTE))
HOOK = Patience(quiet=timedelta(), schedule=(MINUTE, 10 * MINUTE), repeatable=True)
UNKNOWN, SENT, LATER = (Attempt(at=NOON, verdict=verdict) for verdict in ("unknown", "sent", "later"))
BEFORE = delivery().becoming(
    state=DeliveryState.CLAIMED,
    fence=3,
    claimed_until=NOON + 62 * MINUTE,
    attempts=(LATER,),
    last_error="Avant.",
    alert_version=2,
)


def changed(after: Delivery, before: Delivery = BEFORE) -> dict[str, Any]:
    """What is no more as it was."""
    return {
        name: getattr(after, name) for name in Delivery.model_fields if getattr(after, name) != getattr(before, name)
    }


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        (lambda one: dead(one, "Non."), {"state": DeliveryState.DEAD, "claimed_until": None, "last_error": "Non."}),
        (
            lambda one: superseded(one, "Inutile."),
            {"state": DeliveryState.SUPERSEDED, "claimed_until": None, "last_error": "Inutile."},
        ),
        (
            lambda one: postponed(one, NOON + MINUTE, "Plus tard."),
            {
                "state": DeliveryState.RETRYING,
                "next_attempt_at": NOON + MINUTE,
                "claimed_until": None,
                "last_error": "Plus tard.",
            },
        ),
        (
            lambda one: paused(one, NOON),
            {
                "state": DeliveryState.PAUSED,
                "next_attempt_at": NOON + timedelta(hours=1),
                "claimed_until": None,
                "last_error": "Ce destinataire est en pause : l’envoi reprendra quand vous la lèverez.",
            },
        ),
    ],
    ids=["dead", "superseded", "postponed", "paused"],
)
def test_a_change_says_all_that_it_must_and_nothing_more(
    act: Callable[[Delivery], Delivery], expected: dict[str, object]
) -> None:
    """Nothing is left claimed, and the reason is the new one."""
    assert changed(act(BEFORE)) == expected


def test_a_claim_forgets_the_last_error_and_knows_what_it_sends() -> None:
    """The version of the alert, and when the doubt about it ends."""
    waiting = BEFORE.becoming(state=DeliveryState.RETRYING, claimed_until=None)
    assert changed(claimed(waiting, NOON, MAIL, 7, None), waiting) == {
        "state": DeliveryState.CLAIMED,
        "fence": 4,
        "alert_version": 7,
        "claimed_until": NOON + 62 * MINUTE,
        "last_error": "",
    }


@pytest.mark.parametrize(
    ("pressing", "patience", "doubted"),
    [
        (None, MAIL, None),
        (-10, MAIL, 2),
        (2, MAIL, 2),
        (30, MAIL, 30),
        (61, MAIL, 61),
        (62, MAIL, None),
        (90, MAIL, None),
        (1, HOOK, None),
        (0, HOOK.model_copy(update={"quiet": 60 * MINUTE}), None),
    ],
)
def test_a_doubt_ends_early_near_a_deadline_alone(
    pressing: int | None, patience: Patience, doubted: int | None
) -> None:
    """Never before the sender has surely ended, never where a repetition makes no second message."""
    at = None if pressing is None else NOON + pressing * MINUTE
    taken = claimed(delivery(), NOON, patience, 1, None, pressing_at=at)
    assert taken.doubted_at == (None if doubted is None else NOON + doubted * MINUTE)


def test_a_waiting_delivery_is_due_two_seconds_early_and_a_claim_is_not() -> None:
    """Two clocks may differ by that much; a claim is good to its last second."""
    waiting = delivery().becoming(state=DeliveryState.RETRYING, next_attempt_at=NOON)
    assert (waiting.is_due(NOON - 2 * SECOND), waiting.is_due(NOON - 2.1 * SECOND)) == (True, False)
    held = BEFORE.becoming(claimed_until=NOON)
    assert (held.is_due(NOON), held.is_due(NOON - SECOND / 10)) == (True, False)


@pytest.mark.parametrize(
    ("marked", "attempts", "repeats"),
    [
        (True, (UNKNOWN,), True),
        (True, (LATER, UNKNOWN), True),
        (True, (UNKNOWN, LATER), False),
        (True, (), False),
        (False, (UNKNOWN,), False),
        (True, (UNKNOWN, UNKNOWN), True),
        (True, (LATER,), False),
    ],
)
def test_a_repetition_follows_a_doubt_directly(marked: bool, attempts: tuple[Attempt, ...], repeats: bool) -> None:
    """It is marked, and the attempt just before it is the one that nobody knows the end of."""
    assert BEFORE.becoming(possible_duplicate=marked, attempts=attempts).is_repetition is repeats


@pytest.mark.parametrize(
    ("attempts", "earlier", "left"),
    [
        ((), (), False),
        ((LATER,), (), False),
        ((LATER, UNKNOWN), (), True),
        ((LATER,), (SENT,), True),
        ((SENT,), (), True),
    ],
)
def test_one_attempt_that_may_have_left_is_enough(
    attempts: tuple[Attempt, ...], earlier: tuple[Attempt, ...], left: bool
) -> None:
    """Also one from before a replay."""
    assert BEFORE.becoming(attempts=attempts, earlier=earlier).may_have_left is left


def test_a_doubt_is_counted_then_sent_once_more_when_its_claim_ends() -> None:
    """Marked as a possible duplicate, and due at the very end of the quiet time."""
    after = given_up_claim(BEFORE, MAIL)
    assert changed(after) == {
        "state": DeliveryState.RETRYING,
        "claimed_until": None,
        "next_attempt_at": NOON + 62 * MINUTE,
        "possible_duplicate": True,
        "attempts": (LATER, Attempt(at=NOON, verdict="unknown", fence=3)),
    }
    again = given_up_claim(BEFORE.becoming(possible_duplicate=True), MAIL)
    assert (again.state, again.last_error, again.claimed_until) == (DeliveryState.DEAD, UNKNOWN_TWICE, None)


@pytest.mark.parametrize(("before", "state"), [(1, DeliveryState.RETRYING), (2, DeliveryState.DEAD)])
def test_a_doubt_that_makes_no_second_message_follows_the_schedule(before: int, state: DeliveryState) -> None:
    """As many attempts as it has steps, and the first one."""
    after = given_up_claim(BEFORE.becoming(attempts=(LATER,) * before), HOOK)
    assert (after.state, after.claimed_until, after.possible_duplicate) == (state, None, False)
    assert after.last_error == (EXHAUSTED if state is DeliveryState.DEAD else "Avant.")


@pytest.mark.parametrize(("said", "state"), [(None, DeliveryState.SENT), ("delivered", DeliveryState.DELIVERED)])
def test_a_doubt_that_the_provider_has_ended_sends_nothing_more(said: Any, state: DeliveryState) -> None:
    """An earlier attempt is known to have left: the claim is over, the delivery done."""
    known = SENT.model_copy(update={"said": said})
    after = given_up_claim(BEFORE.becoming(attempts=(known,)), MAIL)
    assert (after.state, after.claimed_until, len(after.attempts)) == (state, None, 2)


def end(report: Report, **attributes: object) -> Delivery:
    """What becomes of the claim with that report, a second and a half later."""
    before = BEFORE.becoming(**attributes)
    return settled(before, report, MAIL, begun=NOON, ended=NOON + 1.5 * SECOND, jitter=0.5)


def test_what_is_accepted_is_dated_and_no_longer_held() -> None:
    """When the answer came, not when the request left."""
    after = end(Report(verdict="sent", message_id="m", status=202, answer="ok", doubtful=True))
    assert changed(after) == {
        "state": DeliveryState.SENT,
        "sent_at": NOON + 1.5 * SECOND,
        "message_id": "m",
        "claimed_until": None,
        "attempts": (
            LATER,
            Attempt(at=NOON, verdict="sent", duration_ms=1500, status=202, answer="ok", fence=3, doubtful=True),
        ),
    }


def test_what_must_wait_for_its_endpoint_is_parked() -> None:
    """It is looked at by nobody until the endpoint opens, and costs no step of the schedule's patience."""
    after = end(Report(verdict="later", reason="En pause.", parked=True))
    assert (after.state, after.parked, after.last_error) == (DeliveryState.RETRYING, True, "En pause.")
    assert (after.next_attempt_at, after.claimed_until, after.looked_at) == (NOON + 1.5 * SECOND, None, None)


def test_what_nobody_can_tell_stays_as_it_is() -> None:
    """Only time, or the provider's word, ends a doubt."""
    assert end(Report(verdict="unknown")) == BEFORE


@pytest.mark.parametrize(
    ("channel", "attempts", "marked"),
    [("email", (SENT,), True), ("email", (LATER,), False), ("webhook", (SENT,), False), ("sms", (UNKNOWN,), True)],
)
def test_a_replay_begins_anew_and_remembers(channel: Any, attempts: tuple[Attempt, ...], marked: bool) -> None:
    """Marked where the receiver cannot recognise it; what was tried moves to what was tried before."""
    before = delivery(Purpose.BROADCAST, "p", channel).becoming(
        state=DeliveryState.DEAD, attempts=attempts, earlier=(LATER,), confirmed=True, last_error="Avant."
    )
    assert changed(replayed(before, NOON + MINUTE, "demande"), before) == {
        "state": DeliveryState.REPLAYED,
        "next_attempt_at": NOON + MINUTE,
        "attempts": (),
        "earlier": (LATER, *attempts),
        "replayed_for": "demande",
        "confirmed": False,
        "last_error": "",
        **({"possible_duplicate": True} if marked else {}),
    }


def test_a_replay_without_demand_names_none_and_thirty_attempts_are_kept() -> None:
    """The newest ones: an item has its size."""
    tried = tuple(Attempt(at=NOON + number * MINUTE, verdict="later") for number in range(40))
    after = replayed(BEFORE.becoming(attempts=tried, possible_duplicate=True, replayed_for="autre"), NOON)
    assert (after.earlier, after.replayed_for, after.possible_duplicate) == (tried[-30:], "", False)
