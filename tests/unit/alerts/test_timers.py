"""What rings when: the chain of recalls on the clocks of Paris."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.alerts.rules.alert import Alert
from services.alerts.rules.calendar import calendar_of
from services.alerts.rules.decisions import decide
from services.alerts.rules.timers import TimerKind, due, next_due_at
from shared.settings import AlertSettings
from tests.unit.alerts.alert_examples import (
    SETTINGS,
    TUESDAY,
    acknowledge,
    after,
    fire,
    give_back,
    hours,
    paris,
    raised,
    raising,
    told,
    transmit,
)

BUSINESS = AlertSettings(clock_mode="business_hours")
JUST_AFTER = timedelta(microseconds=1)
A_MONTH = timedelta(days=30)


def plan(alert: Alert, settings: AlertSettings = SETTINGS) -> dict[str, datetime]:
    """Every timer of the alert that would ring within a month if nobody did anything."""
    return {timer.id: timer.due_at for timer in due(alert, alert.received_at + A_MONTH, settings)}


def visits(alert: Alert, until: datetime) -> list[tuple[datetime, list[tuple[str, str]]]]:
    """What the sweeper does if it passes exactly when the alert asks for it: (instant, who is told what)."""
    history = []
    while alert.next_due_at and alert.next_due_at <= until:
        instant = alert.next_due_at
        decision = decide(alert, fire(instant), SETTINGS)
        history.append((instant, told(decision)))
        alert = decision.alert
    return history


def everyone(purpose: str, *roles: str) -> list[tuple[str, str]]:
    return [(role, purpose) for role in roles]


def test_the_chain_of_an_alert_that_nobody_touches() -> None:
    """Raised on a Tuesday at 10:00: this leaves and nothing else; 36 h and 44 h, in the night, share its evening."""
    assert visits(raised(), TUESDAY + A_MONTH) == [
        (paris(2026, 6, 2, 12), everyone("ack_chase", "coordinator")),
        (paris(2026, 6, 2, 14), everyone("ack_chase", "coordinator", "deputy")),
        (paris(2026, 6, 3, 10), everyone("nudge", "coordinator")),
        (paris(2026, 6, 3, 20, 59), everyone("escalation", "coordinator", "deputy", "manager")),
        (paris(2026, 6, 4, 10) + JUST_AFTER, everyone("breach", "coordinator", "deputy", "manager", "steering")),
    ]


def test_the_chain_of_an_alert_taken_in_charge_and_forgotten() -> None:
    """The chase is silent, the notices are not; at 36 h the acknowledgement lapses, by e-mail in the night."""
    taken = after(raised(), acknowledge(TUESDAY + hours(1)))
    assert visits(taken, TUESDAY + hours(47)) == [
        (paris(2026, 6, 3, 10), everyone("nudge", "coordinator")),
        (paris(2026, 6, 3, 20, 59), everyone("escalation", "coordinator", "deputy", "manager")),
        (paris(2026, 6, 3, 22), everyone("ack_lapsed", "coordinator", "deputy")),
    ]


def test_notices_by_day_ring_at_their_hour() -> None:
    """24, 36 and 44 hours after a Monday at 21:00 are told by day, unmoved where the hour allows."""
    monday = paris(2026, 6, 1, 20, 30)
    assert {key: when for key, when in plan(raised(monday)).items() if key.startswith("notice")} == {
        "notice_24h": paris(2026, 6, 2, 20, 30),
        "notice_36h": paris(2026, 6, 3, 8, 30),
        "notice_44h": paris(2026, 6, 3, 16, 30),
    }


def test_a_friday_alert_is_recalled_before_the_week_end() -> None:
    """Raised on Friday at 14:00, due on Sunday: announced at 15:00, recalled at 20:59, breached at its time."""
    friday = paris(2026, 6, 5, 14)
    assert plan(raised(friday)) == {
        "pre_notice": paris(2026, 6, 5, 15),
        "ack_chase_2h": paris(2026, 6, 5, 16),
        "ack_chase_4h": paris(2026, 6, 5, 18),
        "notice_24h": paris(2026, 6, 5, 20, 59),
        "notice_36h": paris(2026, 6, 5, 20, 59),
        "notice_44h": paris(2026, 6, 5, 20, 59),
        "breach_48h": paris(2026, 6, 7, 14) + JUST_AFTER,
    }


@pytest.mark.parametrize(
    ("received", "announced"),
    [
        (paris(2026, 6, 5, 10), paris(2026, 6, 5, 15)),
        (paris(2026, 6, 3, 16), paris(2026, 6, 5, 15)),
        (paris(2026, 6, 6, 9, 59), paris(2026, 6, 6, 9, 59)),
        (paris(2026, 6, 6, 10), None),
        (paris(2026, 6, 3, 14), None),
        (paris(2026, 6, 2, 10), None),
        (paris(2026, 5, 12, 9), paris(2026, 5, 13, 15)),
    ],
    ids=["Sunday", "Friday evening", "Monday before 10", "Monday at 10", "Friday before 15", "midweek", "Ascension"],
)
def test_a_deadline_before_the_return_is_announced_on_the_eve(received: datetime, announced: datetime | None) -> None:
    """Friday at 15:00 for each deadline before Monday 10:00, the eve of a holiday likewise, at once when it is past."""
    alert = raised(received).model_copy(update={"fired": ()})
    assert plan(alert).get("pre_notice") == announced


def test_an_alert_in_the_night_is_told_at_once_and_chased_in_the_morning() -> None:
    """Nobody is said to be late at the very minute of the receipt: the first chase is at 08:00, the deputy's too."""
    night = paris(2026, 6, 2, 22)
    first = decide(None, raising(night), SETTINGS)
    assert told(first) == [("coordinator", "alert_raised")]
    assert first.alert.next_due_at == paris(2026, 6, 3, 8)
    morning = decide(first.alert, fire(paris(2026, 6, 3, 8)), SETTINGS)
    assert told(morning) == everyone("ack_chase", "coordinator", "deputy")


def test_an_alert_on_a_saturday_is_recalled_by_day_at_the_hours_that_are_left() -> None:
    """No earlier worked hour exists after the receipt: the recalls keep their time, out of the night where they can."""
    saturday = paris(2026, 6, 6, 10)
    assert plan(raised(saturday)) == {
        "notice_24h": paris(2026, 6, 7, 10),
        "notice_36h": paris(2026, 6, 7, 20, 59),
        "notice_44h": paris(2026, 6, 7, 20, 59),
        "ack_chase_morning": paris(2026, 6, 8, 8),
        "breach_48h": paris(2026, 6, 8, 10) + JUST_AFTER,
    }


def test_a_late_run_tells_each_recipient_one_thing_the_most_urgent() -> None:
    """After three dead days everything due is noted, and each recipient has one message: the breach."""
    late = decide(raised(), fire(TUESDAY + hours(72)), SETTINGS)
    assert told(late) == everyone("breach", "coordinator", "deputy", "manager", "steering")
    noted = {fact.kind for fact in late.alert.facts}
    assert noted == {"ack_chased", "nudged_24h", "nudged_36h", "escalated", "nudged_44h", "breached_48h"}


def test_a_clock_that_jumps_back_rings_nothing_again() -> None:
    """The fired set remembers, whatever the clock says."""
    ahead = after(raised(), fire(TUESDAY + hours(40)))
    assert not decide(ahead, fire(TUESDAY + hours(25)), SETTINGS).changed


def test_whoever_takes_charge_after_the_lapse_is_not_told_that_it_has_lapsed() -> None:
    """Forty hours after the receipt the deadline's own notices remain, and no e-mail contradicts the page."""
    taken = decide(after(raised(), fire(TUESDAY + hours(40))), acknowledge(TUESDAY + hours(40)), SETTINGS)
    assert told(taken) == []
    assert taken.alert.acknowledgement is not None
    assert taken.alert.acknowledgement.lapsed_at is None
    assert taken.alert.next_due_at is not None


def test_the_agency_is_recalled_48_hours_after_the_transmission_then_every_day() -> None:
    """Transmitted on Tuesday at 11:00: Thursday, Friday, then not before Monday morning, the week-end being one."""
    sent = after(raised(), transmit(TUESDAY + hours(1)))
    assert visits(sent, paris(2026, 6, 9, 12)) == [
        (paris(2026, 6, 4, 11), [("agency", "offer_nudge")]),
        (paris(2026, 6, 5, 11), [("agency", "offer_nudge")]),
        (paris(2026, 6, 8, 8), [("agency", "offer_nudge")]),
        (paris(2026, 6, 8, 11), [("agency", "offer_nudge")]),
        (paris(2026, 6, 9, 11), [("agency", "offer_nudge")]),
    ]
    nudge = decide(sent, fire(paris(2026, 6, 4, 11)), SETTINGS).notices[0]
    assert nudge.addressee == "agence@exemple.fr"


def test_half_a_return_keeps_the_recall_and_a_whole_one_stops_it() -> None:
    """The agency is recalled until both the reference and the contact are there."""
    sent = after(raised(), transmit(TUESDAY + hours(1)), give_back(TUESDAY + hours(2), None))
    assert sent.next_due_at == paris(2026, 6, 4, 11)
    assert after(sent, give_back(TUESDAY + hours(3))).next_due_at is None


def test_business_hours_count_open_hours_alone() -> None:
    """48 open hours from a Tuesday at 10:00 end the Tuesday after at 13:00, and each notice falls by day."""
    alert = raised(settings=BUSINESS)
    assert alert.deadline_at == paris(2026, 6, 9, 13)
    assert {key: when for key, when in plan(alert, BUSINESS).items() if key.startswith("notice")} == {
        "notice_24h": paris(2026, 6, 4, 16),
        "notice_36h": paris(2026, 6, 8, 10),
        "notice_44h": paris(2026, 6, 8, 18),
    }


def test_the_mode_of_an_alert_does_not_change_under_it() -> None:
    """A territory that changes its mind changes it for the next alerts."""
    alert = raised()
    assert due(alert, TUESDAY + hours(47), BUSINESS) == due(alert, TUESDAY + hours(47), SETTINGS)


@given(st.integers(min_value=0, max_value=3 * 365 * 24 * 60))
def test_no_recall_moves_later_nor_into_the_quiet_hours(minute: int) -> None:
    """At any receipt in three years: earlier or at its hour, never quiet unless the receipt itself was."""
    received = paris(2026, 1, 1) + timedelta(minutes=minute)
    calendar = calendar_of(SETTINGS)
    for timer in due(raised(received).model_copy(update={"fired": ()}), received + hours(48), SETTINGS):
        if timer.kind is TimerKind.NOTICE:
            assert timer.due_at <= received + hours(timer.mark)
        if timer.kind is not TimerKind.BREACH:
            assert not calendar.is_night(timer.due_at) or calendar.is_night(received)
            assert not calendar.is_quiet(timer.due_at) or calendar.is_quiet(received) or timer.due_at > received
            assert received <= timer.due_at < received + hours(48)


@given(st.integers(min_value=0, max_value=3 * 365 * 24 * 60))
def test_the_next_instant_is_the_first_timer(minute: int) -> None:
    """The alert is looked at when the first of its timers is due, neither later nor for nothing."""
    received = paris(2026, 1, 1) + timedelta(minutes=minute)
    alert = raised(received)
    assert alert.next_due_at is not None
    assert alert.next_due_at == min(plan(alert).values()) == next_due_at(alert, SETTINGS)
    assert not due(alert, alert.next_due_at - JUST_AFTER, SETTINGS)
