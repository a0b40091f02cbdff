"""What the table of mobility says of others' origins, and never of one's own family."""

from __future__ import annotations

import numpy as np

from services.matching.inferring.echoes import echoes, given_of
from services.matching.inferring.features import FEATURES, among_rivals, readings
from services.matching.inferring.likeness import likenesses
from tests.unit.matching.inferring.small_release import CODES, mobility, release


def test_every_reading_is_made() -> None:
    """The registry names what is computed, for each pair, as finite numbers."""
    found = readings(likenesses(release()), given_of(release()))
    assert list(found) == [feature.name for feature in FEATURES]
    assert all(matrix.shape == (12, 12) and np.isfinite(matrix).all() for matrix in found.values())


def test_an_origin_never_sees_its_own_row() -> None:
    """Whatever the rows of a family are, the readings of its origins do not move."""
    like, given = likenesses(release()), given_of(release())
    family = np.array([CODES.index("A1101"), CODES.index("A1102")])
    with_rows, without = echoes(given, like), echoes(given.without(family), like)
    for name in with_rows.keys() - {"best_source", "second_source", "joint"}:
        assert np.allclose(with_rows[name][family], without[name][family]), name


def test_a_hidden_origin_has_no_row() -> None:
    """Hiding takes the row and says that it is not seen; the table itself stays."""
    given = given_of(release())
    left = given.without(np.array([0]))
    assert (left.order[0].any(), left.seen[0], given.seen[0]) == (False, False, True)


def test_the_reverse_is_read_from_the_target() -> None:
    """Where the target's row names the origin and is of another family, the reverse is 1."""
    like, given = likenesses(release()), given_of(release())
    reverse = echoes(given, like)["reverse"]
    pairs = {(one.target, one.origin) for one in mobility() if one.origin[:3] != one.target[:3]}
    assert {(CODES[i], CODES[j]) for i, j in zip(*np.nonzero(reverse), strict=True)} == pairs


def test_a_reading_is_weighed_against_its_rivals() -> None:
    """The eleventh best of an origin is near 0, a better one above, whatever the scale of the origin's readings."""
    reading = np.tile(np.arange(12, dtype=np.float32), (12, 1))
    found = among_rivals(reading)
    assert np.allclose(found[0], among_rivals(reading * 9)[0], atol=1e-3)
    assert abs(found[0, 1] - np.log(1.02)) < 1e-3
    assert found[0, 11] > found[0, 1] > found[0, 0] - 1e-6
