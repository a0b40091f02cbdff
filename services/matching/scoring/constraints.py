"""What forbids a pair, each refusal by its name and in one order: a pair is counted under the first that applies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from services.matching.scoring.rules import NO_PASSERELLE, WRONG_TRAINING
from services.matching.scoring.sides import Pairs, Run

Flags = NDArray[np.bool_]


class Refusal(StrEnum):
    """In the order in which they are looked at."""

    CONSENT = "consent"
    """The source did not agree."""
    ENTERPRISE = "same_enterprise"
    PASSERELLE = "passerelle"
    """None of an admitted kind leads from one métier to the other."""
    TRAINING = "training"
    """The passerelle needs more or less training than the dispositif pays."""
    DISTANCE = "distance"
    DATES = "dates"
    """Too late for the opening once trained, or too long without a post."""
    CERTIFICATE = "certificate"
    """Asked for, neither held nor given by the passerelle's training."""
    WAGE = "wage"
    CONTRACT = "contract"
    TERRITORY = "territory"
    SCORE = "score"
    """Under the least score asked for."""


def no_consent(run: Run, pairs: Pairs) -> Flags:
    return ~run.sources.columns.consented[pairs.source]


def same_enterprise(run: Run, pairs: Pairs) -> Flags:
    """An unknown enterprise is never the same as another."""
    here = run.sources.columns.enterprise[pairs.source]
    same: Flags = (here == run.openings.columns.enterprise[pairs.opening]) & (here >= 0)
    return same


def no_passerelle(run: Run, pairs: Pairs) -> Flags:
    none: Flags = run.rules.verdict[pairs.cell] == NO_PASSERELLE
    return none


def wrong_training(run: Run, pairs: Pairs) -> Flags:
    wrong: Flags = run.rules.verdict[pairs.cell] == WRONG_TRAINING
    return wrong


def too_far(run: Run, pairs: Pairs) -> Flags:
    """A place that nobody said is never too far."""
    far: Flags = pairs.chord > run.sources.reach[pairs.source]
    return far


def waits(run: Run, pairs: Pairs) -> NDArray[np.int32]:
    """Days from the day the source is ready, freed and trained, to the opening's; negative when it is late.

    Training may be followed while the post lasts, from today on: the later of both ends counts.
    """
    trained = run.rules.days[pairs.cell] + np.int32(run.rules.terms.today)
    ready = np.maximum(trained, run.sources.columns.ends_on[pairs.source])
    wait: NDArray[np.int32] = run.openings.columns.starts_on[pairs.opening] - ready
    return wait


def wrong_dates(run: Run, pairs: Pairs) -> Flags:
    """Only by what is known: without an end, the training alone decides; without a start, nothing does."""
    terms, wait = run.rules.terms, waits(run, pairs)
    idle = (wait > terms.idle_days) & (run.sources.columns.ends_on[pairs.source] > 0)
    wrong: Flags = ((wait < -terms.late_days) | idle) & (run.openings.columns.starts_on[pairs.opening] > 0)
    return wrong


def no_certificate(run: Run, pairs: Pairs) -> Flags:
    """What the opening names must be held or given by the training.

    A regulated métier whose opening names nothing takes those of that métier, and those whose training qualifies.
    """
    if not run.openings.demanding:
        return np.zeros(len(pairs), dtype=np.bool_)
    asked = run.openings.columns.certificates[pairs.opening]
    lacking = (asked & ~run.sources.columns.certificates[pairs.source]).any(axis=1)
    lacking |= run.openings.unnamed[pairs.opening]
    at = np.flatnonzero(lacking)
    lacking[at] = ~_qualified(run, Pairs(*(column[at] for column in vars(pairs).values())))
    return lacking


def _qualified(run: Run, pairs: Pairs) -> Flags:
    """Whether what is held and the training together are enough."""
    entry = run.rules.terms.passerelles.entry.ravel()[pairs.cell]
    held = run.sources.columns.certificates[pairs.source] | run.rules.granted[entry]
    asked = run.openings.columns.certificates[pairs.opening]
    same_job = run.sources.occupation[pairs.source] == run.openings.occupation[pairs.opening]
    known = ~run.openings.unnamed[pairs.opening] | same_job | run.rules.qualifying[entry]
    enough: Flags = known & ~(asked & ~held).any(axis=1)
    return enough


def low_wage(run: Run, pairs: Pairs) -> Flags:
    """Under what the dispositif protects; never when one of both wages is unknown."""
    offered = run.openings.columns.wage[pairs.opening]
    low: Flags = (offered < run.sources.wage_floor[pairs.source]) & (offered > 0)
    return low


def barred_contract(run: Run, pairs: Pairs) -> Flags:
    return run.openings.barred[pairs.opening]


def other_territory(run: Run, pairs: Pairs) -> Flags:
    if run.rules.terms.crosses_territories:
        return np.zeros(len(pairs), dtype=np.bool_)
    here, there = run.sources.columns.territory, run.openings.columns.territory
    other: Flags = here[pairs.source] != there[pairs.opening]
    return other


Test = Callable[[Run, Pairs], Flags]
TESTS: Mapping[Refusal, Test] = {
    Refusal.CONSENT: no_consent,
    Refusal.ENTERPRISE: same_enterprise,
    Refusal.PASSERELLE: no_passerelle,
    Refusal.TRAINING: wrong_training,
    Refusal.DISTANCE: too_far,
    Refusal.DATES: wrong_dates,
    Refusal.CERTIFICATE: no_certificate,
    Refusal.WAGE: low_wage,
    Refusal.CONTRACT: barred_contract,
    Refusal.TERRITORY: other_territory,
}
"""All that does not hang on the score, in the order of `Refusal`."""
LATE = tuple((refusal, TESTS[refusal]) for refusal in list(TESTS)[list(TESTS).index(Refusal.DATES) :])
"""Those looked at pair by pair; the others are counted without looking at each pair."""


def obstacles(run: Run, pairs: Pairs) -> NDArray[np.bool_]:
    """Flags [constraint of `TESTS`, pair]: everything that forbids each pair, not only the first."""
    return np.stack([test(run, pairs) for test in TESTS.values()])
