"""Moves the clock forward without skipping over anything that is due on the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from infra.local.clock import Clock
from infra.local.conducting import Conductor
from infra.local.schedule_pump import SchedulePump

_GRAINS = (
    (timedelta(hours=1), timedelta(0)),
    (timedelta(hours=6), timedelta(minutes=5)),
    (timedelta(hours=24), timedelta(minutes=15)),
)
_COARSEST = timedelta(minutes=30)


def advance(
    clock: Clock, conductor: Conductor, schedules: SchedulePump, delta: timedelta, settle: Callable[[], None]
) -> None:
    """Jumps from due instant to due instant, settling at each, until the clock is `delta` further ahead.

    Up to an hour every due instant is met: a `rate(1 minute)` schedule fires once a minute. In a bigger jump, at() and
    cron() schedules still fire at their own instants, but what is due often (rates under an hour, messages that show
    again, retries) is met at most once in 5 virtual minutes, 15 beyond six hours, 30 beyond a day, and always once
    more at the end: 48 hours are 96 rounds of sweeps and take seconds, where each minute's would take minutes.
    """
    left = delta
    grain = next((grain for jump, grain in _GRAINS if delta <= jump), _COARSEST)
    settle()
    while left > timedelta(0):
        now = clock.now()
        stop = min(now + left, *_stops(now, conductor.next_due(), schedules.next_exact(), grain))
        step = max(stop - now, timedelta(0))
        clock.shift(step)
        left -= step
        settle()


def _stops(now: datetime, due: datetime | None, exact: datetime | None, grain: timedelta) -> list[datetime]:
    """The instants to stop at, the far future last: `min` needs one."""
    frequent = [max(due, now + grain)] if due is not None else []
    return [*frequent, *([exact] if exact is not None else []), datetime.max.replace(tzinfo=now.tzinfo)]
