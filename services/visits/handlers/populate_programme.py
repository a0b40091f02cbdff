"""Writes the targets of a programme that has just been committed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from services.visits.programmes.populating import Populating
from services.visits.programmes.store import ProgrammeStore
from services.visits.programmes.surroundings import Surroundings
from services.visits.register.store import RegisterStore
from services.visits.resources import REGISTER, VISITS
from shared.aws import Aws
from shared.clock import SystemClock
from shared.events import Recorded
from shared.events.visits import ProgrammeCommitted
from shared.runtime.messages import consumer


def build(aws: Aws) -> Callable[[Recorded[Any]], None]:
    visits, register = aws.table(VISITS), RegisterStore(aws.table(REGISTER))
    return Populating(ProgrammeStore(visits), Surroundings(visits), register, SystemClock()).populate


handler = consumer(build, ProgrammeCommitted)
