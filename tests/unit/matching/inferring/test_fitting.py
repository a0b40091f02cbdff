"""Weights: found by likelihood, written as a table, the same each time."""

from __future__ import annotations

import numpy as np
import pytest

from services.matching.inferring.fitting import bent, ramps
from services.matching.inferring.shapes import Shape, parsed, shipped, written
from services.matching.inferring.training import train
from shared.errors import Invalid
from tests.unit.matching.inferring.small_release import mobility, release


def test_the_same_table_gives_the_same_weights() -> None:
    """Training twice writes the same bytes."""
    assert written(train(release())) == written(train(release()))


def test_the_order_of_the_rows_does_not_count() -> None:
    """A table of mobility in another order gives the same weights."""
    assert written(train(release(mobility()[::-1]))) == written(train(release()))


def test_the_table_says_it_all() -> None:
    """Weights read back from their table are those that were written."""
    weights = train(release())
    assert parsed(written(weights)) == weights


def test_too_small_a_table_is_refused() -> None:
    """With five origins there is nothing to learn."""
    with pytest.raises(Invalid, match="métiers d’origine"):
        train(release(tuple(pair for pair in mobility() if pair.origin < "B1103")))


def test_a_broken_table_is_refused() -> None:
    """A missing reading, an unknown one, a word for a number: all are told."""
    table = written(train(release())).splitlines(keepends=True)
    for broken in (
        table[:1] + table[9:],
        [*table, "autre,,,0,1,\n"],
        [*table[:-1], table[-1].replace("logit,,", "logit,,x")],
    ):
        with pytest.raises(Invalid):
            parsed("".join(broken))


def test_the_shipped_table_is_read() -> None:
    """The weights that come with the code are whole, and say what they were trained on."""
    assert shipped().trained_on.startswith("rome-v")
    assert shipped().slope > 0


def test_a_line_is_level_at_its_ends() -> None:
    """Beyond its values a reading counts as at the nearest one, and between two in proportion."""
    shape = Shape((0.0, 1.0), (0.0, 10.0))
    assert shape.of(np.array([[-1.0, 0.25, 2.0]], dtype=np.float32)).tolist() == [[0.0, 2.5, 10.0]]


def test_ramps_add_up_to_the_line() -> None:
    """The rises of each part, summed as far as the reading goes, are the line's points."""
    column = np.linspace(0, 1, 50, dtype=np.float32)
    values = bent(column, column > 0.5)
    points = np.concatenate(([0.0], np.cumsum(np.arange(1.0, len(values)))))
    assert np.allclose(
        ramps(column, values) @ np.arange(1.0, len(values)), np.interp(column, values, points), atol=1e-4
    )


def test_a_reading_that_never_moves_is_no_obstacle() -> None:
    """A constant column gets a line all the same."""
    values = bent(np.zeros(10, dtype=np.float32), np.arange(10) > 5)
    assert (values[0], len(values)) == (0.0, 2)
