"""What a person may do to a visit from its page: which acts, and what the form of each one says."""

from __future__ import annotations

from typing import NamedTuple, get_args

from services.visits.lifecycle import Act, acts_from, may
from services.visits.motives import MOTIVES, CancelMotive, DeclineMotive, RescheduleMotive
from services.visits.visit import Visit
from shared.errors import NotFound
from shared.identity import Caller


class VisitAction(NamedTuple):
    """One thing to do; `slug` is the end of its address."""

    slug: str
    act: Act
    label: str
    lead: str
    button: str
    done: str
    icon: str = "pen"
    motives: tuple[str, ...] = ()

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The motives to choose from, with their French words."""
        return [(motive, words) for motive, words in MOTIVES.items() if motive in self.motives]

    @property
    def kind(self) -> str:
        """How its button looks: what ends an appointment does not look like what goes on with it."""
        return "danger" if self.act in ("decline", "cancel") else "primary"


# fmt: off
ACTIONS: tuple[VisitAction, ...] = (
    VisitAction("faite", "mark_done", "La visite a eu lieu",
                "Vous saisirez son compte rendu plus tard : elle attendra dans « Ma journée ».",
                "La visite a eu lieu", "La visite est notée comme faite. Son compte rendu reste à saisir.", "check"),
    VisitAction("reporter", "reschedule", "Reporter la visite",
                "Laissez la date vide si elle reste à fixer avec l’entreprise.",
                "Reporter la visite", "La visite est reportée.", "calendar", get_args(RescheduleMotive)),
    VisitAction("refus", "decline", "L’entreprise refuse la visite",
                "Le refus compte dans le suivi du programme ; il n’empêche pas de proposer une autre visite plus tard.",
                "Noter le refus", "Le refus est noté.", "x", get_args(DeclineMotive)),
    VisitAction("annulation", "cancel", "Annuler la visite",
                "La visite n’aura pas lieu, du fait de votre structure.",
                "Annuler la visite", "La visite est annulée.", "x", get_args(CancelMotive)),
    VisitAction("comite", "refer", "Orienter vers le comité technique",
                "Ce qui est partagé de la visite, et ses besoins, seront proposés à l’ordre du jour.",
                "Orienter vers le comité", "La visite est orientée vers le comité technique.", "send"),
    VisitAction("cloture", "close", "Clore sans suite",
                "Rien n’est effacé ; la visite peut encore être orientée vers le comité plus tard.",
                "Clore sans suite", "La visite est close sans suite.", "flag"),
)
# fmt: on
"""In the order in which a page offers them; reporting and correcting have pages of their own."""


def offered(visit: Visit, caller: Caller) -> list[VisitAction]:
    """What this person may do to the visit as it stands."""
    return [action for action in ACTIONS if may_now(action.act, visit, caller)]


def may_now(act: Act, visit: Visit, caller: Caller) -> bool:
    """Whether the caller may do this, in the state that the visit is in."""
    return act in acts_from(visit.state) and may(caller, act, visit.territory_id, visit.structure_id)


def action_of(slug: str) -> VisitAction:
    """The action at this address; raises NotFound."""
    action = next((action for action in ACTIONS if action.slug == slug), None)
    if action is None:
        raise NotFound("Cette page n’existe pas.")
    return action
