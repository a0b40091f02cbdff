"""What a person may do to an alert from its page: which actions in which state, and what each form says.

How each is done stands in `services.alerts.site.doing`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from services.alerts.rules.alert import Alert, Standing
from services.alerts.rules.facts import Channel, State
from services.alerts.rules.rights import Kind, permitted, reasons
from shared.errors import NotFound
from shared.identity import Caller

OPEN = frozenset(state for state in State if not state.is_terminal)
ENDED = frozenset(State) - OPEN
BEFORE_TRANSMISSION = frozenset({State.RAISED, State.ACKNOWLEDGED})
BEFORE_OFFER = BEFORE_TRANSMISSION | {State.TRANSMITTED}
ABOUT_ALIKE = frozenset({"fusion", "distinction"})
"""Offered only beside another alert that may be the same need."""
MEANS: Mapping[Channel, str] = {
    "mail": "Par e-mail, envoyé maintenant par Vigie",
    "phone": "Par téléphone, c’est déjà fait",
    "portal": "Sur le portail de France Travail, c’est déjà fait",
    "other": "Autrement, c’est déjà fait",
}


class Action(NamedTuple):
    """One thing to do; `slug` is the end of its address and the name of its form."""

    slug: str
    label: str
    done: str
    kind: Kind
    """The command that it gives."""
    states: frozenset[State]
    icon: str = "pen"

    @property
    def reasons(self) -> list[tuple[str, str]]:
        """The reasons to choose from, with their French words."""
        return [(reason.value, reason.label) for reason in reasons(self.kind)]


class Choices(NamedTuple):
    """The one next thing to do, and the other ones, as far as the reader's roles go."""

    next: Action | None
    others: list[Action]


def choices(alert: Alert, caller: Caller, alike: Sequence[Alert] = ()) -> Choices:
    """What this person may do to the alert as it stands; `alike` are those that may be the same need."""
    allowed = [action for action in ACTIONS if alert.state in action.states and _may(action, alert, caller)]
    first = next((action for action in allowed if action.slug == _next_slug(alert)), None)
    told = [action for action in allowed if alike or action.slug not in ABOUT_ALIKE]
    return Choices(first, [action for action in told if action is not first and _makes_sense(action, alert)])


def action_of(slug: str) -> Action:
    """The action at this address; raises NotFound."""
    action = next((action for action in ACTIONS if action.slug == slug), None)
    if action is None:
        raise NotFound("Cette page n’existe pas.")
    return action


def first_values(action: Action, alert: Alert) -> dict[str, str]:
    """What a form says before anybody types: the usual way to transmit, the offer as it is."""
    if action.slug == "transmission":
        return {"channel": "phone" if alert.transmission else "mail"}
    if action.slug == "rectification-offre" and alert.offer:
        offer = alert.offer
        return {"reference": offer.ft_reference or "", "contact": offer.contact or "", "url": offer.url or ""}
    return {}


def _may(action: Action, alert: Alert, caller: Caller) -> bool:
    if not set(caller.membership.roles) & permitted(action.kind):
        return False
    return caller.has("coordinator", "deputy") or alert.origin.member_id == caller.member_id


def _next_slug(alert: Alert) -> str:
    if alert.state.is_terminal:
        return "reouverture"
    if any(offer.standing is Standing.CONFLICTING for offer in alert.offers):
        return "rectification-offre"
    if alert.breach and alert.transmission is None:
        return "transmission"  # it is late: transmitting also takes charge
    return _NEXT[alert.state]


_NEXT = {
    State.RAISED: "prise-en-charge",
    State.ACKNOWLEDGED: "transmission",
    State.TRANSMITTED: "retour",
    State.OFFER_REGISTERED: "diffusion",
    State.BROADCAST: "pourvue",
}


def _makes_sense(action: Action, alert: Alert) -> bool:
    """Some actions exist in the state but have nothing to act on."""
    taken = alert.acknowledgement
    needs: dict[str, bool] = {
        "prise-en-charge": taken is None or taken.lapsed_at is not None,
        "rectification-transmission": alert.transmission is not None,
        "rectification-offre": bool(alert.offers),
        "retrait-offre": bool(alert.references),
        "revocation-lien": alert.transmission is not None,
    }
    return needs.get(action.slug, True)


# fmt: off
ACTIONS: tuple[Action, ...] = (
    Action("prise-en-charge", "Prendre en charge", "L’alerte est prise en charge. Le délai court toujours.",
           "acknowledge", BEFORE_TRANSMISSION, "check"),
    Action("transmission", "Transmettre à France Travail", "La transmission est consignée.",
           "transmit", BEFORE_OFFER, "send"),
    Action("retour", "Consigner le retour de France Travail", "Le retour de France Travail est consigné.",
           "return", BEFORE_OFFER, "flag"),
    Action("diffusion", "Diffuser aux partenaires", "L’offre part à tous les partenaires.",
           "broadcast", frozenset({State.TRANSMITTED, State.OFFER_REGISTERED}), "send"),
    Action("pourvue", "Le poste est pourvu", "L’alerte est close : le poste est pourvu.",
           "fill", OPEN, "check"),
    Action("rectification-transmission", "Confirmer ou rectifier la transmission", "La transmission est rectifiée.",
           "correct_transmission", OPEN - BEFORE_TRANSMISSION),
    Action("rectification-offre", "Trancher ou rectifier l’offre", "L’offre est rectifiée.",
           "correct_offer", OPEN - BEFORE_TRANSMISSION),
    Action("retrait-offre", "Retirer une offre", "L’offre est retirée.",
           "withdraw_offer", OPEN - BEFORE_TRANSMISSION, "x"),
    Action("fusion", "Fusionner dans une autre alerte", "L’alerte est close ; son signalement est gardé avec l’autre.",
           "merge", OPEN, "copy"),
    Action("distinction", "Ce sont deux besoins différents", "C’est noté : les deux alertes restent.",
           "keep_apart", OPEN, "check"),
    Action("revocation-lien", "Révoquer le lien de France Travail", "Les liens envoyés ne valent plus rien.",
           "revoke_link", frozenset(State) - BEFORE_TRANSMISSION, "x"),
    Action("cloture", "Clore sans suite", "L’alerte est close sans suite.",
           "close", OPEN, "x"),
    Action("annulation", "Annuler : le besoin est retiré", "L’alerte est annulée.",
           "cancel", OPEN, "x"),
    Action("ecart", "Écarter : ce n’était pas une alerte", "L’alerte est écartée.",
           "reject", BEFORE_OFFER, "x"),
    Action("reouverture", "Rouvrir l’alerte", "L’alerte est rouverte.",
           "reopen", ENDED, "alert"),
)
# fmt: on
"""In the order in which a page offers them."""
