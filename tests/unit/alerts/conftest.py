"""What the tests of the alerts service share."""

from __future__ import annotations

import pytest

from services.alerts.rules.alert import Alert
from tests.unit.alerts.fake_platform import Platform
from tests.unit.alerts.fake_site import Site


@pytest.fixture
def platform() -> Platform:
    """An empty platform on a Tuesday at ten, Paris time."""
    return Platform()


@pytest.fixture
def site(platform: Platform) -> Site:
    """The pages and the API over that platform."""
    return Site(platform)


@pytest.fixture
def alert(platform: Platform) -> Alert:
    """An alert that has just been raised."""
    return platform.raised()
