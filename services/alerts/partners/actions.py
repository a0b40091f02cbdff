"""The forms of a partner's page: what each says before and on its button."""

from __future__ import annotations

from typing import NamedTuple

from shared.errors import NotFound


class Action(NamedTuple):
    """A form of its own; `slug` is the end of its address and the name of its template."""

    slug: str
    label: str
    button: str
    icon: str
    values: dict[str, str]
    """What it says before anybody types."""
    for_endpoint: bool = True
    """It makes sense for a webhook only."""


ACTIONS = (
    Action("adresse", "Changer l’adresse", "Envoyer le défi à cette adresse", "send", {}),
    Action("secret", "Changer le secret", "Changer le secret", "pen", {"overlap": "24"}),
    Action("desactivation", "Désactiver le point d’accès", "Désactiver", "x", {}),
    Action("renvoi", "Renvoyer des envois", "Compter les envois", "list", {"what": "missed"}, for_endpoint=False),
)


def action_of(slug: str) -> Action:
    """The form at this address; raises NotFound."""
    action = next((action for action in ACTIONS if action.slug == slug), None)
    if action is None:
        raise NotFound("Cette page n’existe pas.")
    return action
