"""Which page somebody begins on, by role."""

from __future__ import annotations

from collections.abc import Collection

from shared.address_book import Role
from shared.errors import Forbidden

FIRST_PAGES: tuple[tuple[str, frozenset[Role]], ...] = (
    ("/alertes", frozenset({"coordinator", "deputy", "manager", "steering"})),
    ("/journee", frozenset({"capteur"})),
    ("/alertes/partenaires", frozenset({"diffusion"})),
)
"""The first that fits."""


def first_page(roles: Collection[Role]) -> str:
    """A path of this site; raises Forbidden for the roles that Vigie writes to and that have no page."""
    for path, seen_by in FIRST_PAGES:
        if seen_by.intersection(roles):
            return path
    raise Forbidden("Votre rôle n’a pas de page ici : ce qui vous concerne vous est envoyé.")
