"""Distances: right to the metre, and the same by every way of computing them."""

from __future__ import annotations

import math

import numpy as np

from benchmarks import matching_references as plain
from services.matching.scoring.distances import RADIUS_CM, chords, metres, on_sphere, reaches
from tests.unit.matching.scoring.small_territory import BELFORT, MONTBELIARD, NANCY


def placed(*places: tuple[int, int]) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    rows = np.asarray(places, dtype=np.int32)
    return on_sphere(rows[:, 0], rows[:, 1])


def haversine(here: tuple[int, int], there: tuple[int, int]) -> float:
    """Metres, by the formula of the textbooks."""
    a, b, c, d = (math.radians(angle / 1e6) for angle in (*here, *there))
    half = math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2
    return 2 * RADIUS_CM / 100 * math.asin(math.sqrt(half))


def test_a_distance_is_that_of_the_haversine() -> None:
    """To the metre, anywhere in France."""
    dice = np.random.default_rng(1)
    rows = np.stack((dice.integers(41_000_000, 51_500_000, 2000), dice.integers(-5_200_000, 9_700_000, 2000)), axis=1)
    places = [(int(latitude), int(longitude)) for latitude, longitude in rows]
    at = placed(*places)
    measured = metres(chords(at[:1000], at[1000:]), 1000).tolist()
    expected = [haversine(here, there) for here, there in zip(places[:1000], places[1000:], strict=True)]
    assert max(abs(one - other) for one, other in zip(measured, expected, strict=True)) <= 1


def test_python_and_numpy_measure_the_same_metre() -> None:
    """The formula has one result, whoever computes it."""
    chord = np.random.default_rng(2).integers(0, 4 * RADIUS_CM**2, 2000)
    for detour in (1000, 1300, 1777):
        assert metres(chord, detour).tolist() == [plain.metres(one, detour) for one in chord.tolist()]


def test_metres_grow_with_the_chord() -> None:
    """Whole chords can be compared in the place of metres."""
    chord = np.sort(np.random.default_rng(3).integers(0, 4 * RADIUS_CM**2, 5000))
    assert (np.diff(metres(np.concatenate((chord, chord + 1)).reshape(2, -1).T.ravel(), 1300)) >= 0).all()


def test_a_reach_is_the_last_chord_within_the_radius() -> None:
    """One more square centimetre is a metre too far; the reach itself never is."""
    radius = np.concatenate(([0, 1], np.random.default_rng(4).integers(0, 3_000_000, 500))).astype(np.int32)
    reach = reaches(radius, 1300)
    assert (metres(reach, 1300) <= radius).all()
    assert (metres(reach + 1, 1300) > radius).all()


def test_every_radius_of_many_finds_its_own_reach() -> None:
    """Rows of one radius share their reach, in their place."""
    several = reaches(np.array([30_000, 0, 30_000, 60_000], dtype=np.int32), 1300)
    alone = [int(reaches(np.array([radius], dtype=np.int32), 1300)[0]) for radius in (30_000, 0, 30_000, 60_000)]
    assert several.tolist() == alone


def test_roads_are_longer_than_the_crow_flies() -> None:
    """Belfort to Montbéliard, 15 km away, is 19 km by road; Nancy is far."""
    at = placed(BELFORT, MONTBELIARD, NANCY)
    assert 14_500 < metres(chords(at[:1], at[1:2]), 1000)[0] < 15_500
    assert 19_000 < metres(chords(at[:1], at[1:2]), 1300)[0] < 20_000
    assert metres(chords(at[:1], at[2:]), 1300)[0] > 150_000
    assert metres(chords(at[:1], at[:1]), 1300)[0] == 0


def test_an_angle_has_one_point() -> None:
    """Sines by their series: the poles and the equator stand where they are."""
    at = placed((90_000_000, 0), (0, 0), (0, 90_000_000), (0, 180_000_000))
    expected = [[0, 0, 1], [1, 0, 0], [0, 1, 0], [-1, 0, 0]]
    assert np.abs(at - np.array(expected) * RADIUS_CM).max() == 0
