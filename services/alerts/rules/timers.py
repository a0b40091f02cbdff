"""What is due when: derived afresh from the alert and the settings, so that no timer is ever lost or stale."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import chain, count, takewhile

from services.alerts.rules.alert import Alert
from services.alerts.rules.calendar import Calendar, calendar_of
from services.alerts.rules.facts import State
from services.alerts.rules.measuring import settled_at
from shared.settings import AlertSettings

_JUST_AFTER = timedelta.resolution
_NEVER = datetime.max.replace(tzinfo=UTC)


class TimerKind(StrEnum):
    """What rings."""

    ACK_CHASE = "ack_chase"
    ACK_LAPSE = "ack_lapse"
    NOTICE = "notice"
    PRE_NOTICE = "pre_notice"
    BREACH = "breach"
    OFFER_NUDGE = "offer_nudge"


@dataclass(frozen=True)
class Timer:
    """One ringing; `id` is unique within the alert and fires once. `mark` is its hour, or its number."""

    kind: TimerKind
    id: str
    due_at: datetime
    mark: int = 0


def due(alert: Alert, now: datetime, settings: AlertSettings, calendar: Calendar | None = None) -> tuple[Timer, ...]:
    """What should have rung by `now` and has not, oldest first."""
    calendar = calendar or calendar_of(settings)
    ringing = [timer for timer in _planned(alert, settings, calendar) if timer.due_at <= now]
    nudges = takewhile(lambda timer: timer.due_at <= now, _offer_nudges(alert, settings, calendar))
    return tuple(sorted([*ringing, *nudges], key=lambda timer: timer.due_at))


def next_due_at(alert: Alert, settings: AlertSettings, calendar: Calendar | None = None) -> datetime | None:
    """When the alert must be looked at next; None when nothing more can ring by itself."""
    calendar = calendar or calendar_of(settings)
    nudge = next(_offer_nudges(alert, settings, calendar), None)
    instants = [timer.due_at for timer in _planned(alert, settings, calendar)]
    return min([*instants, nudge.due_at] if nudge else instants, default=None)


def _planned(alert: Alert, settings: AlertSettings, calendar: Calendar) -> list[Timer]:
    waiting = alert.transmission is None and not alert.state.is_terminal
    recalls = chain(
        _ack_timers(alert, settings, calendar),
        _notices(alert, settings, calendar),
        _pre_notice(alert, calendar),
    )
    timers = [*(recalls if waiting else ()), *_breach(alert, settings)]
    return [timer for timer in timers if timer.id not in alert.fired]


def _ack_timers(alert: Alert, settings: AlertSettings, calendar: Calendar) -> Iterator[Timer]:
    """Acknowledged: the lapse, unless it came later than that. Not acknowledged: the chase. Lapsed: the chase again."""
    taken = alert.acknowledgement
    if taken is None:
        yield from _first_chases(alert, settings, calendar)
    elif taken.lapsed_at is None:
        lapse = calendar.after(alert.received_at, settings.ack_lapse_hours, alert.clock_mode)
        if taken.at < lapse:
            yield Timer(TimerKind.ACK_LAPSE, f"ack_lapse_{settings.ack_lapse_hours}h", lapse)
    else:
        yield from _chases_again(alert, taken.lapsed_at, settings, calendar)


def _first_chases(alert: Alert, settings: AlertSettings, calendar: Calendar) -> Iterator[Timer]:
    for hours in settings.ack_chase_hours:
        instant = calendar.no_later(calendar.after(alert.received_at, hours, alert.clock_mode))
        if instant > alert.received_at:
            yield Timer(TimerKind.ACK_CHASE, f"ack_chase_{hours}h", instant, hours)
    morning = calendar.no_sooner(alert.received_at)
    if alert.clock_mode == "elapsed" and alert.received_at < morning < alert.deadline_at:
        # What was said in the night or on a day off is said again in the morning, since nobody was chased meanwhile.
        yield Timer(TimerKind.ACK_CHASE, "ack_chase_morning", morning, settings.ack_chase_hours[-1])


def _chases_again(alert: Alert, lapsed_at: datetime, settings: AlertSettings, calendar: Calendar) -> Iterator[Timer]:
    for hours in settings.ack_chase_hours:
        instant = calendar.no_later(calendar.after(lapsed_at, hours, alert.clock_mode))
        if lapsed_at < instant < alert.deadline_at:
            yield Timer(TimerKind.ACK_CHASE, f"ack_chase_again_{hours}h", instant, hours)


def _notices(alert: Alert, settings: AlertSettings, calendar: Calendar) -> Iterator[Timer]:
    for hours in settings.notice_hours[:-1]:
        instant = _moved(alert, calendar.after(alert.received_at, hours, alert.clock_mode), calendar)
        yield Timer(TimerKind.NOTICE, f"notice_{hours}h", instant, hours)


def _pre_notice(alert: Alert, calendar: Calendar) -> Iterator[Timer]:
    eve = calendar.eve_of_days_off(alert.deadline_at)
    if eve:
        yield Timer(TimerKind.PRE_NOTICE, "pre_notice", max(eve, alert.received_at))


def _moved(alert: Alert, instant: datetime, calendar: Calendar) -> datetime:
    """Out of the quiet hours, earlier and never later; on a day off by day, where the receipt leaves nothing earlier."""
    if instant >= alert.deadline_at:
        return instant
    slots = (calendar.no_later(instant), calendar.before_night(instant), instant)
    return next(slot for slot in slots if slot > alert.received_at)


def _breach(alert: Alert, settings: AlertSettings) -> Iterator[Timer]:
    """At its time, whatever the hour, unless the alert was settled before."""
    if alert.breach is None and (settled_at(alert) or _NEVER) > alert.deadline_at:
        yield Timer(TimerKind.BREACH, f"breach_{settings.alert_hours}h", alert.deadline_at + _JUST_AFTER)


def _offer_nudges(alert: Alert, settings: AlertSettings, calendar: Calendar) -> Iterator[Timer]:
    """Endless while the agency has not answered; a partner is never recalled before its time, nor on a day off."""
    if alert.transmission is None or alert.state is not State.TRANSMITTED:
        return
    first = alert.transmission.at + timedelta(hours=settings.offer_nudge_hours)
    for number in count(1):
        if f"offer_nudge_{number}" not in alert.fired:
            instant = first + timedelta(hours=settings.offer_nudge_every_hours) * (number - 1)
            yield Timer(TimerKind.OFFER_NUDGE, f"offer_nudge_{number}", calendar.no_sooner(instant), number)
