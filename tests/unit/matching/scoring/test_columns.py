"""Columns: any order in, one order out, and nothing that scoring could misread."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from services.matching.reference.communes import NOWHERE
from services.matching.scoring.certificates import masks, words
from services.matching.scoring.columns import Openings, Sources
from shared.errors import Invalid
from tests.unit.matching.scoring.small_territory import row


def test_rows_stand_in_the_order_of_their_ids() -> None:
    """Every column follows its id to its place."""
    made = Sources.from_rows([row("b", wage=2), row("c", wage=3), row("a", wage=1)])
    assert (made.ids.tolist(), made.wage.tolist()) == (["a", "b", "c"], [1, 2, 3])


def test_what_is_not_given_is_unknown() -> None:
    """Nobody consented, no wage, no place, no enterprise, unless the row says so."""
    made = Sources.of(["a"], occupation=[3])
    assert not made.consented[0]
    assert (made.wage[0], made.latitude[0], made.enterprise[0], made.headcount[0]) == (0, NOWHERE, -1, 1)


@pytest.mark.parametrize(
    "columns",
    [
        {"wage": [1, 2]},
        {"wage": [2**40]},
        {"wage": [-1]},
        {"wage": [1.5]},
        {"contract": [300]},
        {"contract": [8]},
        {"latitude": [91_000_000]},
        {"latitude": [-91_000_000], "longitude": [0]},
        {"latitude": [0], "longitude": [-181_000_000]},
        {"colour": [1]},
        {"certificates": [1]},
    ],
)
def test_a_column_that_does_not_fit_is_refused(columns: dict[str, Any]) -> None:
    """A wrong length, a value out of bounds or not whole, an unknown name: Invalid, not a wrong result."""
    with pytest.raises(Invalid):
        Openings.of(["a"], **columns)


def test_an_id_stands_once() -> None:
    """Two rows of one id have no order of their own."""
    with pytest.raises(Invalid):
        Openings.from_rows([row("a"), row("a")])


def test_columns_made_by_hand_are_checked_too() -> None:
    """Rows out of order are refused wherever they come from."""
    made = Openings.from_rows([row("a"), row("b")])
    with pytest.raises(Invalid):
        replace(made, ids=np.array(["b", "a"]))


def test_an_empty_side_is_a_side() -> None:
    """No row is not an error."""
    assert len(Sources.from_rows([])) == len(Openings.of([])) == 0


def test_certificates_may_be_more_than_a_word_holds() -> None:
    """The seventieth name has its bit in the second word."""
    names = [f"c{number}" for number in range(70)]
    assert words(names) == 2
    assert masks([["c0", "c69"], []], names).tolist() == [[1, 32], [0, 0]]


def test_a_certificate_nobody_knows_is_refused() -> None:
    """A misspelt certificate would silently never be held."""
    with pytest.raises(Invalid):
        masks([["CACES R48"]], ["CACES R489"])
