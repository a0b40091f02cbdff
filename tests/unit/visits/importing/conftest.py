"""What the tests of imports share."""

from __future__ import annotations

import pytest

from tests.unit.visits.importing.workshop import Workshop


@pytest.fixture
def workshop() -> Workshop:
    """An empty register, a bucket and queues in memory."""
    return Workshop()
