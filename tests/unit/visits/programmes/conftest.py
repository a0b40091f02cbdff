"""What the tests of programmes share."""

from __future__ import annotations

import pytest

from tests.unit.visits.programmes.world import SIRETS, World, enterprise


@pytest.fixture
def world() -> World:
    """A territory with four enterprises, three of them of the automotive industry of Belfort; no programme yet."""
    world = World()
    world.keep(
        enterprise(SIRETS[0], name="Zénith Mécanique", size_band="31"),
        enterprise(SIRETS[1], name="Alpha Découpe", size_band="03"),
        enterprise(SIRETS[2], name="Mécabel", size_band="21"),
        enterprise(SIRETS[3], name="Boulangerie du Lion", naf="10.71C", size_band="02"),
    )
    return world
