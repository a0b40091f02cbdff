"""What the tests of partners share."""

from __future__ import annotations

import pytest

from tests.unit.alerts.fake_platform import Platform
from tests.unit.alerts.partners.partner_site import WEBHOOK, PartnerSite


@pytest.fixture
def partners(platform: Platform) -> PartnerSite:
    """The pages and the API; the webhook partner belongs to the structure of the one who has the role `diffusion`."""
    site = PartnerSite(platform)
    site.give_to(WEBHOOK, "s-opco")
    return site
