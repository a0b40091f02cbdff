"""The attacks' clock stands still and their network is cut; the long runs are asked for with `--soak`."""

from __future__ import annotations

import gc
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine

from tests.attack.fuzzing import Assault, Table
from tests.attack.town import NOON

LINE = "{:<82}{:>8}{:>5}{:>8}{:>15}"


def unanswered(*_asked: Any, **_more: Any) -> Any:
    """A resolver that knows no name."""
    raise OSError("no network")


@pytest.fixture(scope="module")
def noon() -> Iterator[None]:
    """The instant that the town was made for; what would leave for a stranger's server finds no name."""
    with time_machine.travel(NOON, tick=False), pytest.MonkeyPatch.context() as patched:
        patched.setattr(socket, "getaddrinfo", unanswered)
        yield


@pytest.fixture(scope="session")
def towns() -> Iterator[Assault]:
    """The two territories: all that they are made of is of that instant."""
    with time_machine.travel(NOON, tick=False):
        assault = Assault()
    gc.freeze()  # they stay to the end: no collection needs to look through them
    yield assault
    gc.unfreeze()


@pytest.fixture(scope="module")
def assault(noon: None, towns: Assault) -> Iterator[Assault]:
    """The two territories, put back after each case, and after each file."""
    yield towns
    towns.snapshot.restore()


@pytest.fixture(scope="session")
def soak(request: pytest.FixtureRequest) -> bool:
    """Whether the long runs were asked for."""
    return bool(request.config.getoption("--soak", default=False))


@pytest.fixture
def table(record_property: Callable[[str, object], None]) -> Table:
    """Lines go with the test's report, from whichever process."""
    return lambda label, tally: record_property("attacked", tally.row(label))


def _lines(report: Any) -> list[str]:
    told = report.user_properties if getattr(report, "when", "") == "call" else []
    return [LINE.format(*row) for name, row in told if name == "attacked"]


def pytest_report_teststatus(report: pytest.TestReport, config: pytest.Config) -> tuple[str, str, str] | None:
    """In a long run, the lines of a test as soon as it is done."""
    lines = _lines(report) if config.getoption("--soak") else []
    return (report.outcome, "\n".join(["", *lines]), report.outcome.upper()) if lines else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """A long run ends with the whole table."""
    reports = [report for reports in terminalreporter.stats.values() for report in reports]
    lines = sorted(line for report in reports for line in _lines(report))
    if lines and config.getoption("--soak"):
        terminalreporter.section("attacks")
        terminalreporter.write_line(LINE.format("route", "cases", "5xx", "breaks", "without right"))
        for line in lines:
            terminalreporter.write_line(line)
