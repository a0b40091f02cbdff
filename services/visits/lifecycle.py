"""The life of a visit: which act leads from which state to which, and who may do it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from shared.address_book import Role
from shared.errors import Conflict, Forbidden
from shared.identity import Caller

VisitState = Literal["planned", "done", "reported", "referred", "no_follow_up", "rescheduled", "declined", "cancelled"]
"""planned → done → reported → referred (to the committee) | no_follow_up; or rescheduled, declined, cancelled.

What is reported without having been planned begins its life at `reported`.
"""
STATES: Mapping[VisitState, str] = {
    "planned": "Planifiée",
    "rescheduled": "Reportée",
    "done": "Faite, compte rendu à saisir",
    "reported": "Compte rendu saisi",
    "referred": "Soumise au comité",
    "no_follow_up": "Close sans suite",
    "declined": "Refusée par l’entreprise",
    "cancelled": "Annulée",
}

Act = Literal["plan", "reschedule", "mark_done", "report", "decline", "cancel", "correct", "refer", "close"]
ACTS: Mapping[Act, str] = {
    "plan": "planifier",
    "reschedule": "reporter à une autre date",
    "mark_done": "déclarer faite",
    "report": "saisir le compte rendu",
    "decline": "noter le refus de l’entreprise",
    "cancel": "annuler",
    "correct": "corriger le compte rendu",
    "refer": "soumettre au comité",
    "close": "clore sans suite",
}

_TO_COME: tuple[VisitState, ...] = ("planned", "rescheduled")
WITH_REPORT: tuple[VisitState, ...] = ("reported", "referred", "no_follow_up")
"""The states of a visit whose report was written."""

_LEADS_TO: Mapping[Act, Mapping[VisitState | None, VisitState]] = {
    "plan": {None: "planned"},
    "reschedule": dict.fromkeys(_TO_COME, "rescheduled"),
    "mark_done": dict.fromkeys(_TO_COME, "done"),
    "report": dict.fromkeys((None, *_TO_COME, "done"), "reported"),
    "decline": dict.fromkeys(_TO_COME, "declined"),
    # What was declared done by mistake is cancelled: the mistake and its reason stay to be read.
    "cancel": dict.fromkeys((*_TO_COME, "done"), "cancelled"),
    "correct": {state: state for state in WITH_REPORT},
    "refer": dict.fromkeys(("reported", "no_follow_up"), "referred"),
    "close": {"reported": "no_follow_up"},
}

REPORTERS: tuple[Role, ...] = ("capteur", "manager", "coordinator", "deputy")
"""Who meets enterprises and may say so."""
COORDINATION: tuple[Role, ...] = ("coordinator", "deputy")
ACTS_FOR_ALL: frozenset[Act] = frozenset({"plan", "reschedule", "refer", "close"})
"""What the coordination does for every structure; the rest is for the structure that makes the visit."""


def next_state(act: Act, state: VisitState | None) -> VisitState:
    """Where an act leads from a state, None before the visit exists; raises Conflict, saying what the visit is."""
    leads_to = _LEADS_TO[act]
    if state not in leads_to:
        now = STATES[state] if state else "inconnue"
        raise Conflict(f"La visite est dans l’état « {now} » : {ACTS[act]} n’est pas possible.", code="etat-de-visite")
    return leads_to[state]


def acts_from(state: VisitState | None) -> tuple[Act, ...]:
    """The acts that the state allows, whoever asks."""
    return tuple(act for act, leads_to in _LEADS_TO.items() if state in leads_to)


def may(caller: Caller, act: Act, territory_id: str, structure_id: str) -> bool:
    """Whether the caller may do this to visits of the structure, in whatever state they are."""
    if caller.territory_id != territory_id:
        return False
    if caller.has(*COORDINATION) and act in ACTS_FOR_ALL:
        return True
    return caller.has(*REPORTERS) and caller.membership.structure_id == structure_id


def require_may(caller: Caller, act: Act, territory_id: str, structure_id: str) -> None:
    """Raises Forbidden unless the caller may."""
    if not may(caller, act, territory_id, structure_id):
        raise Forbidden(f"Seule la structure qui fait la visite peut {ACTS[act]}.")
