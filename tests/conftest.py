"""Property tests are deterministic, a busy machine is not a failure, and each core has its share of the run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

settings.register_profile("vigie", deadline=None, derandomize=True)
settings.load_profile("vigie")


ORDER = ("architecture", "contracts", "system", "unit", "attack", "simulation", "infra", "browser")
"""The longest share begins early. The local system repairs moto in its process, and contracts want it as it is published."""
WHOLE = frozenset({"system"})
"""The folder that stays on one core: it looks back on what all journeys have called."""


LAST = "test_permissions"
"""Of its folder: it looks back on what all journeys have called."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--soak` asks for the long runs."""
    parser.addoption("--soak", action="store_true", help="the long runs: minutes or hours instead of seconds")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Runs the folders in that order, whatever order they were named in."""
    items.sort(key=lambda item: (ORDER.index(_folder(item)), item.path.stem == LAST))


def _folder(item: pytest.Item) -> str:
    return item.path.relative_to(Path(__file__).parent).parts[0]


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: a third of the time goes by waiting for a browser, or for another process."""
    return (os.cpu_count() or 1) + 1


class Shares(LoadScopeScheduling):
    """What one core takes at a time: a file, or a folder that stays whole."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        folder = file.removeprefix("tests/").partition("/")[0]
        return folder if folder in WHOLE else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Shares:
    """Shares the tests out, in the order of the folders."""
    config.option.loadscopereorder = False  # files are not longer for having more tests
    return Shares(config, log)
