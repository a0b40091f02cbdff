"""« Prochaines entreprises à visiter »: the targets that are free, the best first, with the reasons and their points."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import date, datetime

from services.visits.programmes.months import months_between
from services.visits.programmes.surroundings import Signal
from services.visits.programmes.target import Target
from services.visits.register.enterprise import SIZE_BANDS
from services.visits.register.folding import fold
from shared.settings import VisitSettings
from shared.web.formats import day

SIZE_STEPS = (1, 10, 50, 200)
"""Least employees of each quarter of the size's points."""
REASONS: Mapping[str, str] = {
    "never_visited": "Jamais visitée",
    "long_ago": "Visitée il y a longtemps",
    "alerted_sector": "Secteur en alerte",
    "size": "Effectif",
    "nearby": "Près du trajet du jour",
}


@dataclass(frozen=True)
class Situation:
    """What the ranking looks at besides the targets."""

    today: date
    signals: Mapping[str, Signal] = field(default_factory=dict)
    """By NAF division."""
    places: Set[str] = frozenset()
    """Where the capteur goes today: INSEE codes, and names of communes, folded."""


@dataclass(frozen=True)
class Reason:
    """Why an enterprise stands where it stands; what weighs nothing is no reason."""

    code: str
    text: str
    points: int
    most: int
    """The points that this reason can bring at most."""


@dataclass(frozen=True)
class Ranked:
    """A target with its score, which is the sum of its reasons."""

    rank: int
    target: Target
    reasons: tuple[Reason, ...]

    @property
    def score(self) -> int:
        return sum(reason.points for reason in self.reasons)


def rank(targets: Iterable[Target], situation: Situation, weights: VisitSettings, now: datetime) -> list[Ranked]:
    """The free targets in order of points; ties by name, then by id, so that two readers see the same list."""
    free = [target for target in targets if target.state_at(now) == "pending"]
    judged = [(reasons_for(target, situation, weights), target) for target in free]
    judged.sort(key=lambda pair: (-sum(reason.points for reason in pair[0]), *_order(pair[1])))
    return [Ranked(place, target, reasons) for place, (reasons, target) in enumerate(judged, start=1)]


def reasons_for(target: Target, situation: Situation, weights: VisitSettings) -> tuple[Reason, ...]:
    """What speaks for an enterprise, the heaviest first."""
    reasons = (reason for reason in _reasons(target, situation, weights) if reason.points)
    return tuple(sorted(reasons, key=lambda reason: -reason.points))


def table_of_weights(weights: VisitSettings) -> tuple[tuple[str, int, str], ...]:
    """Each reason, its points at most and how they are counted: what the page shows of the rule."""
    return (
        (REASONS["never_visited"], weights.never_visited_points, "Aucune visite connue de Vigie."),
        (
            REASONS["long_ago"],
            weights.long_ago_points,
            f"Tous les points à partir de {weights.long_ago_months} mois sans visite, en proportion avant.",
        ),
        (
            REASONS["alerted_sector"],
            weights.alerted_sector_points,
            f"Un recrutement urgent dans la même division NAF depuis {weights.alerted_sector_days} jours.",
        ),
        (
            REASONS["size"],
            weights.size_points,
            "Tous les points à partir de 200 salariés, trois quarts à partir de 50, la moitié à partir de 10, "
            "un quart à partir d’un salarié.",
        ),
        (REASONS["nearby"], weights.nearby_points, "Une commune où vous avez une visite aujourd’hui."),
    )


def _reasons(target: Target, situation: Situation, weights: VisitSettings) -> Iterator[Reason]:
    if target.last_visited_on is None:
        yield _reason(
            "never_visited", "Aucune visite connue", weights.never_visited_points, weights.never_visited_points
        )
    else:
        yield _long_ago(target.last_visited_on, situation.today, weights)
    yield _alerted(target.naf or "", situation, weights)
    yield _size(target.size_band, weights.size_points)
    if target.insee in situation.places or fold(target.commune) in situation.places:
        text = f"Vous avez une visite à {target.commune} aujourd’hui"
        yield _reason("nearby", text, weights.nearby_points, weights.nearby_points)


def _long_ago(last: date, today: date, weights: VisitSettings) -> Reason:
    months = months_between(last, today)
    points = weights.long_ago_points * min(months, weights.long_ago_months) // weights.long_ago_months
    return _reason("long_ago", f"Dernière visite il y a {months} mois", points, weights.long_ago_points)


def _alerted(naf: str, situation: Situation, weights: VisitSettings) -> Reason:
    division = naf[:2]
    signal = situation.signals.get(division) if division else None
    recent = signal is not None and 0 <= (situation.today - signal.last_alert_on).days <= weights.alerted_sector_days
    text = f"Recrutement urgent dans la division {division} le {day(signal.last_alert_on)}" if signal else ""
    points = weights.alerted_sector_points if recent else 0
    return _reason("alerted_sector", text, points, weights.alerted_sector_points)


def _size(code: str, most: int) -> Reason:
    band = SIZE_BANDS.get(code) or SIZE_BANDS["NN"]
    quarters = sum(band.least >= step for step in SIZE_STEPS)
    return _reason("size", band.label, most * quarters // len(SIZE_STEPS), most)


def _reason(code: str, text: str, points: int, most: int) -> Reason:
    return Reason(code, text, points, most)


def _order(target: Target) -> tuple[str, str]:
    return fold(target.name), target.enterprise_id
