"""An activity code is told in words."""

from __future__ import annotations

import pytest

from services.visits.register.activities import division_of, divisions


@pytest.mark.parametrize(
    ("naf", "nomenclature", "title"),
    [
        ("29.32Z", "NAFRev2", "Industrie automobile"),
        ("29.32Z", None, "Industrie automobile"),
        ("29.32Z", "NAF25", ""),
        ("04.00Z", "NAFRev2", ""),
        (None, "NAFRev2", ""),
    ],
)
def test_a_code_has_its_divisions_title(naf: str | None, nomenclature: str | None, title: str) -> None:
    """In the nomenclature that it is of, and in no other."""
    assert division_of(naf, nomenclature) == title


def test_the_nomenclature_has_88_divisions() -> None:
    """Each with two digits and a title."""
    assert len(divisions()) == 88
    assert all(len(code) == 2 and code.isdigit() and title for code, title in divisions().items())
