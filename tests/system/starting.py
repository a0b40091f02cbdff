"""State folders of local systems that have not started yet, with a demonstration that is loaded once a run."""

from __future__ import annotations

import fcntl
import shutil
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from infra.assembly import ROOT, ensure
from infra.local.children import LOGS, Nursery
from infra.local.durability import Store
from infra.local.system import LocalSystem
from services.alerts.rules.calendar import public_holidays
from shared.clock import PARIS
from tests.system.local_world import LocalWorld
from tests.system.records import Record

TUESDAY = 1
BYTECODE = ROOT / ".cache" / "bytecode"
"""Shared by every system of every run: compiling the libraries anew would take longer than most journeys."""
DAYS_OF_WORK = 4
"""From Tuesday to Friday: no chain that starts that week is moved by days off."""
_WHILE_LOADING = timedelta(hours=1)
"""The demonstration is loaded so long before anybody comes: no clock is moved back, however slow the machine."""
_DEMONSTRATION, _ADDRESS, _RECORD = "demonstration", "address", "record.json"


@dataclass(frozen=True)
class Start:
    """What a system starts from: its folder, the port of its site."""

    state: Path
    port: int


class Starting:
    """Starts local systems that nobody has used yet, at ten on a Tuesday morning, one after the other."""

    def __init__(self, shared: Path, folders: pytest.TempPathFactory, nursery: Nursery) -> None:
        self._loaded = shared / _DEMONSTRATION
        self._folders = folders
        self._nursery = nursery

    @contextmanager
    def world(self) -> Iterator[LocalWorld]:
        """A running system; stopped afterwards."""
        start = self.prepared()
        with LocalSystem(ensure("local"), start.state, start.port, nursery=self._nursery) as system:
            yield LocalWorld(system)

    def prepared(self) -> Start:
        """A folder with the demonstration for a system at that port, as if it had been loaded there."""
        self._load_once()
        start = Start(self._folders.mktemp("state") / "state", free_port())
        shutil.copytree(self._loaded / "state", start.state, symlinks=True)
        _readdress(start.state, (self._loaded / _ADDRESS).read_text(), f"http://127.0.0.1:{start.port}")
        start_at(start.state, next_tuesday(datetime.now(UTC)))
        return start

    def loading(self) -> Record:
        """What the functions did while the demonstration was loaded."""
        self._load_once()
        return Record.read(self._loaded / _RECORD)

    def _load_once(self) -> None:
        """By the first worker that comes; the others wait for it."""
        with self._loaded.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self._loaded.exists():
                folder = self._folders.mktemp("loading")
                self._load(folder)
                folder.rename(self._loaded)

    def _load(self, folder: Path) -> None:
        state = folder / "state"
        start_at(state, next_tuesday(datetime.now(UTC)) - _WHILE_LOADING)
        BYTECODE.mkdir(parents=True, exist_ok=True)
        (state / "bytecode").symlink_to(BYTECODE)
        with LocalSystem(ensure("local"), state, nursery=self._nursery) as system:
            LocalWorld(system)
            (folder / _ADDRESS).write_text(system.loopback_url)
            Record.of(system).write(folder / _RECORD)
        shutil.rmtree(state / LOGS)


def _readdress(state: Path, old: str, new: str) -> None:
    """Partners' addresses carry the port of the system that they were given to."""
    with sqlite3.connect(state / "state.sqlite") as base:
        base.execute("update items set item = replace(item, ?, ?)", (old, new))
    base.close()


def start_at(state: Path, instant: datetime) -> None:
    """Makes the system of this folder start at that instant: its clock is never moved back."""
    store = Store(state)
    store.save_fact("setting", "clock-offset-seconds", (instant - datetime.now(UTC)).total_seconds())
    store.close()


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def next_tuesday(now: datetime) -> datetime:
    """The next Tuesday, 10:00 in Paris, with no public holiday until that Friday."""
    day = now.astimezone(PARIS).date() + timedelta(days=1)
    while not _is_quiet_week(day):
        day += timedelta(days=1)
    return datetime.combine(day, time(10), PARIS).astimezone(UTC)


def _is_quiet_week(day: date) -> bool:
    week = {day + timedelta(days=count) for count in range(DAYS_OF_WORK)}
    return day.weekday() == TUESDAY and not week & public_holidays(day.year)
