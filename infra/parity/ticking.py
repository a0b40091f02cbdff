"""The schedules, fired by the movable clock through MiniStack's Lambda: its own scheduler only looks every ten seconds."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from infra.local.schedule_pump import Schedule
from infra.parity.emulator import Emulator

_SCHEDULED_TIME = "<aws.scheduler.scheduled-time>"
_GRAINS = ((timedelta(hours=1), timedelta(minutes=1)), (timedelta(hours=24), timedelta(minutes=5)))
_COARSEST = timedelta(minutes=15)


def grain(jump: timedelta) -> timedelta:
    """The step of a jump: the same rounds of sweeps as the local system does."""
    return next((step for longest, step in _GRAINS if jump <= longest), _COARSEST)


class Schedules:
    """Every schedule that the templates made, and when each is due."""

    def __init__(self, emulator: Emulator, now: datetime) -> None:
        self._lambda = emulator.client("lambda")
        scheduler = emulator.client("scheduler")
        listed = scheduler.list_schedules()["Schedules"]
        read = [scheduler.get_schedule(Name=one["Name"], GroupName=one["GroupName"]) for one in listed]
        self._due = {schedule: schedule.after(now) for schedule in map(_schedule, read)}

    def fire(self, now: datetime) -> None:
        """Runs what is due, each once however late."""
        for schedule, at in self._due.items():
            if at is not None and at <= now:
                payload = schedule.payload.replace(_SCHEDULED_TIME, at.isoformat())
                answer = self._lambda.invoke(FunctionName=schedule.target, Payload=payload.encode())
                if "FunctionError" in answer:
                    raise RuntimeError(f"{schedule.name}: {json.loads(answer['Payload'].read())}")
                self._due[schedule] = schedule.after(now)


def _schedule(found: dict[str, Any]) -> Schedule:
    target = found["Target"]
    zone = found.get("ScheduleExpressionTimezone", "UTC")
    return Schedule(found["Name"], found["ScheduleExpression"], zone, target["Arn"], target.get("Input", "{}"))
