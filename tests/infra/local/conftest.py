"""One small system for each test module: they are quick to start, and only one runs at a time in a process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.local.children import Nursery
from infra.local.system import LocalSystem
from tests.infra.local import small_system


@pytest.fixture(scope="session")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The assembly with one of each flow."""
    return small_system.write_assembly(tmp_path_factory.mktemp("assembly"), small_system.everything())


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the system keeps its data."""
    return tmp_path_factory.mktemp("state")


@pytest.fixture(scope="module")
def system(assembly: Path, state: Path, nursery: Nursery) -> Iterator[LocalSystem]:
    """The small system, running."""
    with LocalSystem(assembly, state, nursery=nursery) as running:
        yield running


@pytest.fixture(scope="module")
def items(system: LocalSystem) -> Any:
    """A boto3 DynamoDB client."""
    return system.client("dynamodb")
