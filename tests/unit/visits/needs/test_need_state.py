"""Where a need stands: a function of what was done about it, and of nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.visits.need_state import ACTION_KINDS, CLOSED, OPEN, STATES, ActionKind, NeedAction, state_of

KINDS: list[ActionKind] = [kind for kind in ACTION_KINDS if kind != "withdrawn"]


def action(action_id: str, kind: ActionKind, withdraws: str | None = None) -> NeedAction:
    """Something done about a need."""
    return NeedAction(
        id=action_id,
        need_id="need",
        kind=kind,
        kind_label=ACTION_KINDS[kind],
        acted_on=date(2026, 11, 27),
        withdraws=withdraws,
        member_id="capteur",
        structure_name="Cci",
        recorded_at=datetime(2026, 11, 27, tzinfo=UTC),
    )


@st.composite
def histories(draw: st.DrawFn) -> list[NeedAction]:
    """Any actions, some of them withdrawn, some withdrawals of nothing."""
    kinds = draw(st.lists(st.sampled_from(KINDS), max_size=6))
    actions = [action(f"a{number}", kind) for number, kind in enumerate(kinds)]
    mistakes = draw(st.lists(st.integers(0, 7), max_size=3))
    return [*actions, *(action(f"w{number}", "withdrawn", f"a{at}") for number, at in enumerate(mistakes))]


@given(histories(), st.data())
def test_the_order_of_actions_does_not_matter(history: list[NeedAction], data: st.DataObject) -> None:
    """However late one comes to be known, and were it told twice, the state is the same."""
    shuffled = data.draw(st.permutations(history + history))

    assert state_of(shuffled) == state_of(history)


@given(histories())
def test_the_state_is_the_first_that_an_action_says(history: list[NeedAction]) -> None:
    """In the order of the domain; with none, the need waits to be looked at."""
    gone = {one.withdraws for one in history}
    said = {one.kind for one in history if one.kind != "withdrawn" and one.id not in gone}

    first = next((state for state in STATES if state in said), "reported")

    assert state_of(history) == first


@given(histories(), st.sampled_from(KINDS))
def test_an_action_withdrawn_leaves_no_trace_in_the_state(history: list[NeedAction], kind: ActionKind) -> None:
    """A mistake and its withdrawal change nothing, in either order."""
    mistake, withdrawal = action("mistake", kind), action("oops", "withdrawn", "mistake")

    assert state_of([*history, mistake, withdrawal]) == state_of(history)
    assert state_of([withdrawal, *history, mistake]) == state_of(history)


@pytest.mark.parametrize(
    ("kinds", "state"),
    [
        ((), "reported"),
        (("rejected",), "rejected"),
        (("rejected", "qualified"), "qualified"),
        (("in_progress", "qualified"), "in_progress"),
        (("unreachable", "in_progress"), "unreachable"),
        (("unreachable", "no_solution"), "no_solution"),
        (("met", "no_solution", "rejected"), "met"),
    ],
)
def test_what_wins_over_what(kinds: tuple[ActionKind, ...], state: str) -> None:
    """One partner's success is the enterprise's, whatever the others found."""
    assert state_of(action(str(number), kind) for number, kind in enumerate(kinds)) == state


def test_every_state_is_open_or_closed() -> None:
    """Nothing falls between the lists."""
    every: list[Any] = [*OPEN, *CLOSED]

    assert sorted(every) == sorted(STATES)
