"""Two sides small enough to be read, and random ones small enough for a double loop."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import numpy as np

from benchmarks.matching_territory import CERTIFICATES, occupations, territory
from services.matching.reference.communes import NOWHERE
from services.matching.reference.passerelles import Declared
from services.matching.reference.tables import Tables
from services.matching.scoring.columns import Openings, Sources
from services.matching.scoring.passerelles import passerelle_table
from services.matching.scoring.rules import Rules, rules_of
from services.matching.scoring.sides import Run, run_of
from services.matching.scoring.terms import Terms, days
from services.matching.scoring.weights import DEFAULT

ON = date(2026, 6, 1)
BELFORT, MONTBELIARD, NANCY = (47_637_900, 6_862_800), (47_510_000, 6_798_000), (48_692_000, 6_184_000)


@cache
def tables(seed: int = 3) -> Tables:
    """Two dozen invented métiers."""
    return occupations(24, seed)


def blank(count: int = 4, **pairs: list[tuple[int, int, int]]) -> Tables:
    """Métiers that share nothing and lead nowhere, but for the pairs given by table: (source, target, value)."""
    made = tables()
    changed: dict[str, Any] = {}
    for name in ("coverage", "official_rank", "inferred"):
        table = np.zeros_like(getattr(made, name))
        for source, target, value in pairs.get(name, []):
            table[source, target] = value
        changed[name] = table
    regulated = np.isin(np.arange(len(made.occupations)), [job for job, _, _ in pairs.get("regulated", [])])
    return replace(made, occupations=replace(made.occupations, regulated=regulated), **changed)


def declared(reference: Tables, origin: int, target: int, **changes: Any) -> Declared:
    """A territory's passerelle between two métiers, by their positions."""
    codes = reference.occupations.codes.tolist()
    usual = Declared(
        origin=codes[origin],
        target=codes[target],
        author="Branche",
        declared_on=date(2026, 1, 1),
        training="Titre professionnel",
        hours=300,
        certification="",
        grade=800,
        valid_from=date(2026, 1, 1),
        valid_to=None,
    )
    return usual._replace(**changes)


def rules(reference: Tables, *passerelles: Declared, **changes: Any) -> Rules:
    """The usual terms, changed."""
    table = passerelle_table(reference, passerelles, ON)
    return rules_of(reference, DEFAULT, replace(Terms(table, days(ON)), **changes))


def row(name: str, place: tuple[int, int] | None = BELFORT, **changes: Any) -> dict[str, Any]:
    """A row that no constraint refuses by itself; without a place, one that is nowhere."""
    latitude, longitude = place or (NOWHERE, NOWHERE)
    return {"ids": name, "occupation": 0, "latitude": latitude, "longitude": longitude, **changes}


def met(reference: Rules, source: dict[str, Any], opening: dict[str, Any]) -> Run:
    """One source and one opening."""
    names = reference.terms.certificates
    sources = Sources.from_rows([{"consented": True, **source}], names)
    return run_of(sources, Openings.from_rows([opening], names), reference)


def instance(seed: int, rows: int = 60, **changes: Any) -> Run:
    """A random run in which each refusal has its share: tight terms, several territories, some rows without a place."""
    dice = np.random.default_rng(seed)
    made = territory(rows, tables(seed % 5), seed)
    reference = made.tables
    passerelles = [
        declared(reference, seed % 7, 9, certification=CERTIFICATES[0], hours=200),
        declared(reference, 3, 10 + seed % 5, certification="un autre"),
    ]
    tight: dict[str, Any] = {
        "most_hours": 380,
        "least_hours": 20 * (seed % 2),
        "wage_floor": 900,
        "contracts": frozenset({1, 2}),
        "certificates": CERTIFICATES,
        "least_score": 400,
    }
    return run_of(
        lost(made.sources, dice), lost(made.openings, dice), rules(reference, *passerelles, **{**tight, **changes})
    )


def lost(side: Any, dice: np.random.Generator) -> Any:
    """A tenth of the rows without a place, and rows of three territories."""
    nowhere = dice.random(len(side)) < 0.1
    return replace(
        side,
        latitude=np.where(nowhere, NOWHERE, side.latitude).astype(np.int32),
        territory=(dice.random(len(side)) < 0.1).astype(np.int16),
        certificates=np.where(dice.random((len(side), 1)) < 0.5, side.certificates, np.uint64(0)),
    )
