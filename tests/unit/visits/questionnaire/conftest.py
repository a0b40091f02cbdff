"""What the tests of the questionnaire share."""

from __future__ import annotations

import pytest

from tests.unit.visits.questionnaire.bureau import Bureau


@pytest.fixture
def bureau() -> Bureau:
    """A territory that has the shipped questionnaire and no draft."""
    return Bureau()
