"""SIREN and SIRET by their keys, against the reference implementation."""

from __future__ import annotations

import random

import pytest
from stdnum.fr import siren, siret

from services.visits.importing.numbers import is_siren, is_siret
from tests.unit.visits.importing.workshop import SIRETS

RANDOM = random.Random(7)  # noqa: S311 - drawn to be the same each time


def test_the_verdicts_are_those_of_python_stdnum() -> None:
    """On numbers drawn at random, one in a hundred of which is valid."""
    drawn = [f"{RANDOM.randrange(10**14):014d}" for _ in range(5000)]

    assert [is_siret(text) for text in drawn] == [siret.is_valid(text) for text in drawn]
    assert [is_siren(text[:9]) for text in drawn] == [siren.is_valid(text[:9]) for text in drawn]


def test_the_branches_of_la_poste_have_their_own_rule() -> None:
    """356 000 000: the digits add up to a multiple of five, but for the head office."""
    branches = [f"356000000{nic:05d}" for nic in range(0, 60000, 7)]

    assert [is_siret(text) for text in branches] == [siret.is_valid(text) for text in branches]
    assert is_siret("35600000000048")


@pytest.mark.parametrize("text", SIRETS)
def test_one_wrong_digit_is_seen(text: str) -> None:
    """A key is there for that."""
    wrong = str((int(text[4]) + 1) % 10)

    assert is_siret(text)
    assert not is_siret(text[:4] + wrong + text[5:])


@pytest.mark.parametrize("text", ["", "0" * 14, "7328293200007", "732829320000745", "7328293200007a", "٧" * 14])
def test_what_is_no_number_is_no_siret(text: str) -> None:
    """Neither zeros alone, nor letters, nor the digits of another script."""
    assert not is_siret(text)
    assert not is_siren(text)
