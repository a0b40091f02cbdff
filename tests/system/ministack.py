"""A pytest plugin: the journeys on MiniStack (`make parity`), the known differences strictly expected, a table at the end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import cast

import pytest

from infra.assembly import ensure
from infra.local.system import LocalSystem
from infra.parity.differences import known_differences
from infra.parity.system import ParitySystem
from tests.system.local_world import LocalWorld
from tests.system.starting import next_tuesday, start_at

_OUTCOMES = {"passed": "passed", "xfailed": "differs", "failed": "FAILED", "error": "FAILED", "skipped": "local only"}


@pytest.fixture(scope="module")
def ministack_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalWorld]:
    """Vigie on a MiniStack that nobody has used yet, at ten on a Tuesday morning."""
    state = tmp_path_factory.mktemp("ministack")
    start_at(state, next_tuesday(datetime.now(UTC)))
    with ParitySystem(ensure("local"), state) as system:
        yield LocalWorld(cast("LocalSystem", system))  # it has every member that the world asks for


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs the local system itself is left out; what is known to differ must differ."""
    reasons = known_differences().journeys
    names = {_name(item.nodeid) for item in items}
    if gone := [test for test in reasons if test not in names and _file(test) in map(_file, names)]:
        raise pytest.UsageError(f"listed as a difference, and no such test: {', '.join(gone)}")
    for item in items:
        if not _is_anywhere(item):
            item.add_marker(pytest.mark.skip(reason="needs the local system itself"))
        elif reason := reasons.get(_name(item.nodeid)):
            item.add_marker(pytest.mark.xfail(reason=reason, strict=True))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line a journey."""
    found = [(report, outcome) for outcome in _OUTCOMES for report in terminalreporter.stats.get(outcome, [])]
    terminalreporter.section("the journeys on MiniStack")
    for report, outcome in sorted(found, key=lambda each: each[0].nodeid):
        terminalreporter.write_line(f"{_OUTCOMES[outcome]:10} {_name(report.nodeid)}")
        if outcome == "xfailed":
            terminalreporter.write_line(f"{'':10}   {report.wasxfail}")
    counts = {
        word: sum(_OUTCOMES[outcome] == word for _, outcome in found) for word in dict.fromkeys(_OUTCOMES.values())
    }
    terminalreporter.write_line(", ".join(f"{count} {word}" for word, count in counts.items()))


def _is_anywhere(item: pytest.Item) -> bool:
    used = getattr(item, "fixturenames", ())
    return "world" in used and "local_world" not in used


def _name(nodeid: str) -> str:
    return nodeid.rpartition("/")[2]


def _file(name: str) -> str:
    return name.partition("::")[0]
