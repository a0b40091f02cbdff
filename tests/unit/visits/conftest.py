"""What the tests of visits share."""

from __future__ import annotations

import pytest

from tests.unit.visits.territory import Territory


@pytest.fixture
def territory() -> Territory:
    """A territory without a visit, on a Friday morning."""
    return Territory()
