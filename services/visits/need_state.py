"""Where a need stands: a pure function of what was done about it, in whatever order that came to be known.

    met > no_solution > unreachable > in_progress > qualified > rejected > reported

The first of these that an action says is the state. A need without any action is `reported`: the enterprise has said it
and nobody has looked at it yet, which is not the same as a need that the committee has qualified. An action entered by
mistake is withdrawn by another, which names it; then neither counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

ActionKind = Literal["qualified", "in_progress", "met", "no_solution", "unreachable", "rejected", "withdrawn"]
ACTION_KINDS: Mapping[ActionKind, str] = {
    "qualified": "Besoin qualifié : il est réel et précis",
    "in_progress": "Une action est engagée",
    "met": "Le besoin est satisfait",
    "no_solution": "Aucune solution n’a été trouvée",
    "unreachable": "L’entreprise ne répond plus",
    "rejected": "Écarté : ce n’est pas un besoin, ou pas pour la plateforme",
    "withdrawn": "Suite saisie par erreur, retirée",
}

NeedState = Literal["met", "no_solution", "unreachable", "in_progress", "qualified", "rejected", "reported"]
STATES: Mapping[NeedState, str] = {
    "met": "Satisfait",
    "no_solution": "Sans solution",
    "unreachable": "Injoignable",
    "in_progress": "En cours",
    "qualified": "Qualifié",
    "rejected": "Écarté",
    "reported": "À examiner",
}
"""In the order in which the first that applies is the state."""

LISTS: Mapping[NeedState, str] = {
    **STATES,
    "met": "Satisfaits",
    "unreachable": "Injoignables",
    "qualified": "Qualifiés",
    "rejected": "Écartés",
}
"""The needs in a state, as a list is called."""

OPEN: tuple[NeedState, ...] = ("reported", "qualified", "in_progress")
"""What still waits for somebody, in the order of the work."""
CLOSED: tuple[NeedState, ...] = ("met", "no_solution", "unreachable", "rejected")


class NeedAction(BaseModel):
    """What somebody did about a need. `acted_on` is the day of the deed, `recorded_at` the server's clock."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="ignore")

    id: str
    need_id: str
    kind: ActionKind
    kind_label: str
    acted_on: date
    note: str | None = None
    withdraws: str | None = None
    """The action that was a mistake, for `withdrawn`."""
    member_id: str
    structure_name: str
    recorded_at: AwareDatetime


def state_of(actions: Iterable[NeedAction]) -> NeedState:
    """The state that these actions make, in any order and however often each is told."""
    said = {action.kind for action in standing(actions)}
    return next((state for state in STATES if state in said), "reported")


def standing(actions: Iterable[NeedAction]) -> list[NeedAction]:
    """The actions that count: neither withdrawn nor a withdrawal."""
    known = list(actions)
    withdrawn = {action.withdraws for action in known if action.kind == "withdrawn"}
    return [action for action in known if action.kind != "withdrawn" and action.id not in withdrawn]
