"""Rules that hold whatever happens to an alert, in any order and however often it is said."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.alerts.deliveries.relevance import pointless
from services.alerts.rules.alert import Alert
from services.alerts.rules.commands import Command, CorrectTransmission, WithdrawOffer
from services.alerts.rules.decisions import Decision, decide
from services.alerts.rules.facts import AuditEntry, Reason, State, is_unbroken
from services.alerts.rules.measuring import is_breached
from services.alerts.rules.notices import Purpose
from shared.errors import Conflict, Invalid, Reject
from tests.unit.alerts.alert_examples import (
    COORDINATOR,
    SETTINGS,
    TUESDAY,
    absorb,
    acknowledge,
    after,
    broadcast,
    cancel,
    close,
    fill,
    fire,
    give_back,
    hours,
    keep_apart,
    merge,
    raised,
    raising,
    reject,
    reopen,
    revoke_link,
    told,
    transmit,
)
from tests.unit.alerts.delivery_scene import delivery

minutes = st.integers(min_value=1, max_value=6000).map(lambda count: TUESDAY + timedelta(minutes=count))
references = st.sampled_from(["048KLTP", "999ABCD", None])
contacts = st.sampled_from(["Mme Test", "M. Autre", None])


def correct(at: datetime) -> CorrectTransmission:
    return CorrectTransmission(
        actor=COORDINATOR, at=at, transmitted_at=TUESDAY, channel="phone", reason=Reason.ENTRY_ERROR
    )


def withdraw(at: datetime) -> WithdrawOffer:
    return WithdrawOffer(actor=COORDINATOR, at=at, reference="048KLTP", reason=Reason.ENTRY_ERROR)


plain = st.one_of(
    [st.builds(command, minutes) for command in (acknowledge, transmit, broadcast, fill, cancel, close, reject, fire)]
)
returns = st.builds(give_back, minutes, references, contacts)
lowering = st.one_of(st.builds(reopen, minutes), st.builds(correct, minutes), st.builds(withdraw, minutes))
likeness = st.one_of(st.builds(merge, minutes), st.builds(keep_apart, minutes), st.builds(absorb, minutes))
anything = st.one_of(plain, returns, lowering, likeness, st.builds(revoke_link, minutes))


def lived(commands: list[Command]) -> list[tuple[Alert, Decision, Command]]:
    """The effective and the idle steps of a life; a refused command leaves no step."""
    alert, steps = raised(), []
    for command in commands:
        try:
            decision = decide(alert, command, SETTINGS)
        except Reject:
            continue
        steps.append((alert, decision, command))
        alert = decision.alert
    return steps


@given(st.lists(anything, max_size=14))
def test_the_rank_falls_only_by_a_reopening_or_a_correction(commands: list[Command]) -> None:
    """R1: whoever lowers a rank is a person, with a reason, in the audit."""
    for before, decision, command in lived(commands):
        if decision.alert.state.rank < before.state.rank:
            assert command.kind in ("reopen", "withdraw_offer")
            assert decision.audit is not None
            assert decision.audit.reason is not None
            assert decision.audit.actor_kind == "human"


@given(st.lists(st.one_of(plain, returns), max_size=14))
def test_an_end_absorbs_and_nothing_is_dropped_silently(commands: list[Command]) -> None:
    """R2: after an end the state stays, and each different command leaves a late fact or is refused."""
    for before, decision, command in lived(commands):
        if before.state.is_terminal:
            assert decision.alert.state is before.state
            assert command.kind == "fire" or decision.alert.has_fact("late_fact")


@given(st.lists(returns, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_machine_events_end_the_same_in_any_order_with_any_repetition(
    events: list[Command], chance: random.Random
) -> None:
    """R3: returns replayed, repeated and shuffled end in the same rank with the same references."""
    replayed = [*events, *chance.choices(events, k=3)]
    chance.shuffle(replayed)
    once, again = lived(events), lived(replayed)
    rank = {steps[-1][1].alert.state.rank if steps else 0 for steps in (once, again)}
    kept = {steps[-1][1].alert.references if steps else frozenset() for steps in (once, again)}
    assert len(rank) == len(kept) == 1


def test_all_720_orders_of_a_life_end_in_an_end_with_the_same_reference() -> None:
    """R3: in every order, each command said up to three times, the end is final, R1 to R9 hold, the reference is kept."""
    makers: tuple[Callable[[datetime], Command], ...] = (acknowledge, transmit, give_back, broadcast, fill, cancel)
    for order in itertools.permutations(makers):
        commands = [maker(TUESDAY + hours(1 + place)) for place, maker in enumerate(order)]
        tripled = [command for command in commands for _ in range(3)]
        lives = [lived(list(script)) for script in (commands, tripled, [*commands, *commands, *commands])]
        ends = [life[-1][1].alert for life in lives]
        first_end = State.FILLED if order.index(fill) < order.index(cancel) else State.CANCELLED
        assert {alert.state for alert in ends} == {first_end}
        assert {alert.references for alert in ends} == {frozenset({"048KLTP"})}
        for life in lives:
            assert _keeps_the_rules(life)


def _keeps_the_rules(life: list[tuple[Alert, Decision, Command]]) -> bool:
    """R1 no rank falls, R2 an end stays, R4 no breach is invented, R8 one correction an end, each message once."""
    ranks = [decision.alert.state.rank for _, decision, _ in life]
    keys = [(one.key, one.role) for _, decision, _ in life for one in decision.notices]
    stays = all(before.state is decision.alert.state for before, decision, _ in life if before.state.is_terminal)
    corrections = [purpose for _, decision, _ in life for audience, purpose in told(decision) if audience == "reached"]
    return (
        ranks == sorted(ranks)
        and stays
        and life[-1][1].alert.breach is None
        and len(keys) == len(set(keys))
        and len(corrections) <= 1
    )


@given(st.lists(st.one_of(plain, returns, lowering), max_size=12), minutes)
def test_a_breach_comes_from_timestamps_once_and_is_never_edited(commands: list[Command], last: datetime) -> None:
    """R4: recorded exactly when the deadline passed unsettled, however late or early the timers ring."""
    ordered = sorted([*commands, fire(last)], key=lambda command: command.at)
    recorded = None
    for _, decision, command in lived(ordered):
        alert = decision.alert
        assert recorded is None or alert.breach == recorded
        if decision.changed:
            assert (alert.breach is not None) is (is_breached(alert, command.at) or recorded is not None)
        announced = [event.kind for event in decision.announcements].count("deadline_breached")
        assert announced == (alert.breach is not None and recorded is None)
        recorded = alert.breach


def test_a_late_timer_neither_invents_nor_hides_a_breach() -> None:
    """R4: transmitted in time but swept late is no breach; transmitted late before any sweep is one."""
    in_time = after(raised(), transmit(TUESDAY + hours(48)), fire(TUESDAY + hours(60)))
    assert in_time.breach is None
    late = decide(raised(), transmit(TUESDAY + hours(48) + timedelta(seconds=1)), SETTINGS)
    assert late.alert.breach is not None
    assert late.alert.breach.deadline_at == TUESDAY + hours(48)
    assert ("steering", "breach") in told(late)


def test_a_breach_outlives_the_correction_of_the_time() -> None:
    """R4: what was recorded stays, even when the transmission proves to have been in time."""
    breached = after(raised(), fire(TUESDAY + hours(49)), give_back(TUESDAY + hours(50)))
    corrected = after(breached, correct(TUESDAY + hours(51)))
    assert corrected.breach == breached.breach
    assert corrected.transmission is not None
    assert corrected.transmission.measures.elapsed_seconds == 0


def test_ending_before_the_deadline_is_no_breach_and_after_it_is_one() -> None:
    """R4: an alert that ends untransmitted is judged at its end."""
    assert after(raised(), cancel(TUESDAY + hours(10)), fire(TUESDAY + hours(60))).breach is None
    assert after(raised(), cancel(TUESDAY + hours(50))).breach is not None


def test_an_acknowledgement_stops_the_chase_alone() -> None:
    """R5: after “I take charge” the chase is silent; the notices of 24, 36, 44 and 48 hours are not."""
    taken = after(raised(), acknowledge(TUESDAY + hours(1)))
    assert not decide(taken, fire(TUESDAY + hours(5)), SETTINGS).notices
    end = after(taken, *(fire(TUESDAY + hours(count)) for count in (24, 36, 44, 48.01)))
    assert {"nudged_24h", "nudged_36h", "nudged_44h", "breached_48h"} <= {fact.kind for fact in end.facts}


def test_a_transmission_or_an_end_stops_the_notices() -> None:
    """R5: nothing is recalled any more once it is transmitted or over."""
    for stop in (transmit(TUESDAY + hours(1)), fill(TUESDAY + hours(1))):
        assert not decide(after(raised(), stop), fire(TUESDAY + hours(47)), SETTINGS).notices


def test_an_acknowledgement_without_transmission_lapses_at_36_hours() -> None:
    """R6: it lapses then and not before, the deputy is told, the chase begins again, and a new one renews it."""
    taken = after(raised(), acknowledge(TUESDAY + hours(1)))
    just_before = after(taken, fire(TUESDAY + hours(36) - timedelta(seconds=1)))
    assert just_before.acknowledgement is not None
    assert just_before.acknowledgement.lapsed_at is None
    lapsed = decide(just_before, fire(TUESDAY + hours(36)), SETTINGS)
    assert lapsed.alert.acknowledgement is not None
    assert lapsed.alert.acknowledgement.lapsed_at == TUESDAY + hours(36)
    assert ("deputy", "ack_lapsed") in told(lapsed)
    assert lapsed.alert.state is State.ACKNOWLEDGED
    renewed = after(lapsed.alert, acknowledge(TUESDAY + hours(37)))
    assert renewed.acknowledgement is not None
    assert renewed.acknowledgement.lapsed_at is None
    assert not any(timer.startswith("ack_chase_again") for timer in after(renewed, fire(TUESDAY + hours(43))).fired)


@given(st.lists(minutes, min_size=1, max_size=20))
def test_no_timer_rings_twice_however_the_clock_jumps(instants: list[datetime]) -> None:
    """R7: forward, back, again: each timer's fact is noted once, and `fired` only grows."""
    alert = raised()
    seen: set[str] = set()
    for instant in instants:
        decision = decide(alert, fire(instant), SETTINGS)
        keys = {notice.key for notice in decision.notices}
        assert not keys & seen
        seen |= keys
        assert set(alert.fired) <= set(decision.alert.fired)
        assert not decide(decision.alert, fire(instant), SETTINGS).changed
        alert = decision.alert


def test_after_an_end_the_unsent_is_superseded_and_the_reached_get_one_correction() -> None:
    """R8: everything that has not left is withdrawn, those who were reached are told once, a repeat says nothing."""
    alert = after(raised(), transmit(TUESDAY), give_back(TUESDAY + hours(1)), broadcast(TUESDAY + hours(2)))
    ended = decide(alert, cancel(TUESDAY + hours(3)), SETTINGS)
    assert pointless(delivery(Purpose.BROADCAST, created_at=TUESDAY), ended.alert)
    assert told(ended).count(("reached", "correction")) == 1
    assert not decide(ended.alert, cancel(TUESDAY + hours(4)), SETTINGS).notices[1:]
    assert not decide(ended.alert, fill(TUESDAY + hours(4)), SETTINGS).notices


def test_several_posts_are_a_quantity_and_several_offers_a_list() -> None:
    """R9: one alert a need; what is returned for it adds up in a list."""
    alert = after(raised(), transmit(TUESDAY), give_back(TUESDAY + hours(1)), give_back(TUESDAY + hours(2), "999ABCD"))
    assert alert.post.quantity == 3
    assert [offer.ft_reference for offer in alert.offers] == ["048KLTP", "999ABCD"]


@settings(max_examples=60)
@given(st.lists(anything, max_size=14))
def test_versions_have_no_gap_and_the_audit_no_break(commands: list[Command]) -> None:
    """Every effective command is one version and one entry; an idle one writes nothing at all."""
    entries: list[AuditEntry] = []
    for before, decision, _ in lived(commands):
        if decision.audit is None:
            assert decision.alert == before
            assert decision == Decision(before)
        else:
            assert decision.alert.version == before.version + 1
            assert decision.alert.audit_hash == decision.audit.hash
            entries.append(decision.audit)
    first = decide(None, raising(), SETTINGS).audit
    assert first is not None
    assert is_unbroken([first, *entries])


@given(st.lists(anything, max_size=14))
def test_the_keys_of_messages_are_unique_in_an_alert(commands: list[Command]) -> None:
    """A (key, recipient) pair is one delivery for ever: only the broadcast to longer lists shares its key."""
    seen: set[tuple[str, str | None, str | None]] = set()
    for _, decision, _ in lived(commands):
        for notice in decision.notices:
            place = (notice.key, notice.role, notice.addressee)
            assert notice.key in ("broadcast", "no_partner") or place not in seen
            seen.add(place)


@given(st.lists(anything, max_size=10))
def test_an_open_alert_always_knows_when_to_be_looked_at(commands: list[Command]) -> None:
    """While untransmitted it has a next instant; once over, none; and a visit at that instant does something."""
    for _, decision, _ in lived(commands):
        alert = decision.alert
        if alert.state.is_terminal:
            assert alert.next_due_at is None
        if alert.next_due_at and decision.changed:
            assert decide(alert, fire(alert.next_due_at), SETTINGS).changed


@pytest.mark.parametrize(
    ("command", "error"), [(broadcast(TUESDAY), Conflict), (give_back(TUESDAY, None, None), Invalid)]
)
def test_refusals_speak_french(command: Command, error: type[Reject]) -> None:
    """A refusal carries a sentence for its reader and a stable code for the machine."""
    with pytest.raises(error) as refusal:
        decide(raised(), command, SETTINGS)
    assert refusal.value.message.endswith(".")
    assert refusal.value.code
