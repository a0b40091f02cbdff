"""Why a row found nothing: what stood in the way of each counterpart, and the smallest change that would open one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.matching.scoring.constraints import TESTS, Refusal, obstacles, waits
from services.matching.scoring.distances import metres
from services.matching.scoring.sides import Run, pairs_of
from shared.web.formats import number, plural

LABELS: Mapping[Refusal, str] = {
    Refusal.CONSENT: "sans accord",
    Refusal.ENTERPRISE: "de la même entreprise",
    Refusal.PASSERELLE: "sans passerelle",
    Refusal.TRAINING: "de formation hors des durées admises",
    Refusal.DISTANCE: "trop loin",
    Refusal.DATES: "à des dates incompatibles",
    Refusal.CERTIFICATE: "qui demandent un titre",
    Refusal.WAGE: "moins payées que ce que la loi protège",
    Refusal.CONTRACT: "d’un contrat que le dispositif n’admet pas",
    Refusal.TERRITORY: "d’un autre territoire",
    Refusal.SCORE: "sous le nombre de points demandé",
}
STEP_KM = 5
"""Distances are proposed in such steps: nobody widens a search by 300 metres."""
_ORDER = tuple(TESTS)


@dataclass(frozen=True)
class Unmatched:
    """A job at risk without any admissible opening."""

    counts: Mapping[Refusal, int]
    """Openings by the first thing that stands in the way, in the order of the constraints."""
    unlock: str | None
    """The smallest change that would open one; None when no single change would."""


def unmatched(run: Run, source: int) -> Unmatched:
    """Looks at every opening for one row: some hundreds a second of rows, so asked for the rows that people read."""
    openings = np.arange(len(run.openings.columns))
    pairs = pairs_of(run, np.full(len(openings), source), openings)
    walls = obstacles(run, pairs)
    first = np.argmax(walls, axis=0)
    found = walls.any(axis=0)
    counts = {refusal: int(np.count_nonzero(found & (first == at))) for at, refusal in enumerate(_ORDER)}
    alone = walls.sum(axis=0) == 1
    return Unmatched({name: count for name, count in counts.items() if count}, _unlock(run, source, walls, alone))


def told(found: Unmatched) -> str:
    """One sentence: how many openings, and what keeps each out."""
    total = sum(found.counts.values())
    if not total:
        return "Aucun emploi à pourvoir n’est déclaré."
    parts = ", ".join(f"{number(count)} {LABELS[refusal]}" for refusal, count in found.counts.items())
    return f"{plural(total, 'emploi')} à pourvoir {'examiné' if total == 1 else 'examinés'} : {parts}."


def _unlock(run: Run, source: int, walls: NDArray[np.bool_], alone: NDArray[np.bool_]) -> str | None:
    """Distance first, then dates: what people can change themselves; then a title to obtain."""
    for refusal, words in ((Refusal.DISTANCE, _further), (Refusal.DATES, _sooner), (Refusal.CERTIFICATE, _titled)):
        openings = np.flatnonzero(alone & walls[_ORDER.index(refusal)])
        if len(openings):
            return words(run, source, openings)
    return None


def _further(run: Run, source: int, openings: NDArray[np.intp]) -> str:
    pairs = pairs_of(run, np.full(len(openings), source), openings)
    nearest = int(metres(pairs.chord, run.rules.terms.detour).min())
    radius = -(-nearest // (STEP_KM * 1000)) * STEP_KM
    now = int(run.sources.columns.radius_m[source]) // 1000
    reached = int(np.count_nonzero(metres(pairs.chord, run.rules.terms.detour) <= radius * 1000))
    return f"En acceptant {radius} km au lieu de {now}, {plural(reached, 'emploi')} de plus."


def _sooner(run: Run, source: int, openings: NDArray[np.intp]) -> str:
    wait = waits(run, pairs_of(run, np.full(len(openings), source), openings))
    terms = run.rules.terms
    late, idle = -wait - terms.late_days, wait - terms.idle_days
    days = int(np.minimum(np.where(late > 0, late, idle), np.where(idle > 0, idle, late)).min())
    return f"En rapprochant les dates de {plural(max(1, days), 'jour')}, un emploi de plus."


def _titled(_run: Run, _source: int, openings: NDArray[np.intp]) -> str:
    return f"Avec le titre demandé, {plural(len(openings), 'emploi')} de plus."
