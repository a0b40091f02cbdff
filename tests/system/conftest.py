"""A world for each module: the local system with the demonstration territories, on a Tuesday morning without holidays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from infra.assembly import ROOT, ensure
from infra.local.durability import Store
from infra.local.system import LocalSystem
from services.alerts.rules.calendar import public_holidays
from shared.clock import PARIS
from tests.system.local_world import LocalWorld
from tests.system.records import RECORDS, Record, logs_of
from tests.system.world import World

TUESDAY = 1
BYTECODE = ROOT / ".cache" / "bytecode"
"""Shared by every system of every run: compiling the libraries anew would take longer than most journeys."""
DAYS_OF_WORK = 4
"""From Tuesday to Friday: no chain that starts that week is moved by days off."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder starts the local system."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.system)


@pytest.fixture(scope="session")
def assembly() -> Path:
    """The synthesized templates of the local stage."""
    return ensure("local")


@pytest.fixture(scope="module")
def local_world(assembly: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalWorld]:
    """A local system that nobody has used yet, at ten on a Tuesday morning."""
    state = new_state(tmp_path_factory)
    with LocalSystem(assembly, state) as system:
        yield LocalWorld(system)
        RECORDS.append(Record(system.calls(), system.grants(), tuple(system.denied()), logs_of(state)))


@pytest.fixture(scope="module")
def world(request: pytest.FixtureRequest) -> World:
    """Where the journeys happen: the local system, or MiniStack when its plugin was asked for (`make parity`)."""
    elsewhere = request.config.pluginmanager.hasplugin("tests.system.ministack")
    chosen: World = request.getfixturevalue("ministack_world" if elsewhere else "local_world")
    return chosen


def new_state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a local system that has not started yet."""
    state = tmp_path_factory.mktemp("state")
    start_at(state, next_tuesday(datetime.now(UTC)))
    BYTECODE.mkdir(parents=True, exist_ok=True)
    (state / "bytecode").symlink_to(BYTECODE)
    return state


def start_at(state: Path, instant: datetime) -> None:
    """Makes the system of this folder start at that instant: its clock is never moved back."""
    store = Store(state)
    store.save_fact("setting", "clock-offset-seconds", (instant - datetime.now(UTC)).total_seconds())
    store.close()


def next_tuesday(now: datetime) -> datetime:
    """The next Tuesday, 10:00 in Paris, with no public holiday until that Friday."""
    day = now.astimezone(PARIS).date() + timedelta(days=1)
    while not _is_quiet_week(day):
        day += timedelta(days=1)
    return datetime.combine(day, time(10), PARIS).astimezone(UTC)


def _is_quiet_week(day: date) -> bool:
    week = {day + timedelta(days=count) for count in range(DAYS_OF_WORK)}
    return day.weekday() == TUESDAY and not week & public_holidays(day.year)
