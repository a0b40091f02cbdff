"""The clock jumps, the clocks change: each notice leaves once, and the deadline stays where it was."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from services.alerts.rules.alert import Alert
from services.alerts.rules.calendar import calendar_of
from services.alerts.rules.decisions import decide
from services.alerts.rules.facts import Role
from services.alerts.rules.measuring import measures
from services.alerts.rules.timers import TimerKind, due, next_due_at
from shared.clock import PARIS, day_in_paris, from_text, to_text
from shared.settings import AlertSettings
from tests.unit.alerts.alert_examples import SETTINGS, TUESDAY, after, fire, hours, paris, raised
from tests.unit.alerts.fake_platform import Platform

MINUTE = timedelta(minutes=1)
SPRING, AUTUMN = paris(2026, 3, 28, 10), paris(2026, 10, 24, 10)
"""Saturdays at 10:00: the clocks change in the night that follows, once forward, once back."""
QUARTERS = [timedelta(minutes=15) * step for step in range(4 * 60)]
GOOD = after(raised(), *(fire(TUESDAY + timedelta(minutes=30) * step) for step in range(2 * 61)))
"""An alert that nobody touched, swept by a clock that goes as it should."""
RECALLED = {"ack_chase_2h", "ack_chase_4h", "notice_24h", "notice_36h", "notice_44h", "breach_48h"}


def sweeps(platform: Platform, instants: list[datetime]) -> None:
    for instant in instants:
        platform.clock.now_is = instant
        platform.sweep.run()


def told(platform: Platform, alert: Alert) -> set[tuple[str, str, str]]:
    """Every message that was created; a key that came twice would be refused by the table, and is counted here."""
    messages = [(one.key, one.recipient_id, one.channel) for one in platform.sent(alert)]
    assert set(Counter(messages).values()) == {1}
    return set(messages)


@pytest.mark.parametrize(
    "jumps",
    [
        [timedelta(minutes=10)],
        [timedelta(minutes=-10)],
        [timedelta(days=3)],
        [timedelta(hours=-2)],
        [timedelta(days=3), timedelta(days=-3)],
        [timedelta(minutes=10), timedelta(hours=-2), timedelta(minutes=-10)],
    ],
    ids=["+10 min", "-10 min", "+3 d", "-2 h", "+3 d and back", "several"],
)
@pytest.mark.parametrize("at_hour", [1, 23.9, 40, 47.9])
def test_a_jump_doubles_nothing_loses_nothing_and_moves_no_deadline(
    platform: Platform, alert: Alert, jumps: list[timedelta], at_hour: float
) -> None:
    """Whenever the clock jumps, by however much: in the end every timer has rung, once, and the 48 hours are the same."""
    clock = [TUESDAY + quarter for quarter in QUARTERS[::4] if quarter <= hours(at_hour)]
    for jump in jumps:
        clock += [clock[-1] + jump + quarter for quarter in (timedelta(), MINUTE, timedelta(hours=1))]
    clock += [TUESDAY + quarter for quarter in QUARTERS[::4] if quarter > hours(at_hour)]
    sweeps(platform, clock)
    told(platform, alert)
    end = platform.now_is(alert)
    assert set(end.fired) >= RECALLED
    assert end.deadline_at == alert.deadline_at == TUESDAY + hours(48)
    assert end.breach is not None
    assert end.breach.deadline_at == TUESDAY + hours(48)


@pytest.mark.parametrize("saturday", [SPRING, AUTUMN], ids=["spring", "autumn"])
def test_the_night_when_the_clocks_change_is_a_night_like_another(platform: Platform, saturday: datetime) -> None:
    """Swept every quarter of an hour, through the hour that comes twice or not at all: 48 elapsed hours, each notice once."""
    platform.clock.now_is = saturday
    alert = platform.raised()
    assert alert.deadline_at - alert.received_at == timedelta(hours=48)
    sweeps(platform, [saturday + quarter for quarter in QUARTERS[: 4 * 50]])
    told(platform, alert)
    end = platform.now_is(alert)
    assert {"notice_24h", "notice_36h", "notice_44h", "breach_48h"} <= set(end.fired)
    assert end.breach is not None
    assert end.breach.recorded_at - alert.deadline_at <= timedelta(minutes=15)


@pytest.mark.parametrize("monday", [paris(2026, 3, 30, 10), paris(2026, 10, 26, 10)], ids=["spring", "autumn"])
def test_open_hours_are_not_bent_by_a_change_of_clocks(monday: datetime) -> None:
    """From Friday at 10:00 to Monday at 10:00: nine open hours, and 71 or 73 elapsed ones; both are measured."""
    friday = calendar_of(SETTINGS).at(day_in_paris(monday) - timedelta(days=3), 10)
    both = measures(friday, monday, calendar_of(SETTINGS))
    assert both.open_seconds == 9 * 3600
    assert both.elapsed_seconds in (71 * 3600, 73 * 3600)


@pytest.mark.parametrize("text", ["2016-12-31T23:59:60Z", "2026-06-30T23:59:60+00:00"])
def test_a_leap_second_is_refused_and_never_half_read(text: str) -> None:
    """Python has no second 60: the text is refused where it comes in, as any hour that does not exist."""
    with pytest.raises(ValueError, match="second"):
        from_text(text)
    with pytest.raises(ValidationError):
        type(raised()).model_validate(raised().model_dump(mode="json") | {"occurred_at": text})


def test_an_instant_is_read_as_it_was_written_whatever_its_offset() -> None:
    """The hour that comes twice is two instants: the offset says which."""
    first, second = from_text("2026-10-25T02:30:00+02:00"), from_text("2026-10-25T02:30:00+01:00")
    assert second - first == timedelta(hours=1)
    assert [to_text(each) for each in (first, second)] == ["2026-10-25T00:30:00.000000Z", "2026-10-25T01:30:00.000000Z"]


minutes = st.integers(min_value=0, max_value=60 * 60).map(lambda count: TUESDAY + count * MINUTE)


@settings(max_examples=40)
@given(st.lists(minutes, min_size=1, max_size=25))
def test_any_clock_at_all_ends_with_the_same_facts(instants: list[datetime]) -> None:
    """Forward, back, standing still: once the end has been seen, what has rung is what a good clock would have rung."""
    wild = after(raised(), *(fire(instant) for instant in instants), fire(TUESDAY + hours(61)))
    assert set(wild.fired) == set(GOOD.fired)
    assert wild.deadline_at == GOOD.deadline_at
    assert wild.breach is not None
    counted = Counter(fact.kind for fact in wild.facts if fact.kind != "ack_chased")
    assert set(counted.values()) == {1}


received_instants = st.integers(min_value=0, max_value=3 * 365 * 24 * 60).map(
    lambda minute: paris(2026, 1, 1) + minute * MINUTE
)
modes = st.sampled_from([SETTINGS, AlertSettings(clock_mode="business_hours"), AlertSettings(subdivision="6AE")])


@settings(max_examples=150)
@given(received_instants, modes)
def test_a_notice_moves_earlier_and_never_later_in_either_mode(received: datetime, chosen: AlertSettings) -> None:
    """24, 36 and 44 hours of the territory's own clock are the latest; the breach is never moved."""
    alert, calendar = raised(received, chosen), calendar_of(chosen)
    for timer in due(alert.model_copy(update={"fired": ()}), alert.deadline_at + MINUTE, chosen):
        if timer.kind is TimerKind.NOTICE:
            assert timer.due_at <= calendar.after(received, timer.mark, chosen.clock_mode)
            assert not calendar.is_quiet(timer.due_at) or calendar.no_later(timer.due_at) <= received
        if timer.kind is TimerKind.BREACH:
            assert alert.deadline_at < timer.due_at <= alert.deadline_at + timedelta(seconds=1)


@settings(max_examples=150)
@given(received_instants)
def test_a_deadline_before_the_return_is_always_announced_before_the_leaving(received: datetime) -> None:
    """Whatever falls between Friday 15:00 and Monday 10:00, holidays included, is told at 15:00 at the latest, or at once."""
    alert, calendar = raised(received), calendar_of(SETTINGS)
    announced = [
        timer.due_at
        for timer in due(alert.model_copy(update={"fired": ()}), alert.deadline_at, SETTINGS)
        if timer.kind is TimerKind.PRE_NOTICE
    ]
    eve = calendar.eve_of_days_off(alert.deadline_at)
    assert announced == ([max(eve, received)] if eve else [])
    falls_on = alert.deadline_at.astimezone(PARIS)
    if falls_on.weekday() in (5, 6) or (falls_on.weekday() == 0 and falls_on.hour < 10):
        assert announced


def test_the_chain_of_people_is_that_of_the_rule() -> None:
    """Coordinator at 0, 2 and 4 hours, then the deputy; deputy and manager at 36; the steering contact at 48."""
    alert, chain = raised(), []
    for hour in (2, 4, 24, 36, 44, 48.01):
        decision = decide(alert, fire(TUESDAY + hours(hour)), SETTINGS)
        chain.append({role for notice in decision.notices if (role := notice.role)})
        alert = decision.alert
    coordination = {Role.COORDINATOR, Role.DEPUTY}
    assert chain == [
        {Role.COORDINATOR},
        coordination,
        {Role.COORDINATOR},
        coordination | {Role.MANAGER},
        set(),
        coordination | {Role.MANAGER, Role.STEERING},
    ]


def test_due_times_never_go_backwards_while_nothing_happens() -> None:
    """Each visit asks for a later one: no alert can be visited for ever at the same instant."""
    alert = raised()
    instants: list[datetime] = []
    while (instant := next_due_at(alert, SETTINGS)) and len(instants) < 50:
        instants.append(instant)
        alert = after(alert, fire(instant))
    assert 5 <= len(instants) < 50
    assert all(earlier < later for earlier, later in pairwise(instants))
    assert all(instant.tzinfo is UTC for instant in instants)
