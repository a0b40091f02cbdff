"""The life of an import: every move that is allowed, and no other."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

import pytest

from services.visits.importing import record
from services.visits.importing.record import MOVES, STATES, Import, State, moved
from shared.errors import Conflict
from tests.unit.visits.importing.workshop import FRIDAY, HERE


def an_import(state: State) -> Import:
    """An import in a state."""
    ids = {"id": "i", "territory_id": HERE, "structure_id": "md3e", "member_id": "camille"}
    times = {"created_at": FRIDAY, "moved_at": FRIDAY}
    return Import.model_validate({**ids, **times, "version": 3, "state": state, "title": "SIRENE"})


@pytest.mark.parametrize("state", get_args(State))
@pytest.mark.parametrize("to", get_args(State))
def test_only_the_moves_of_the_table_are_allowed(state: State, to: State) -> None:
    """A move counts a version and says when; another is refused and names the state in French."""
    later = FRIDAY + timedelta(minutes=1)
    if to in MOVES[state]:
        after = moved(an_import(state), to, later)
        assert (after.state, after.version, after.moved_at) == (to, 4, later)
    else:
        with pytest.raises(Conflict, match=STATES[state]):
            moved(an_import(state), to, later)


@pytest.mark.parametrize(
    ("command", "state"), [(record.started, "reading"), (record.agreed, "applying"), (record.abandoned, "abandoned")]
)
def test_a_command_said_again_changes_nothing(command: object, state: State) -> None:
    """The second click, or the second message, finds the work begun."""
    subject = an_import(state)

    assert callable(command)
    assert command(subject, FRIDAY) is subject


def test_what_changes_the_register_cannot_be_taken_back_halfway() -> None:
    """An import that is being applied ends applied: half of one is nobody's wish."""
    assert MOVES["applying"] == {"applied"}
