"""The passerelles of a territory at a date: one kind, its points and its hours for each pair of métiers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from services.matching.reference.passerelles import Declared
from services.matching.reference.tables import Tables


class Kind(IntEnum):
    """Where a passerelle comes from. A pair has one kind, whose points and hours are its own: kinds never mix."""

    NONE = 0
    SAME = 1
    """The same métier."""
    OFFICIAL = 2
    """In the ROME's table, in that direction."""
    DECLARED = 3
    """By a territory or a branch."""
    INFERRED = 4
    """From the skills of both métiers: never more than a suggestion."""


EVERY_KIND = frozenset(Kind) - {Kind.NONE}
UNKNOWN_HOURS = -1
SAME_JOB = 1_000
FIRST_RANK, A_RANK, LAST_RANK = 900, 25, 400
"""Points of the first official passerelle of a métier, what each rank takes off, and the least of them.

The resemblance of skills falls by two thirds from the first rank to the tenth.
"""
INFERRED = 600
"""Points of an inferred passerelle at the hundredth percentile: below the official ones of the ten first ranks or so."""


@dataclass(frozen=True, eq=False)
class PasserelleTable:
    """All pairs [source, target] of métiers."""

    kind: NDArray[np.uint8]
    points: NDArray[np.int16]
    hours: NDArray[np.int16]
    """Of training; -1 when no training is named."""
    entry: NDArray[np.int16]
    """Which of `declared` holds, counted from 1; 0 where the kind is another."""
    declared: tuple[Declared, ...] = ()


def passerelle_table(
    tables: Tables, declared: Iterable[Declared], on: date, kinds: frozenset[Kind] = EVERY_KIND
) -> PasserelleTable:
    """What holds on that day, of the kinds admitted.

    Where a pair has several, the same métier stands before what a territory declared, with its training and its
    certificate; that before the official table, and that before what is inferred.
    """
    shape = tables.coverage.shape
    table = PasserelleTable(
        kind=np.zeros(shape, dtype=np.uint8),
        points=np.zeros(shape, dtype=np.int16),
        hours=np.full(shape, UNKNOWN_HOURS, dtype=np.int16),
        entry=np.zeros(shape, dtype=np.int16),
        declared=_holding(tables, declared, on) if Kind.DECLARED in kinds else (),
    )
    if Kind.INFERRED in kinds:
        _write_inferred(table, tables)
    if Kind.OFFICIAL in kinds:
        _write_official(table, tables)
    _write_declared(table, tables)
    if Kind.SAME in kinds:
        _write_same(table)
    return table


def _holding(tables: Tables, declared: Iterable[Declared], on: date) -> tuple[Declared, ...]:
    """Those of that day between two known métiers, the best of each pair last."""
    known = tables.occupations.find
    valid = [
        one for one in declared if one.holds_on(on) and known(one.origin) is not None and known(one.target) is not None
    ]
    return tuple(sorted(valid, key=_preference))


def _preference(one: Declared) -> tuple[str, str, int, int, date, str, str]:
    """The higher grade, then the shorter training, then the later declaration."""
    return one.origin, one.target, one.grade, -one.hours, one.declared_on, one.author, one.certification


def _write_inferred(table: PasserelleTable, tables: Tables) -> None:
    at = np.nonzero(tables.inferred)
    table.kind[at] = Kind.INFERRED
    table.points[at] = tables.inferred[at].astype(np.int32) * INFERRED // 1000


def _write_official(table: PasserelleTable, tables: Tables) -> None:
    at = np.nonzero(tables.official_rank)
    table.kind[at] = Kind.OFFICIAL
    rank = tables.official_rank[at].astype(np.int32)
    table.points[at] = np.maximum(LAST_RANK, FIRST_RANK - A_RANK * (rank - 1))


def _write_declared(table: PasserelleTable, tables: Tables) -> None:
    for entry, one in enumerate(table.declared, start=1):
        at = tables.occupations.find(one.origin), tables.occupations.find(one.target)
        table.kind[at], table.points[at] = Kind.DECLARED, one.grade
        table.hours[at], table.entry[at] = one.hours, entry


def _write_same(table: PasserelleTable) -> None:
    for column, value in ((table.kind, Kind.SAME), (table.points, SAME_JOB), (table.hours, 0), (table.entry, 0)):
        np.fill_diagonal(column, value)
