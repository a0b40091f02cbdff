"""Property tests are deterministic, a busy machine is not a failure, and each core has its share of the run."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("vigie", deadline=None, derandomize=True)
settings.load_profile("vigie")


ORDER = ("architecture", "unit", "contracts", "simulation", "infra", "browser", "system")
"""The quick ones first. The local system also repairs moto in this process, and contracts want it as it is published."""
WHOLE = frozenset({"browser", "system"})
"""Folders that stay on one core: one Chromium, and one account of what all journeys have called."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Runs the folders in that order, whatever order they were named in; a file is never split between two cores."""
    items.sort(key=lambda item: ORDER.index(_folder(item)))
    for item in items:
        folder = _folder(item)
        item.add_marker(pytest.mark.xdist_group(folder if folder in WHOLE else item.path.as_posix()))


def _folder(item: pytest.Item) -> str:
    return item.path.relative_to(Path(__file__).parent).parts[0]
