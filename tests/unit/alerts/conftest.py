"""What the tests of the alerts service share."""

from __future__ import annotations

import pytest

from tests.unit.alerts.fake_platform import Platform


@pytest.fixture
def platform() -> Platform:
    """An empty platform on a Tuesday at ten, Paris time."""
    return Platform()
