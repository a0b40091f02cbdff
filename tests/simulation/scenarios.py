"""What may happen to an alert: each scenario draws its hours and its people from the seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from random import Random

from shared.address_book import Directory, Partner
from tests.simulation.machine import HOUR, MINUTE, SECOND
from tests.simulation.people import Act
from tests.simulation.territory import PEOPLE, TUESDAY, directory, partner

OFFER = {"reference": "048KLTP", "contact": "Mme Test, 03 84 00 00 00"}
OTHER_OFFER = {"reference": "051MNRS", "contact": "M. Essai, 03 84 11 11 11"}
BY_MAIL = {"channel": "mail"}
BEGINNINGS = (
    TUESDAY,
    datetime(2026, 6, 5, 14, 30, tzinfo=UTC),  # a Friday afternoon
    datetime(2026, 6, 10, 20, 15, tzinfo=UTC),  # a Wednesday night
    datetime(2026, 10, 23, 16, 0, tzinfo=UTC),  # the eve of the night that has an hour more
    datetime(2026, 12, 24, 10, 0, tzinfo=UTC),
)


@dataclass(frozen=True)
class Scenario:
    """Alerts by number, each with the instant of its report and what people do about it."""

    alerts: Mapping[int, tuple[int, tuple[Act, ...]]]
    book: Directory
    begins: datetime = TUESDAY
    heals_at: int = 0
    """From then on nothing fails any more; the last act at the soonest."""

    @property
    def last(self) -> int:
        """When the last thing begins."""
        acts = [act.at for _, acts in self.alerts.values() for act in acts]
        return max([self.heals_at, *acts]) + 2 * HOUR


def _one(dice: Random, acts: list[Act], partners: int = 1) -> Scenario:
    """The coordinator, who has a mobile telephone in one world of four, the agency, and a partner or two."""
    first, phoned = dice.randrange(3), dice.random() < 0.25
    return Scenario({1: (0, tuple(acts))}, _book(first, partners, phoned), dice.choice(BEGINNINGS))


@cache
def _book(first: int, partners: int, phoned: bool) -> Directory:
    members = PEOPLE if phoned else (PEOPLE[0].model_copy(update={"phone": None}), *PEOPLE[1:])
    return directory((partner(first + number) for number in range(partners)), members)


def _in(dice: Random, least: int, most: int) -> int:
    return dice.randrange(least, most)


def chain(dice: Random) -> Scenario:
    """Taken in charge, transmitted, returned, diffused, then filled or ended; at leisure, or too late."""
    hours = sorted(_in(dice, MINUTE, 60 * HOUR) for _ in range(4))
    last = dice.choice((Act(hours[3], "pourvue"), _ended(hours[3]), _corrected(hours[3])))
    acts = [
        Act(hours[0], "prise-en-charge"),
        Act(hours[1], "transmission", BY_MAIL),
        Act(hours[2], "lien", OFFER),
        last,
    ]
    return _one(dice, acts[dice.randrange(2) :])


def silence(dice: Random) -> Scenario:
    """Nobody does anything, or somebody takes charge and then nothing; it ends long after."""
    acts = [Act(_in(dice, MINUTE, 20 * HOUR), "prise-en-charge")] if dice.random() < 0.5 else []
    return _one(dice, [*acts, _ended(_in(dice, 49 * HOUR, 60 * HOUR))], 1)


def rush(dice: Random) -> Scenario:
    """Everything within a minute, people and machines over one another."""
    instants = [_in(dice, SECOND, MINUTE) for _ in range(4)]
    slugs: tuple[tuple[str, dict[str, str]], ...] = (
        ("prise-en-charge", {}),
        ("transmission", BY_MAIL),
        ("retour", OFFER),
        (dice.choice(("lien", "systeme")), OFFER),
    )
    acts = [Act(at, slug, fields) for at, (slug, fields) in zip(instants, slugs, strict=True)]
    return _one(dice, [*acts, Act(2 * MINUTE, "pourvue")])


def ended(dice: Random) -> Scenario:
    """Withdrawn while the diffusion is under way, and perhaps opened again."""
    told = _in(dice, HOUR, 3 * HOUR)
    gone = told + _in(dice, SECOND, 5 * MINUTE)
    acts = [Act(told - 30 * MINUTE, "transmission", BY_MAIL), Act(told, "lien", OFFER), _ended(gone)]
    again = Act(gone + _in(dice, MINUTE, HOUR), "reouverture", {"reason": "closed_by_mistake"})
    return _one(dice, [*acts, again] if dice.random() < 0.3 else acts)


def contradicted(dice: Random) -> Scenario:
    """The agency says two things, the coordinator settles it; those who were told hear of it."""
    told = _in(dice, HOUR, 5 * HOUR)
    other = told + _in(dice, 10 * SECOND, HOUR)
    acts = [Act(MINUTE, "transmission", BY_MAIL), Act(told, "lien", OFFER), Act(other, "retour", OTHER_OFFER)]
    return _one(dice, [*acts, _corrected(other + _in(dice, MINUTE, HOUR)), Act(other + 6 * HOUR, "pourvue")])


def _ended(at: int) -> Act:
    return Act(at, "annulation", {"reason": "enterprise_withdrew"})


def _corrected(at: int) -> Act:
    return Act(at, "rectification-offre", {**OFFER, "contact": "M. Exact", "reason": "agency_corrected"})


SCENARIOS: Mapping[str, Callable[[Random], Scenario]] = {
    "chain": chain,
    "silence": silence,
    "rush": rush,
    "ended": ended,
    "contradicted": contradicted,
}


def drawn(name: str, seed: int) -> Scenario:
    """The scenario of that name, as the seed has it."""
    return SCENARIOS[name](Random(f"{name} {seed}"))  # noqa: S311 - a seeded history, not a secret


def name_of(seed: int) -> str:
    """Each scenario in turn, the shortest one most often."""
    return ("chain", "rush", "ended", "rush", "silence", "rush", "contradicted", "rush")[seed % 8]


def errand(channel: str, *more: Act, heals_at: int = 0) -> Scenario:
    """The shortest whole chain, to one partner of that channel: every function has something to do, within the hour."""
    members = (PEOPLE[0].model_copy(update={"phone": None}), *PEOPLE[1:])
    acts = (
        Act(MINUTE, "prise-en-charge"),
        Act(3 * MINUTE, "transmission", BY_MAIL),
        Act(6 * MINUTE, "lien", OFFER),
        *more,
    )
    return Scenario({1: (0, acts)}, directory([partner(0, channel)], members), heals_at=heals_at)


def closed_errand(channel: str) -> Scenario:
    """The same, withdrawn in the end: who was told is told so."""
    return errand(channel, _ended(20 * MINUTE))


def missed() -> Scenario:
    """Nobody does anything for two days: only the sweep works."""
    return _with_one_person((_ended(50 * HOUR),))


def _with_one_person(acts: tuple[Act, ...]) -> Scenario:
    members = (PEOPLE[0].model_copy(update={"email": None}), *PEOPLE[1:])
    return Scenario({1: (0, acts)}, directory([], members))


def diffusion(partners: list[Partner], *more: Act, heals_at: int = 0) -> Scenario:
    """The shortest way to a diffusion: for what many partners, or slow ones, make of it."""
    acts = (Act(MINUTE, "transmission", BY_MAIL), Act(10 * MINUTE, "lien", OFFER), *more)
    return Scenario({1: (0, acts)}, directory(partners), heals_at=heals_at)


def traffic(channel: str, count: int, every: int, *more: Act, heals_at: int = 0) -> Scenario:
    """So many alerts, one after the other, each offered to one partner of that channel within the quarter of an hour."""
    steps = ((3 * MINUTE, "transmission", BY_MAIL), (6 * MINUTE, "lien", OFFER))
    alerts = {
        number: (number * every, tuple(Act(number * every + wait, slug, fields) for wait, slug, fields in steps))
        for number in range(count)
    }
    return Scenario(alerts, directory([partner(0, channel)]), heals_at=heals_at)


def month(seed: int, alerts: int, days: int) -> Scenario:
    """Alerts of every kind over many days, in one territory."""
    dice = Random(f"month {seed}")  # noqa: S311 - a seeded history, not a secret
    kinds = list(SCENARIOS.values())
    lives: dict[int, tuple[int, tuple[Act, ...]]] = {}
    for number in range(alerts):
        begins = dice.randrange(days * 24 * HOUR)
        (_, acts) = dice.choice(kinds)(dice).alerts[1]
        lives[number] = (begins, tuple(replace(act, at=begins + act.at) for act in acts))
    return Scenario(lives, directory([partner(number) for number in range(3)]))
