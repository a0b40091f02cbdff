"""What a pair of métiers is worth and needs under some terms, worked out once for all the people concerned."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from services.matching.reference.tables import Tables
from services.matching.scoring.certificates import Bits, masks
from services.matching.scoring.contracts import transitions
from services.matching.scoring.passerelles import SAME_JOB, UNKNOWN_HOURS, Kind
from services.matching.scoring.terms import Terms
from services.matching.scoring.weights import WHOLE, Weights

NO_PASSERELLE, FITS, WRONG_TRAINING = 0, 1, 2
DAYS_A_WEEK = 7
_MOST = np.iinfo(np.int16).max

Number = TypeVar("Number", bound=np.generic)
Cells = NDArray[np.intp]
"""Pairs of métiers as one number: the source's position times the number of métiers, plus the target's."""


class Leads(NamedTuple):
    """Pairs of métiers as two columns."""

    source: Cells
    target: Cells


@dataclass(frozen=True, eq=False)
class Rules:
    """Terms and weights applied to the reference; arrays of pairs are flat, by cell."""

    tables: Tables
    weights: Weights
    terms: Terms
    verdict: NDArray[np.uint8]
    """FITS, NO_PASSERELLE, or WRONG_TRAINING: longer or shorter than the dispositif pays."""
    hours: NDArray[np.int16]
    days: NDArray[np.int16]
    """What the training takes, in days of the calendar."""
    worth: NDArray[np.int32]
    """The weighted points of passerelle, skills and training: thousandths of a point."""
    fitting: Leads
    wrongly_trained: Leads

    def __len__(self) -> int:
        return len(self.tables.occupations)

    @cached_property
    def fits(self) -> NDArray[np.bool_]:
        """Flags [source, target]: a passerelle is admitted, with its training."""
        fits: NDArray[np.bool_] = self.verdict == FITS
        return fits.reshape(len(self), len(self))

    @cached_property
    def timing(self) -> NDArray[np.int32]:
        """Points by days between readiness and start, from `late_days` early on; see `waits`."""
        terms = self.terms
        wait = np.arange(-terms.late_days, terms.idle_days + 1, dtype=np.int32)
        late = WHOLE * (terms.late_days + wait) // terms.late_days
        idle = WHOLE * (terms.idle_days - wait) // (terms.idle_days - terms.plateau_days)
        return np.minimum(WHOLE, np.minimum(late, idle)).astype(np.int32)

    @cached_property
    def contracts(self) -> NDArray[np.int32]:
        """Points [contract at risk, contract to fill]."""
        return transitions()

    @cached_property
    def granted(self) -> Bits:
        """Bits [entry of the passerelles, word] of the certificate that its training gives."""
        names = self.terms.certificates
        declared = [one.certification for one in self.terms.passerelles.declared]
        return masks([(), *([name] if name and name in names else [] for name in declared)], names)

    @cached_property
    def qualifying(self) -> NDArray[np.bool_]:
        """By entry of the passerelles, whether its training gives a certificate at all."""
        declared = self.terms.passerelles.declared
        return np.array([False, *(bool(one.certification) for one in declared)])


def rules_of(tables: Tables, weights: Weights, terms: Terms) -> Rules:
    """Raises nothing: what does not fit is refused pair by pair."""
    kind = terms.passerelles.kind.ravel()
    cells = np.flatnonzero(kind)
    points = occupational(tables, terms, cells)
    hours = needed_hours(tables, terms, cells)
    good = (terms.least_hours <= hours) & (hours <= terms.most_hours)
    days = -(-hours * DAYS_A_WEEK // terms.hours_a_week)
    weighed = points @ np.asarray(weights.vector[: points.shape[1]], dtype=np.int32)
    return Rules(
        tables=tables,
        weights=weights,
        terms=terms,
        verdict=_spread(kind.size, cells, np.where(good, FITS, WRONG_TRAINING).astype(np.uint8)),
        hours=_spread(kind.size, cells, np.minimum(hours, _MOST).astype(np.int16)),
        days=_spread(kind.size, cells, np.minimum(days, _MOST).astype(np.int16)),
        worth=_spread(kind.size, cells, weighed.astype(np.int32)),
        fitting=Leads(*np.divmod(cells[good], len(tables.occupations))),
        wrongly_trained=Leads(*np.divmod(cells[~good], len(tables.occupations))),
    )


def occupational(tables: Tables, terms: Terms, cells: Cells) -> NDArray[np.int32]:
    """Points [cell, 3] of passerelle, skills and training."""
    hours = np.minimum(needed_hours(tables, terms, cells), terms.most_hours)
    training = WHOLE * (terms.most_hours - hours) // terms.most_hours
    passerelle = terms.passerelles.points.ravel()[cells]
    return np.stack((passerelle, _skills(tables, terms, cells), training), axis=1).astype(np.int32)


def needed_hours(tables: Tables, terms: Terms, cells: Cells) -> NDArray[np.int32]:
    """Of training: those of the passerelle; without them, in proportion of the skills that are missing."""
    named = terms.passerelles.hours.ravel()[cells].astype(np.int32)
    missing = WHOLE - _skills(tables, terms, cells)
    estimated = (missing * terms.gap_hours + WHOLE // 2) // WHOLE
    return np.where(named == UNKNOWN_HOURS, estimated, named)


def _skills(tables: Tables, terms: Terms, cells: Cells) -> NDArray[np.int32]:
    """The same métier has them all, even one whose items nobody listed."""
    same = terms.passerelles.kind.ravel()[cells] == Kind.SAME
    return np.where(same, SAME_JOB, tables.coverage.ravel()[cells].astype(np.int32))


def _spread(size: int, cells: Cells, values: NDArray[Number]) -> NDArray[Number]:
    whole = np.zeros(size, dtype=values.dtype)
    whole[cells] = values
    return whole
