"""Property tests are deterministic, a busy machine is not a failure, and each core has its share of the run."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

settings.register_profile("vigie", deadline=None, derandomize=True)
settings.load_profile("vigie")


ORDER = ("architecture", "unit", "contracts", "simulation", "infra", "system", "browser")
"""The quick ones first. The local system also repairs moto in this process, and contracts want it as it is published."""
WHOLE = frozenset({"system"})
"""The folder that stays on one core: it looks back on what all journeys have called."""


LAST = "test_permissions"
"""Of its folder: it looks back on what all journeys have called."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Runs the folders in that order, whatever order they were named in."""
    items.sort(key=lambda item: (ORDER.index(_folder(item)), item.path.stem == LAST))


def _folder(item: pytest.Item) -> str:
    return item.path.relative_to(Path(__file__).parent).parts[0]


class Shares(LoadScopeScheduling):
    """What one core takes at a time: a file, or a folder that stays whole."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        folder = file.removeprefix("tests/").partition("/")[0]
        return folder if folder in WHOLE else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Shares:
    """Shares the tests out between the cores, the quick files first."""
    config.option.loadscopereorder = False  # files are not longer for having more tests
    return Shares(config, log)
