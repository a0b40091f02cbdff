"""What a delivery becomes when its provider speaks: doubts end, and neither order nor repetition changes the end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.alerts.deliveries.delivery import (
    Attempt,
    Delivery,
    DeliveryState,
    Report,
    Said,
    claimed,
    given_up_claim,
    replayed,
    settled,
)
from services.alerts.provider_events.reconciling import reconciled
from tests.unit.alerts.courier_scene import HOUR, MAIL
from tests.unit.alerts.delivery_scene import NOON, delivery
from tests.unit.alerts.provider_words import LATER, said

SAID: tuple[Said, ...] = ("accepted", "delayed", "failed", "delivered", "rejected", "bounced", "complained")
FAILED: tuple[Said, ...] = ("failed", "rejected", "bounced")


def held(before: Delivery | None = None) -> Delivery:
    """Claimed at noon; its sender says nothing any more."""
    return claimed(before or delivery(), NOON, MAIL, 1, None)


def sent() -> Delivery:
    """Claimed, accepted and recorded."""
    accepted = Report(verdict="sent", message_id="m-1")
    return settled(held(), accepted, MAIL, begun=NOON, ended=NOON, jitter=0.5)


def after(start: Delivery, *words: tuple[Said, int]) -> Delivery:
    """The delivery once these (word, attempt) were heard."""
    for kind, attempt in words:
        start = reconciled(start, said(kind, start, attempt))
    return start


def test_a_claim_whose_sender_died_is_closed_by_the_provider() -> None:
    """It had left: nothing is sent again, and the page says how it is known."""
    known = after(held(), ("accepted", 1))
    assert (known.state, known.confirmed, known.message_id, known.sent_at) == (DeliveryState.SENT, True, "m-9", LATER)
    assert known.looked_at is None
    assert known.attempts == (Attempt(at=LATER, verdict="sent", fence=1, said="accepted"),)


def test_a_message_that_arrived_is_received() -> None:
    """What the sender knew stays; receipt is the provider's."""
    known = after(sent(), ("delivered", 1))
    assert (known.state, known.delivered_at, known.message_id) == (DeliveryState.DELIVERED, LATER, "m-1")
    assert not known.confirmed


def test_a_message_known_by_then_is_not_sent_a_second_time() -> None:
    """The first one's word comes after the quiet time: the repetition that waited is not needed."""
    again = given_up_claim(held(), MAIL)
    known = after(again, ("accepted", 1))
    assert (known.state, known.confirmed) == (DeliveryState.SENT, True)


@pytest.mark.parametrize(("kind", "end"), [("accepted", DeliveryState.SENT), ("delivered", DeliveryState.DELIVERED)])
def test_the_word_on_a_first_attempt_is_remembered_when_the_second_stays_in_doubt(
    kind: Said, end: DeliveryState
) -> None:
    """The claim is let be, so that its own end is heard; once it expires nobody sends a third, and nothing has failed."""
    second = after(held(given_up_claim(held(), MAIL)), (kind, 1))
    assert second.state is DeliveryState.CLAIMED
    assert given_up_claim(second, MAIL).state is end


@pytest.mark.parametrize("kind", FAILED)
@pytest.mark.parametrize("start", [held(), sent()])
def test_what_came_back_is_dead_with_its_reason(kind: Said, start: Delivery) -> None:
    """And it was not read: no correction follows it."""
    known = after(start, (kind, 1))
    assert (known.state, known.may_have_left, known.claimed_until) == (DeliveryState.DEAD, False, None)
    assert known.last_error


def test_an_address_that_refuses_after_all_takes_receipt_back() -> None:
    """A relay accepted what the last server then refused."""
    known = after(sent(), ("delivered", 1), ("bounced", 1))
    assert (known.state, known.delivered_at) == (DeliveryState.DEAD, None)


def test_an_automatic_answer_does_not_take_receipt_back() -> None:
    """SES takes some absence messages for a passing failure."""
    assert after(sent(), ("delivered", 1), ("failed", 1)).state is DeliveryState.DELIVERED


def test_a_complaint_proves_receipt() -> None:
    """The message is not sent again by another way; the reason says to call."""
    known = after(sent(), ("complained", 1))
    assert (known.state, "indésirable" in known.last_error) == (DeliveryState.DELIVERED, True)


def test_a_slow_server_is_told_of_until_it_answers() -> None:
    """Nothing to do for anybody."""
    slow = after(sent(), ("delayed", 1))
    assert (slow.state, "tarde" in slow.last_error) == (DeliveryState.SENT, True)
    assert after(slow, ("delivered", 1)).last_error == ""


def test_a_failed_attempt_leaves_the_next_one_alone() -> None:
    """The first came back while the second is on its way; one that only waits would come back too."""
    waiting = given_up_claim(held(), MAIL)
    assert after(held(waiting), ("failed", 1)).state is DeliveryState.CLAIMED
    assert after(waiting, ("failed", 1)).state is DeliveryState.DEAD


def test_one_attempt_that_left_outweighs_another_that_came_back() -> None:
    """Whatever comes first."""
    second = held(given_up_claim(held(), MAIL))
    assert after(second, ("accepted", 2), ("bounced", 1)).state is DeliveryState.SENT
    assert after(second, ("bounced", 1), ("accepted", 2)).state is DeliveryState.SENT


@pytest.mark.parametrize("state", [DeliveryState.ACKNOWLEDGED, DeliveryState.RESOLVED, DeliveryState.SUPERSEDED])
@pytest.mark.parametrize("kind", FAILED)
def test_what_a_person_has_seen_or_settled_does_not_die(state: DeliveryState, kind: Said) -> None:
    """A late failure is noted, and is nobody's business any more."""
    assert after(sent().becoming(state=state), (kind, 1)).state is state


def test_what_a_person_asked_to_send_again_is_sent_whatever_is_said_of_before() -> None:
    """The demand came after; what is known of the earlier attempt is kept with it."""
    again = replayed(given_up_claim(held(), MAIL), NOON)
    known = after(again, ("delivered", 1))
    assert (known.state, known.earlier[0].said) == (DeliveryState.REPLAYED, "delivered")
    assert known.may_have_left


@pytest.mark.parametrize("attempt", [0, 2, 7])
@pytest.mark.parametrize("kind", SAID)
def test_a_word_on_an_attempt_that_nobody_knows_changes_nothing(kind: Said, attempt: int) -> None:
    """It is forged, foreign, or older than what is kept."""
    start = sent()
    assert reconciled(start, said(kind, start, attempt)) is start


STARTS = [held(), sent(), given_up_claim(held(), MAIL), held(given_up_claim(held(), MAIL))]


def seen(known: Delivery) -> tuple[DeliveryState, list[str], bool]:
    """What people and later decisions look at."""
    return known.state, [attempt.verdict for attempt in known.attempts if attempt.fence == 1], known.may_have_left


@given(st.sampled_from(STARTS), st.permutations(SAID), st.lists(st.sampled_from(SAID), max_size=9))
def test_neither_order_nor_repetition_changes_the_end(start: Delivery, order: Sequence[Said], more: list[Said]) -> None:
    """A queue gives some words twice and all of them in any order."""
    kinds = order[:4]
    repeated = [*kinds, *(kind for kind in more if kind in kinds)]
    other_order = sorted(repeated, key=lambda kind: (kind != kinds[-1], SAID.index(kind)))
    ends = [after(start, *((kind, 1) for kind in words)) for words in (kinds, repeated, other_order, kinds[::-1])]
    assert len({str(seen(end)) for end in ends}) == 1


def test_the_same_word_again_is_no_news() -> None:
    """Nothing is written for it."""
    assert after(sent(), ("accepted", 1)) == sent()
    known = after(sent(), ("bounced", 1))
    assert reconciled(known, said("bounced", known, at=LATER + HOUR)) is known
    assert reconciled(known, said("delivered", known, at=NOON - timedelta(days=3))) is known
