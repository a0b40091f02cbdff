"""What the tests of the register share."""

from __future__ import annotations

import pytest

from tests.unit.visits.register.office import Office


@pytest.fixture
def office() -> Office:
    """A territory whose register is empty."""
    return Office()
