"""The life of a visit as a table: every act from every state, and who may do it."""

from __future__ import annotations

from typing import get_args

import pytest

from services.visits.lifecycle import ACTS, STATES, Act, VisitState, acts_from, may, next_state
from shared.errors import Conflict
from tests.unit.visits.territory import ELSEWHERE, HERE, Territory

NEW = None
LEADS_TO: dict[Act, dict[VisitState | None, VisitState]] = {
    "plan": {NEW: "planned"},
    "reschedule": {"planned": "rescheduled", "rescheduled": "rescheduled"},
    "mark_done": {"planned": "done", "rescheduled": "done"},
    "report": {NEW: "reported", "planned": "reported", "rescheduled": "reported", "done": "reported"},
    "decline": {"planned": "declined", "rescheduled": "declined"},
    "cancel": {"planned": "cancelled", "rescheduled": "cancelled", "done": "cancelled"},
    "correct": {"reported": "reported", "referred": "referred", "no_follow_up": "no_follow_up"},
    "refer": {"reported": "referred", "no_follow_up": "referred"},
    "close": {"reported": "no_follow_up"},
}
EVERY_STATE: tuple[VisitState | None, ...] = (NEW, *get_args(VisitState))
EVERY_ACT: tuple[Act, ...] = get_args(Act)


@pytest.mark.parametrize("state", EVERY_STATE)
@pytest.mark.parametrize("act", EVERY_ACT)
def test_an_act_leads_where_the_table_says_or_is_refused(act: Act, state: VisitState | None) -> None:
    """Nine acts by nine states: nothing else is possible, and a refusal says in French what the visit is."""
    expected = LEADS_TO[act].get(state)

    if expected is None:
        with pytest.raises(Conflict) as refused:
            next_state(act, state)
        assert STATES[state] in refused.value.message if state else refused.value.code == "etat-de-visite"
    else:
        assert next_state(act, state) == expected


def test_what_is_declined_or_cancelled_is_over() -> None:
    """An enterprise that changes its mind is planned anew: the refusal stays counted."""
    assert acts_from("declined") == acts_from("cancelled") == ()


def test_every_state_and_act_has_its_words() -> None:
    """No code reaches a page."""
    assert set(STATES) == set(get_args(VisitState))
    assert set(ACTS) == set(EVERY_ACT)


@pytest.mark.parametrize("act", EVERY_ACT)
@pytest.mark.parametrize(
    ("who", "own", "other"),
    [
        ("capteur", True, False),
        ("colleague", True, False),
        ("coordinator", True, None),
        ("agency", False, False),
    ],
)
def test_each_structure_does_its_own_and_the_coordination_a_few_acts_for_all(
    territory: Territory, act: Act, who: str, own: bool, other: bool | None
) -> None:
    """Capteurs and managers act for their structure; the coordination plans, puts off, refers and closes for others."""
    caller = territory.caller(who)
    for_all = act in {"plan", "reschedule", "refer", "close"}

    assert may(caller, act, HERE, caller.membership.structure_id) is own
    assert may(caller, act, HERE, "another") is (for_all if other is None else other)
    assert not may(caller, act, ELSEWHERE, caller.membership.structure_id)
