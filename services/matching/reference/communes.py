"""Communes: population, coordinates and neighbours, and which ones lie within a distance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from services.matching.reference.packed import Arrays, pack, unpack, unreadable

FORMAT = "communes-1"
NOWHERE = np.iinfo(np.int32).min
"""The coordinate of a commune whose place is not known."""
EARTH_M = 6_371_009
MICRO = 1_000_000
_METRES_A_DEGREE = EARTH_M * np.pi / 180

Ints = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Communes:
    """Communes in the order of their codes; the position of one is its name in the arrays."""

    codes: NDArray[np.str_]
    names: tuple[str, ...]
    population: Ints
    latitude: Ints
    """Micro-degrees, or NOWHERE."""
    longitude: Ints
    indptr: Ints
    """The neighbours of commune i are those from `indptr[i]` to `indptr[i + 1]`; the list is symmetric."""
    neighbour: Ints

    def __len__(self) -> int:
        return len(self.codes)

    def find(self, code: str) -> int | None:
        """The position of a code, or None."""
        return self._positions.get(code)

    def neighbours(self, position: int) -> Ints:
        """The positions of the communes that touch this one, in their order."""
        return self.neighbour[self.indptr[position] : self.indptr[position + 1]]

    def within(self, position: int, metres: int) -> Ints:
        """The positions of the communes at most so far as the crow flies, this one included, in their order.

        None at all when its place is not known; those whose place is not known are never among them.
        """
        latitude, longitude = int(self.latitude[position]), int(self.longitude[position])
        if latitude == NOWHERE:
            return np.zeros(0, dtype=np.int32)
        order, sorted_latitudes = self._northward
        margin = int(metres / _METRES_A_DEGREE * MICRO) + 1
        band = slice(*np.searchsorted(sorted_latitudes, [latitude - margin, latitude + margin + 1]))
        near = order[band]
        reached = distances(latitude, longitude, self.latitude[near], self.longitude[near]) <= metres
        return np.sort(near[reached])

    @cached_property
    def _northward(self) -> tuple[Ints, Ints]:
        """The placed communes from south to north, and their latitudes."""
        placed = np.flatnonzero(self.latitude != NOWHERE).astype(np.int32)
        order = placed[np.argsort(self.latitude[placed], kind="stable")]
        return order, self.latitude[order]

    @cached_property
    def _positions(self) -> Mapping[str, int]:
        return {code: position for position, code in enumerate(self.codes.tolist())}


def distances(latitude: int, longitude: int, latitudes: Ints, longitudes: Ints) -> NDArray[np.int64]:
    """Whole metres from a point to others as the crow flies; micro-degrees in."""
    here, there = np.radians(latitude / MICRO), np.radians(latitudes / MICRO)
    east = np.radians((longitudes.astype(np.int64) - longitude) / MICRO)
    half = np.sin((there - here) / 2) ** 2 + np.cos(here) * np.cos(there) * np.sin(east / 2) ** 2
    metres: NDArray[np.int64] = np.rint(2 * EARTH_M * np.arcsin(np.sqrt(np.minimum(half, 1)))).astype(np.int64)
    return metres


@dataclass(frozen=True)
class Commune:
    """A commune as a file tells it; `latitude` and `longitude` in micro-degrees."""

    code: str
    name: str
    population: int
    latitude: int = NOWHERE
    longitude: int = NOWHERE
    neighbours: tuple[str, ...] = ()


def communes_of(told: Iterable[Commune]) -> Communes:
    """The communes in arrays; a neighbour that is not among them is left out."""
    by_code = {commune.code: commune for commune in told}
    codes = sorted(by_code)
    position = {code: place for place, code in enumerate(codes)}
    pairs = {
        pair
        for code in codes
        for other in by_code[code].neighbours
        if other in position and other != code
        for pair in ((position[code], position[other]), (position[other], position[code]))
    }
    left, right = (
        (np.asarray(column, dtype=np.int32) for column in zip(*sorted(pairs), strict=True)) if pairs else _none()
    )
    return Communes(
        codes=np.asarray(codes, dtype="<U5"),
        names=tuple(by_code[code].name for code in codes),
        population=np.asarray([by_code[code].population for code in codes], dtype=np.int32),
        latitude=np.asarray([by_code[code].latitude for code in codes], dtype=np.int32),
        longitude=np.asarray([by_code[code].longitude for code in codes], dtype=np.int32),
        indptr=np.searchsorted(left, np.arange(len(codes) + 1)).astype(np.int32),
        neighbour=right,
    )


def _none() -> tuple[Ints, Ints]:
    return np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int32)


def dump_communes(communes: Communes) -> bytes:
    """As one file: the same communes give the same bytes."""
    arrays = {name: value for name, value in vars(communes).items() if isinstance(value, np.ndarray)}
    return pack({"format": FORMAT, "names": communes.names}, arrays)


def load_communes(content: bytes) -> Communes:
    """The inverse of `dump_communes`; raises Unreadable for anything else."""
    texts, arrays = unpack(content, FORMAT)
    return _loaded(tuple(texts.get("names", ())), arrays)


def _loaded(names: tuple[str, ...], arrays: Arrays) -> Communes:
    try:
        return Communes(names=names, **arrays)
    except TypeError as error:
        raise unreadable() from error
