"""What follows a report: the committee, or nothing."""

from __future__ import annotations

import pytest

from tests.unit.visits.territory import Territory, report
from tests.unit.visits.visits.life import act, ask, plan, read, told


def reported(territory: Territory) -> str:
    """The id of a visit of the CCI without needs."""
    return str(ask(territory, "", report(needs=[])).json["id"])


@pytest.mark.parametrize("name", ["refer", "close"])
@pytest.mark.parametrize(
    ("who", "status"), [("capteur", 200), ("colleague", 200), ("coordinator", 200), ("rival", 404), ("agency", 404)]
)
def test_a_report_is_concluded_by_its_structure_or_the_coordination(
    territory: Territory, name: str, who: str, status: int
) -> None:
    """With a reason, which is not told; nobody else knows of the visit."""
    state, fact = {"refer": ("referred", "VisitReferred.v1"), "close": ("no_follow_up", "VisitClosed.v1")}[name]
    visit_id = reported(territory)

    done = act(territory, visit_id, name, who, reason="Rien à signaler")

    assert done.status == status
    if status == 200:
        assert done.json["state"] == state
        assert told(territory)[-1][0] == fact
        assert "reason" not in told(territory)[-1][1]
        assert read(territory, visit_id)["history"][-1]["reason"] == "Rien à signaler"


def test_a_visit_closed_too_soon_goes_to_the_committee(territory: Territory) -> None:
    """The other way is not open: what the committee has is the committee's."""
    visit_id = reported(territory)

    act(territory, visit_id, "close", reason="r")
    assert act(territory, visit_id, "refer", reason="r").status == 200
    assert act(territory, visit_id, "close", reason="r").status == 409


def test_nothing_is_concluded_before_there_is_a_report(territory: Territory) -> None:
    """A planned visit is declined or cancelled, never closed."""
    assert act(territory, plan(territory), "refer", reason="r").status == 409


def test_a_concluded_visit_may_still_be_corrected(territory: Territory) -> None:
    """It stays concluded: the correction is of what was said, not of what was decided."""
    visit_id = reported(territory)
    act(territory, visit_id, "refer", reason="r")

    corrected = act(territory, visit_id, "correct", reason="r", report=report(needs=[], mode="phone"))

    assert (corrected.json["state"], read(territory, visit_id)["mode"]) == ("referred", "phone")


@pytest.mark.parametrize("name", ["refer", "close"])
def test_a_conclusion_says_why(territory: Territory, name: str) -> None:
    """The reason is asked for: somebody will read it in a year."""
    assert act(territory, reported(territory), name, reason=" ").status == 422
