"""The site map: the pages of the main menu and the roles that see each."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class Link:
    """A label and where it leads."""

    label: str
    href: str


EVERY_MEMBER = frozenset({"capteur", "manager", "coordinator", "deputy", "steering"})
ON_THE_GROUND = frozenset({"capteur", "manager", "coordinator", "deputy"})
VISITORS = frozenset({"capteur", "manager"})
COORDINATION = frozenset({"coordinator", "deputy"})
DEVELOPERS = frozenset({"diffusion"})
"""Those of a partner of the diffusion: they follow their own endpoint."""
SITE_MAP: tuple[tuple[Link, frozenset[str]], ...] = (
    (Link("Ma journée", "/journee"), VISITORS),
    (Link("Alertes", "/alertes"), EVERY_MEMBER),
    (Link("Visites", "/visites"), ON_THE_GROUND),
    (Link("Entreprises", "/entreprises"), ON_THE_GROUND),
    (Link("Programme", "/programmes"), ON_THE_GROUND),
    (Link("Partenaires", "/alertes/partenaires"), COORDINATION),
    (Link("Mon point d’accès", "/alertes/partenaires"), DEVELOPERS),
    (Link("Imports", "/imports"), COORDINATION),
    (Link("Questionnaire", "/questionnaire"), COORDINATION),
)


def navigation_for(roles: Collection[str]) -> tuple[Link, ...]:
    """The menu of somebody who holds these roles."""
    return tuple(link for link, seen_by in SITE_MAP if seen_by.intersection(roles))


def current_href(path: str, links: Collection[Link]) -> str:
    """The address of the menu entry that a path belongs to: the longest that contains it, or an empty text."""
    holders = [link.href for link in links if path == link.href or path.startswith(f"{link.href}/")]
    return max(holders, key=len, default="")
