"""Under which terms a territory matches at a date: the passerelles it admits, and what a dispositif allows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from services.matching.reference.dispositifs.dispositif import Dispositif
from services.matching.scoring.contracts import CODES, Contract
from services.matching.scoring.passerelles import PasserelleTable
from shared.errors import Invalid

EPOCH = date(1970, 1, 1)
WHOLE_WAGE = 1_000


@dataclass(frozen=True, eq=False)
class Terms:
    """Raises Invalid for bounds that contradict each other."""

    passerelles: PasserelleTable
    today: int
    """Days since 1970-01-01: training cannot begin before."""
    least_hours: int = 0
    """Of training: less is not what the dispositif is for."""
    most_hours: int = 2_100
    """Of training: what the dispositif pays at most; where the points of training reach 0."""
    gap_hours: int = 450
    """What somebody who holds none of a métier's skills is taken to need, when no training is named."""
    hours_a_week: int = 35
    late_days: int = 30
    """How long an opening waits for somebody."""
    idle_days: int = 180
    """How long somebody waits for an opening, from the end of the post."""
    plateau_days: int = 30
    """Waiting so long costs no point."""
    far_m: int = 60_000
    """Where the points of distance reach 0, in metres by road."""
    detour: int = 1_300
    """Metres by road for 1,000 metres as the crow flies."""
    wage_floor: int = 0
    """Thousandths of the wage that the dispositif protects; 0 when it protects none."""
    contracts: frozenset[Contract] = frozenset(Contract)
    """What the dispositif may lead to; an unknown contract is never refused."""
    crosses_territories: bool = False
    certificates: tuple[str, ...] = ()
    """The names behind the bits of the columns."""
    least_score: int = 0

    def __post_init__(self) -> None:
        positive = (self.most_hours, self.hours_a_week, self.late_days, self.far_m, self.detour)
        if min(positive) < 1 or not 0 <= self.plateau_days < self.idle_days or self.least_hours > self.most_hours:
            raise Invalid("Ces conditions de rapprochement se contredisent.")


def days(on: date) -> int:
    """Since 1970-01-01, as the columns count."""
    return (on - EPOCH).days


def terms_under(dispositif: Dispositif, passerelles: PasserelleTable, on: date) -> Terms:
    """What a dispositif allows that day: its hours, its contracts, and no loss of wage where it protects the wage.

    Raises Invalid when its rules are not in force that day.
    """
    if not dispositif.valid_on(on):
        raise Invalid(f"{dispositif.name} : ces règles ne sont pas en vigueur le {on:%d/%m/%Y}.")
    usual = Terms(passerelles, days(on))
    return replace(
        usual,
        least_hours=dispositif.least_hours or 0,
        most_hours=dispositif.most_hours or usual.most_hours,
        contracts=frozenset(CODES[code] for code in dispositif.contracts) or usual.contracts,
        wage_floor=WHOLE_WAGE if dispositif.protects_wage else 0,
    )
