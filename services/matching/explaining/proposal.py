"""A proposal explained to a committee: where its points come from, in sentences that anybody can check."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from services.matching.explaining.facts import Component, Facts
from services.matching.explaining.skills import Held, Item
from services.matching.scoring.passerelles import Kind
from shared.web.formats import day, listing, number, plural

LABELS: Mapping[str, str] = {
    "passerelle": "Passerelle",
    "skills": "Compétences",
    "training": "Formation",
    "distance": "Distance",
    "timing": "Calendrier",
    "contract": "Contrat",
    "wage": "Salaire",
}
"""The components as pages, sheets and files name them."""
TOLD = 5
"""Items told by name; the others are counted."""
UNSAID = "non renseigné : compté pour moitié, ni pour ni contre"


def table(facts: Facts) -> list[tuple[str, int, int]]:
    """Label, points and most points of each component: they add up to the score."""
    return [(LABELS[part.name], part.points, part.most) for part in facts.components]


def sentences(facts: Facts, held: Held) -> list[str]:
    """A sentence a component, in the order of the weights."""
    return [
        f"{LABELS[part.name]} ({part.points} sur {part.most}) : {_said(part, facts, held)}."
        for part in facts.components
    ]


def passerelle(facts: Facts) -> str:
    """Of which kind it is and who says so; kinds are never mixed."""
    match facts.kind:
        case Kind.SAME:
            return "même métier"
        case Kind.OFFICIAL:
            return f"passerelle officielle du ROME, au rang {facts.rank} de ce métier"
        case Kind.DECLARED if facts.declared:
            return f"passerelle déclarée par {facts.declared.author} le {day(facts.declared.declared_on)}"
        case Kind.INFERRED:
            return f"passerelle inférée des compétences, au {facts.percentile}e centile de ce métier ; personne ne l’a déclarée"
        case _:
            return "aucune passerelle"


def training(facts: Facts) -> str:
    """What has to be learnt."""
    if not facts.hours:
        return "aucune formation nécessaire"
    if facts.estimated or facts.declared is None:
        return f"environ {number(facts.hours)} heures, estimées d’après les compétences qui manquent"
    name, title = facts.declared.training or "formation", facts.declared.certification
    ending = f", {title}" if title and title != name else ""
    return f"{name}, {number(facts.hours)} heures{ending}"


def distance(facts: Facts) -> str:
    """By road, at the crow's flight times a detour."""
    return UNSAID if facts.metres is None else f"{number(facts.metres / 1000, 1)} km par la route, estimés"


def timing(facts: Facts) -> str:
    """From the end of the one to the beginning of the other."""
    if facts.wait_days is None or facts.starts_on is None or facts.ends_on is None:
        return UNSAID
    dates = f"fin le {day(facts.ends_on)}, embauche le {day(facts.starts_on)}"
    if facts.wait_days < 0:
        return f"{dates}, {plural(-facts.wait_days, 'jour')} de retard une fois la formation faite"
    return f"{dates}, {plural(facts.wait_days, 'jour')} d’attente"


def skills(held: Held) -> str:
    """What is held and what is missing, the rarest first."""
    parts = [_named("acquis", held.held), _named("proches", held.near), _named("à acquérir", held.missing)]
    return " ; ".join(part for part in parts if part) or "rien n’est décrit de ces deux métiers"


def _said(part: Component, facts: Facts, held: Held) -> str:
    if part.unsaid:
        return UNSAID
    made: Mapping[str, Callable[[], str]] = {
        "passerelle": lambda: passerelle(facts),
        "skills": lambda: skills(held),
        "training": lambda: training(facts),
        "distance": lambda: distance(facts),
        "timing": lambda: timing(facts),
    }
    return made[part.name]() if part.name in made else _level(part)


def _level(part: Component) -> str:
    if part.points == part.most:
        return "au moins équivalent"
    return "moins favorable" if part.points else "nettement moins favorable"


def _named(word: str, items: tuple[Item, ...]) -> str:
    if not items:
        return ""
    names = [f"« {item.label} »" for item in items[:TOLD]]
    more = len(items) - len(names)
    return f"{len(items)} {word}, dont {listing(names)}" if more else f"{word} : {listing(names)}"
