"""Both sides prepared for matching: places on the sphere, the order in which pairs are looked for, counts by group."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.matching.reference.communes import NOWHERE
from services.matching.scoring.columns import Columns, Openings, Sources
from services.matching.scoring.contracts import Contract
from services.matching.scoring.distances import on_sphere, reaches
from services.matching.scoring.rules import Rules
from shared.errors import Invalid

Rows = NDArray[np.intp]


class Groups(NamedTuple):
    """How many rows each enterprise has in each métier, by enterprise, then by métier; the unknown enterprise apart."""

    enterprise: NDArray[np.int64]
    occupation: NDArray[np.int64]
    rows: NDArray[np.int64]


class _Side:
    """What both sides have in common."""

    def __init__(self, columns: Columns, rules: Rules, counted: NDArray[np.bool_]) -> None:
        if len(columns) and columns.occupation.max() >= len(rules):
            raise Invalid("Un métier n'est pas de cette version du référentiel.")
        self.common, self.counted = columns, counted
        self.nowhere = columns.latitude == NOWHERE
        latitude, longitude = (np.where(self.nowhere, 0, one) for one in (columns.latitude, columns.longitude))
        self.place = on_sphere(latitude, longitude)
        self.occupation = columns.occupation.astype(np.intp)
        self.by_occupation = np.bincount(self.occupation[counted], minlength=len(rules))

    @cached_property
    def anywhere(self) -> bool:
        """Whether some row has no known place."""
        return bool(self.nowhere.any())

    @cached_property
    def groups(self) -> Groups:
        """Of the rows that count."""
        known = self.counted & (self.common.enterprise >= 0)
        key = (self.common.enterprise[known].astype(np.int64) << 16) | self.common.occupation[known]
        keys, rows = np.unique(key, return_counts=True)
        return Groups(keys >> 16, keys & 0xFFFF, rows.astype(np.int64))


class SourceSide(_Side):
    """Sources under some rules: prepared once, met by any openings."""

    def __init__(self, columns: Sources, rules: Rules) -> None:
        super().__init__(columns, rules, columns.consented)
        self.columns = columns
        self.reach = reaches(columns.radius_m, rules.terms.detour)
        self.wage_floor = -(-columns.wage.astype(np.int64) * rules.terms.wage_floor // 1000)
        """Cents a month under which an opening is refused; 0 for an unknown wage."""
        agreed = np.flatnonzero(columns.consented)
        self.order: Rows = agreed[np.lexsort((columns.latitude[agreed], columns.occupation[agreed]))]
        """The rows that agreed, by métier, then from south to north, those without a place first."""
        self.starts = np.concatenate(([0], np.cumsum(self.by_occupation)))
        """Where each métier begins in `order`."""


class OpeningSide(_Side):
    """Openings under some rules."""

    def __init__(self, columns: Openings, rules: Rules) -> None:
        super().__init__(columns, rules, np.ones(len(columns), dtype=np.bool_))
        self.columns = columns
        self.order: Rows = np.argsort(columns.latitude, kind="stable")
        """From south to north, those without a place first."""
        asked = columns.certificates.any(axis=1)
        self.unnamed = rules.tables.occupations.regulated[columns.occupation] & ~asked
        """A regulated métier of which the opening does not say which certificate it asks for."""
        self.demanding = bool(asked.any() or self.unnamed.any())
        barred = np.ones(256, dtype=np.bool_)
        barred[[Contract.UNKNOWN, *rules.terms.contracts]] = False
        self.barred = barred[columns.contract]
        """The dispositif may not lead to such a contract."""

    @cached_property
    def ranks(self) -> list[NDArray[np.int32]]:
        """Of each métier, the places of its openings in `order`."""
        grouped = np.argsort(self.occupation[self.order], kind="stable").astype(np.int32)
        return np.split(grouped, np.cumsum(self.by_occupation)[:-1])


@dataclass(frozen=True, eq=False)
class Run:
    """Two sides under one set of rules; raises Invalid when they name certificates differently."""

    sources: SourceSide
    openings: OpeningSide
    rules: Rules

    def __post_init__(self) -> None:
        words = {side.common.certificates.shape[1] for side in (self.sources, self.openings)}
        if words != {self.rules.granted.shape[1]}:
            raise Invalid("Les certificats des deux côtés ne sont pas ceux que nomment les conditions.")


def run_of(sources: Sources, openings: Openings, rules: Rules) -> Run:
    return Run(SourceSide(sources, rules), OpeningSide(openings, rules), rules)


@dataclass(frozen=True, eq=False)
class Pairs:
    """Some pairs, as columns of one length."""

    source: Rows
    opening: Rows
    chord: NDArray[np.int64]
    """Squared, in cm²; -1 where a place is unknown."""
    cell: Rows
    """The pair of métiers, as the rules number it."""

    def __len__(self) -> int:
        return len(self.source)

    def where(self, kept: NDArray[np.bool_]) -> Pairs:
        return Pairs(self.source[kept], self.opening[kept], self.chord[kept], self.cell[kept])


def pairs_of(run: Run, sources: Rows | NDArray[np.int32], openings: Rows | NDArray[np.int32]) -> Pairs:
    """Any pairs by their positions, measured."""
    source, opening = sources.astype(np.intp, copy=False), openings.astype(np.intp, copy=False)
    here, there = run.sources, run.openings
    apart = np.take(here.place, source, axis=0)
    apart -= np.take(there.place, opening, axis=0)
    chord = np.einsum("ik,ik->i", apart, apart)
    if here.anywhere or there.anywhere:
        chord[here.nowhere[source] | there.nowhere[opening]] = -1
    return Pairs(source, opening, chord, here.occupation[source] * len(run.rules) + there.occupation[opening])
