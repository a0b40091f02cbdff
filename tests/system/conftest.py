"""A world for each module: the local system with the demonstration territories, on a Tuesday morning without holidays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system.local_world import LocalWorld
from tests.system.records import RECORDS, Record
from tests.system.starting import Starting
from tests.system.world import World


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder starts the local system."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.system)


@pytest.fixture(scope="session")
def loading(starting: Starting) -> None:
    """What was done to load the demonstration is looked back on like the rest."""
    RECORDS.append(starting.loading())


@pytest.fixture(scope="module")
def local_world(starting: Starting, loading: None) -> Iterator[LocalWorld]:
    """A local system that nobody has used yet, at ten on a Tuesday morning."""
    with starting.world() as world:
        yield world
        RECORDS.append(Record.of(world.system))


@pytest.fixture(scope="module")
def world(request: pytest.FixtureRequest) -> World:
    """Where the journeys happen: the local system, or MiniStack when its plugin was asked for (`make parity`)."""
    elsewhere = request.config.pluginmanager.hasplugin("tests.system.ministack")
    chosen: World = request.getfixturevalue("ministack_world" if elsewhere else "local_world")
    return chosen
