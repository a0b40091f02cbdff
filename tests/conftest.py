"""Property tests are deterministic, a busy machine is not a failure, and each core has its share of the run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from infra.local.children import Nursery

settings.register_profile("vigie", deadline=None, derandomize=True)
settings.load_profile("vigie")


ORDER = ("architecture", "contracts", "system", "browser", "infra", "attack", "simulation", "unit")
"""The longest shares begin early, and many small ones end the run: no core waits long for the last of the others.

The local system repairs moto in its process, and contracts want it as it is published.
"""
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
    """What one core takes at a time: a file, or a folder that stays whole; in a long run, a single test."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        folder = file.removeprefix("tests/").partition("/")[0]
        shared = nodeid if self.config.getoption("--soak") else file
        return folder if folder in WHOLE else shared


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Shares:
    """Shares the tests out, in the order of the folders."""
    config.option.loadscopereorder = False  # files are not longer for having more tests
    return Shares(config, log)


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Where the functions of every local system of this process come from: what it has loaded is loaded once."""
    nursery = Nursery()
    yield nursery
    nursery.close()


@pytest.fixture(scope="session")
def starting(tmp_path_factory: pytest.TempPathFactory, worker_id: str, nursery: Nursery) -> Any:
    """Starts local systems (`tests.system.starting.Starting`, whose libraries only those who start one wait for)."""
    own = tmp_path_factory.getbasetemp()
    shared = own if worker_id == "master" else own.parent
    return import_module("tests.system.starting").Starting(shared, tmp_path_factory, nursery)
