"""Property tests are deterministic, and a busy machine is not a failure."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("vigie", deadline=None, derandomize=True)
settings.load_profile("vigie")


ORDER = ("architecture", "unit", "contracts", "simulation", "infra", "system", "browser")
"""The quick ones first. The local system also repairs moto in this process, and contracts want it as it is published."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Runs the folders in that order, whatever order they were named in."""
    items.sort(key=lambda item: ORDER.index(item.path.relative_to(Path(__file__).parent).parts[0]))
