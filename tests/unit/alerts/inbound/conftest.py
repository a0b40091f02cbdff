"""What the tests of webhooks in share."""

from __future__ import annotations

import pytest

from tests.unit.alerts.fake_platform import Platform
from tests.unit.alerts.inbound.partner_system import PartnerSystem


@pytest.fixture
def agency(platform: Platform) -> PartnerSystem:
    """The agency's software, with its secret."""
    return PartnerSystem(platform)
