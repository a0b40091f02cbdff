"""Whole metres between two places, the same to the last bit on every machine and by every way of computing them.

Only +, -, ×, / and √ are used, which IEEE 754 rounds in one way; sines of a library differ in their last bit from one
processor to the next. A place is a point of the sphere in whole centimetres, and pairs are compared by the square of
their chord, a whole number; the arc follows from the chord, and grows with it.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Reals = NDArray[np.float64]

RADIUS_CM = 637_100_880
"""Mean radius of the Earth: (2a + b) / 3 of GRS 80."""
METRES_A_MICRODEGREE = math.pi * RADIUS_CM / 100 / 180e6
_DIAMETER_2 = (2 * RADIUS_CM) ** 2
_ARCSINE = (1 / 6, 3 / 40, 15 / 336, 105 / 3456, 945 / 42240)
"""Of asin(x)/x - 1 by powers of x²: exact to the metre up to 2,000 km, 2 % short at the antipodes' half way."""
_TERMS = 15
"""Of the series of sine and cosine: 1e-15 at 180°."""


def on_sphere(latitude: NDArray[np.int32], longitude: NDArray[np.int32]) -> Whole:
    """Centimetres [row, axis] from the centre of the Earth; angles in millionths of a degree."""
    across, along = _radians(latitude), _radians(longitude)
    level = _cosine(across)
    point = np.stack((level * _cosine(along), level * _sine(along), _sine(across)), axis=1)
    return np.rint(point * RADIUS_CM).astype(np.int64)


def _radians(angle: NDArray[np.int32]) -> Reals:
    return angle.astype(np.float64) * (math.pi / 180e6)


def _cosine(angle: Reals) -> Reals:
    return _series(angle * angle, 0)


def _sine(angle: Reals) -> Reals:
    return angle * _series(angle * angle, 1)


def _series(square: Reals, odd: int) -> Reals:
    """Σ (-1)ᵏ squareᵏ / (2k + odd)!, by Horner."""
    total: Reals = np.ones_like(square)
    for k in range(_TERMS, 0, -1):
        total = 1.0 - square * total / ((2 * k + odd) * (2 * k + odd - 1))
    return total


def chords(here: Whole, there: Whole) -> Whole:
    """Squares of the chords between places, row by row, in cm²."""
    apart = here - there
    squares: Whole = np.einsum("...k,...k->...", apart, apart)
    return squares


def metres(chord: Whole, detour: int) -> Whole:
    """Metres by road: the arc of a squared chord, times `detour` thousandths, rounded half up."""
    square = chord / _DIAMETER_2
    factor = np.zeros_like(square)
    for term in reversed(_ARCSINE):
        factor = (factor + term) * square
    arc = np.sqrt(chord) * (1.0 + factor)
    return np.floor(arc * detour / 100_000 + 0.5).astype(np.int64)


def reaches(radius_m: NDArray[np.int32], detour: int) -> Whole:
    """The largest squared chord, in cm², whose metres by road are within each radius: found by halving."""
    radii, back = np.unique(radius_m, return_inverse=True)
    low, high = np.zeros(len(radii), dtype=np.int64), np.full(len(radii), _DIAMETER_2 + 1, dtype=np.int64)
    while np.any(high - low > 1):
        middle = (low + high) // 2
        within = metres(middle, detour) <= radii
        low, high = np.where(within, middle, low), np.where(within, high, middle)
    return low[back]
