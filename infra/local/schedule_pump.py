"""EventBridge Scheduler: rate(), cron() and at() fire by the movable clock, in the schedule's own time zone."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from croniter import croniter

from infra.local import queues
from infra.local.arns import last_part, service_of
from infra.local.children import Functions
from infra.local.clock import Clock
from infra.local.conducting import Job, nothing
from infra.local.locking import World

_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_RETRY_AFTER = (timedelta(minutes=1), timedelta(minutes=2))
"""Lambda's own two retries of an asynchronous invocation."""


class UnknownExpression(Exception):
    """A schedule expression that AWS would refuse."""


@dataclass(frozen=True)
class Schedule:
    """One schedule and what it calls."""

    name: str
    expression: str
    time_zone: str
    target: str
    payload: str

    @property
    def period(self) -> timedelta | None:
        """The interval of a rate(); None for the others."""
        found = _RATE.fullmatch(self.expression)
        return timedelta(**{f"{found[2]}s": int(found[1])}) if found else None

    def after(self, instant: datetime) -> datetime | None:
        """The next firing strictly after `instant`; None when an at() is over. Raises UnknownExpression."""
        kind, _, inner = self.expression.rstrip(")").partition("(")
        zone = ZoneInfo(self.time_zone)
        if self.period:
            return instant + self.period
        if kind == "at":
            at = datetime.fromisoformat(inner).replace(tzinfo=zone).astimezone(UTC)
            return at if at > instant else None
        if kind == "cron":
            return _next_cron(inner, instant.astimezone(zone)).astimezone(UTC)
        raise UnknownExpression(self.expression)

    def last(self, due: datetime, now: datetime) -> datetime:
        """The latest firing from `due` on that is not after `now`: what came due meanwhile fires as one."""
        if self.period:
            return due + (now - due) // self.period * self.period
        while (following := self.after(due)) is not None and following <= now:
            due = following
        return due


def _next_cron(fields: str, instant: datetime) -> datetime:
    minute, hour, day, month, weekday, year = fields.replace("?", "*").split()
    shifted = re.sub(r"(?<!#)[1-7]", lambda digit: str(int(digit[0]) - 1), weekday)
    years = [] if year == "*" else [year]
    expression = " ".join([minute, hour, day, month, shifted, *(["0", *years] if years else [])])
    times: Any = croniter(expression, instant)
    found: datetime = times.get_next(datetime)
    return found


@dataclass
class _Due:
    schedule: Schedule
    at: datetime
    event: Any = None
    attempts: int = 0


@dataclass
class SchedulePump:
    """Fires what is due, each schedule once however late: the time in between is not made up for."""

    world: World
    functions: Functions
    clock: Clock
    _due: dict[str, _Due] = field(default_factory=dict)
    _retries: list[_Due] = field(default_factory=list)

    def add(self, schedule: Schedule) -> None:
        """Starts or replaces a schedule; raises UnknownExpression."""
        first = schedule.after(self.clock.now())
        if first is not None:
            self._due[schedule.name] = _Due(schedule, first)

    def remove(self, name: str) -> None:
        """Stops a schedule."""
        self._due.pop(name, None)

    def ready(self) -> bool:
        due = self.next_due()
        return due is not None and due <= self.clock.now()

    def next_due(self) -> datetime | None:
        return min((due.at for due in (*self._due.values(), *self._retries)), default=None)

    def next_exact(self) -> datetime | None:
        """As `next_due`, without the rates under an hour: those may be let pass in a big jump of the clock."""
        hour = timedelta(hours=1)
        exact = [due.at for due in self._due.values() if (due.schedule.period or hour) >= hour]
        return min(exact, default=None)

    def take(self) -> Job | None:
        now = self.clock.now()
        for due in sorted((*self._retries, *self._due.values()), key=lambda due: due.at):
            if due.at > now:
                return None
            if service_of(due.schedule.target) != "lambda" or self.functions.free(last_part(due.schedule.target)):
                return self._fire(due, now)
        return None

    def _fire(self, due: _Due, now: datetime) -> Job | None:
        schedule = due.schedule
        if due in self._retries:
            self._retries.remove(due)
        else:
            at = schedule.last(due.at, now)
            self._renew(schedule, at)
            due = _Due(schedule, at, _filled(schedule.payload, at))
        if service_of(schedule.target) == "sqs":
            queues.send(schedule.target, json.dumps(due.event))
            return nothing
        self.functions.claim(last_part(schedule.target))
        return partial(self._invoke, due)

    def _renew(self, schedule: Schedule, at: datetime) -> None:
        following = schedule.after(at)
        if following is None:
            del self._due[schedule.name]
        else:
            self._due[schedule.name] = _Due(schedule, following)

    def _invoke(self, due: _Due) -> None:
        """As Scheduler does: an asynchronous invocation, which Lambda itself retries twice."""
        name = last_part(due.schedule.target)
        outcome = self.functions.run(name, due.event)
        if not outcome.error:
            return
        with self.world.changing():
            if due.attempts < len(_RETRY_AFTER):
                later = self.clock.now() + _RETRY_AFTER[due.attempts]
                self._retries.append(_Due(due.schedule, later, due.event, due.attempts + 1))
            elif dead := self.functions.specs[name].dead_queue:
                queues.send(dead, json.dumps(due.event), {"ErrorMessage": outcome.error[:1024], "ErrorCode": "200"})


def _filled(payload: str, at: datetime) -> Any:
    text = payload.replace("<aws.scheduler.scheduled-time>", at.strftime("%Y-%m-%dT%H:%M:%SZ"))
    return json.loads(text) if text else {}


def from_definition(definition: Mapping[str, Any]) -> Schedule:
    """A schedule from CloudFormation's properties, or from CreateSchedule's parameters."""
    target = definition["Target"]
    return Schedule(
        name=f"{definition.get('GroupName', 'default')}/{definition['Name']}",
        expression=definition["ScheduleExpression"],
        time_zone=definition.get("ScheduleExpressionTimezone", "UTC"),
        target=target["Arn"],
        payload=target.get("Input", ""),
    )
