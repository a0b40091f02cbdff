"""Synthetic territories for matching: invented posts in invented communes, the same from the same seed.

Sizes follow those of real ones: an employment area of 1,000 rows a side, a region of 10,000, a country of 100,000 and
more. Métiers are the ROME's when a folder of its release is given, else 1,584 invented ones of the same densities.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.matching.reference.release import read_release
from services.matching.reference.tables import Occupations, Skills, Tables, tables_of
from services.matching.scoring.columns import Openings, Sources
from services.matching.scoring.passerelles import passerelle_table
from services.matching.scoring.terms import Terms, days

SEED = 20260201
TODAY = date(2026, 6, 1)
OCCUPATIONS, FAMILY, DOMAIN = 1_584, 3, 12
OFFICIAL_MOST, INFERRED_KEPT = 21, 11
"""Passerelles of a métier: 6 to 21 official ones, as published; and as many inferred as bring 1.3 % of pairs together."""
CERTIFICATES = tuple(f"certificat {number}" for number in range(1, 13))
ROWS_A_COMMUNE = 10
LARGE = 50_000
"""From so many rows on, a country."""


@dataclass(frozen=True)
class Territory:
    """Two sides, and all that they are matched under."""

    sources: Sources
    openings: Openings
    tables: Tables
    terms: Terms


def occupations(count: int = OCCUPATIONS, seed: int = SEED) -> Tables:
    """Those of the folder that VIGIE_ROME names, with the nearest by skills as inferred; else invented ones."""
    folder = os.environ.get("VIGIE_ROME")
    if folder and count == OCCUPATIONS:
        tables = tables_of(read_release(Path(folder)))
        return replace(tables, inferred=_nearest(tables.coverage, tables.official_rank > 0))
    return _invented(count, np.random.default_rng(seed))


def territory(rows: int, tables: Tables, seed: int = SEED) -> Territory:
    """So many rows a side."""
    dice = np.random.default_rng([seed, rows])
    communes, weight = _communes(rows, dice)
    falling, rising = _sectors(tables, dice)
    return Territory(
        sources=_sources(rows, communes[_drawn(dice, weight, rows)], _drawn(dice, falling, rows), dice),
        openings=_openings(rows, communes[_drawn(dice, weight, rows)], _drawn(dice, rising, rows), dice),
        tables=tables,
        terms=Terms(passerelles=passerelle_table(tables, (), TODAY), today=days(TODAY), certificates=CERTIFICATES),
    )


def _invented(count: int, dice: np.random.Generator) -> Tables:
    """Métiers in families and domains: nearer ones share more skills, and a third of official passerelles."""
    domain = np.arange(count) // DOMAIN
    near = (domain[:, None] == domain[None, :]).astype(np.int16)
    coverage = np.minimum(1000, dice.exponential(90, (count, count)).astype(np.int16) + 240 * near)
    np.fill_diagonal(coverage, 1000)
    official = _ranked(dice.random((count, count)) - 0.02 * coverage / 240, dice.integers(6, OFFICIAL_MOST + 1, count))
    return Tables(
        version="invented",
        occupations=Occupations(
            codes=np.array([f"{'ABCDEFGHIJKLMN'[one // 132]}{one % 132:04d}" for one in range(count)]),
            titles=tuple(f"Métier {one}" for one in range(count)),
            regulated=dice.random(count) < 0.06,
            family=(np.arange(count) // FAMILY).astype(np.int16),
            domain=np.array([f"D{one:02d}"[:3] for one in domain]),
        ),
        skills=_no_skills(count),
        coverage=coverage,
        official_rank=official,
        inferred=_nearest(coverage, official > 0),
    )


def _no_skills(count: int) -> Skills:
    """Scoring reads what skills two métiers share from the table of pairs alone."""
    none = np.zeros(0, dtype=np.int32)
    held = np.zeros(count + 1, dtype=np.int32)
    return Skills(held, none, np.zeros(0, dtype=np.bool_), (), (), none, (), none)


def _ranked(price: NDArray[np.float64], most: NDArray[np.int64]) -> NDArray[np.uint8]:
    """The cheapest of each row, so many of them, by their rank; never the métier itself."""
    price = price.copy()
    np.fill_diagonal(price, np.inf)
    rank = np.zeros(price.shape, dtype=np.uint8)
    first = np.argsort(price, axis=1, kind="stable")[:, : int(most.max(initial=0))]
    places = np.arange(1, first.shape[1] + 1)
    np.put_along_axis(rank, first, np.where(places <= most[:, None], places, 0).astype(np.uint8), axis=1)
    return rank


def _nearest(coverage: NDArray[np.int16], taken: NDArray[np.bool_]) -> NDArray[np.int16]:
    """A few of the nearest of each métier, by percentile: stands for what is inferred."""
    price = np.where(taken, np.inf, -coverage.astype(np.float64))
    rank = _ranked(price, np.full(len(price), INFERRED_KEPT)).astype(np.int16)
    return np.where(rank > 0, 1001 - rank, 0).astype(np.int16)


def _communes(rows: int, dice: np.random.Generator) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Latitudes and longitudes [commune, 2] around towns, most of them small; and how many live there."""
    count = max(30, min(34_900, rows // ROWS_A_COMMUNE * 3))
    south, north, west, east, towns = (42.5, 50.5, -1.5, 7.5, 60) if rows >= LARGE else (46.2, 48.2, 3.2, 7.0, 12)
    if rows < LARGE // 10:
        south, north, west, east, towns = 47.0, 47.8, 5.9, 7.1, 4
    centres = np.stack((dice.uniform(south, north, towns), dice.uniform(west, east, towns)), axis=1)
    town = _drawn(dice, 1 / np.arange(1, towns + 1), count)
    around = centres[town] + dice.normal(0, 1, (count, 2)) * (0.16, 0.23)
    spread = np.stack((dice.uniform(south, north, count), dice.uniform(west, east, count)), axis=1)
    rural = dice.random(count) < 0.6
    place = np.where(rural[:, None], spread, around)
    people = dice.pareto(1.1, count) * np.where(rural, 1.0, 3.0) + 1
    return np.rint(place * 1e6).astype(np.int32), np.minimum(people, 200)


def _sectors(tables: Tables, dice: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How often each métier is at risk, and to be filled: domains decline or grow, and few métiers have most posts."""
    _, domain = np.unique(tables.occupations.domain, return_inverse=True)
    decline = dice.random(int(domain.max(initial=0)) + 1)[domain]
    usual = dice.pareto(1.3, len(domain)) + 0.2
    usual = np.minimum(usual, 30)
    return usual * (0.15 + decline), usual * (1.15 - decline)


def _drawn(dice: np.random.Generator, weight: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    return dice.choice(len(weight), count, p=weight / weight.sum())


def _sources(rows: int, place: NDArray[np.int32], occupation: NDArray[np.int64], dice: np.random.Generator) -> Sources:
    today = days(TODAY)
    ends_on = today + dice.integers(0, 365, rows)
    return Sources.of(
        _shuffled("S", rows, dice),
        enterprise=dice.integers(0, max(1, rows // 3), rows),
        occupation=occupation,
        latitude=place[:, 0],
        longitude=place[:, 1],
        radius_m=dice.choice([20_000, 30_000, 40_000, 50_000, 60_000], rows),
        headcount=dice.geometric(1 / 2.6, rows),
        ends_on=np.where(dice.random(rows) < 0.1, 0, ends_on),
        contract=dice.choice([0, 1, 2, 3], rows, p=[0.1, 0.7, 0.15, 0.05]),
        wage=np.where(dice.random(rows) < 0.2, 0, dice.integers(180_000, 330_000, rows)),
        certificates=_bits(dice, rows, 0.3),
        consented=dice.random(rows) < 0.95,
    )


def _openings(
    rows: int, place: NDArray[np.int32], occupation: NDArray[np.int64], dice: np.random.Generator
) -> Openings:
    today = days(TODAY)
    return Openings.of(
        _shuffled("O", rows, dice),
        enterprise=dice.integers(0, max(1, rows // 3), rows),
        occupation=occupation,
        latitude=place[:, 0],
        longitude=place[:, 1],
        places=dice.geometric(1 / 2.0, rows),
        starts_on=np.where(dice.random(rows) < 0.1, 0, today + dice.integers(0, 365, rows)),
        contract=dice.choice([0, 1, 2, 3], rows, p=[0.1, 0.6, 0.2, 0.1]),
        wage=np.where(dice.random(rows) < 0.2, 0, dice.integers(175_000, 320_000, rows)),
        certificates=_bits(dice, rows, 0.02),
        urgent=dice.random(rows) < 0.1,
    )


def _shuffled(letter: str, rows: int, dice: np.random.Generator) -> NDArray[np.str_]:
    """Ids in no order."""
    return np.char.add(letter, np.char.zfill(dice.permutation(rows).astype(np.str_), 7))


def _bits(dice: np.random.Generator, rows: int, share: float) -> NDArray[np.uint64]:
    """Each certificate, held or asked for by this share of the rows."""
    held = dice.random((rows, len(CERTIFICATES))) < share / 2
    bits: NDArray[np.int64] = (held * (1 << np.arange(len(CERTIFICATES)))).sum(axis=1, keepdims=True)
    return bits.astype(np.uint64)
