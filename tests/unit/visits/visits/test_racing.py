"""Two people at the same instant: nothing is lost, nothing is counted twice, and whoever comes second is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from services.visits.desk import TRIES
from shared.errors import Unavailable
from shared.tables import ConditionFailed, Contended, MemoryTable, Write
from tests.unit.visits.territory import HERE, Territory, report, urgent
from tests.unit.visits.visits.life import act, ask, plan, read


class Crossed(MemoryTable):
    """A table in which something else is written between a reading and the write that follows it."""

    def __init__(self) -> None:
        super().__init__()
        self.between: Callable[[], object] | None = None

    def write(self, *writes: Write) -> None:
        between, self.between = self.between, None
        if between:
            between()
        super().write(*writes)


@pytest.fixture
def crossed() -> Crossed:
    """The table of these tests."""
    return Crossed()


@pytest.fixture
def territory(crossed: Crossed) -> Territory:
    """A territory over that table."""
    return Territory(table=crossed)


def test_two_structures_report_the_same_enterprise_at_once(territory: Territory, crossed: Crossed) -> None:
    """Both visits stand, and both are counted, in the enterprise's summary and in its sector's signals."""
    crossed.between = lambda: ask(territory, "", report(needs=[urgent()]), "rival")

    assert ask(territory, "", report(needs=[urgent()])).status == 201

    assert territory.kept("/SUMMARY")[0]["visits"] == 2
    assert territory.kept("#SIGNALS")[0]["count"] == 2


def test_of_two_who_act_on_one_visit_the_second_is_told(territory: Territory, crossed: Crossed) -> None:
    """The second has decided on a visit that is no more: 409 with what it has become."""
    visit_id = plan(territory)
    body = {"expected_version": 1, "reason": "r"}
    crossed.between = lambda: ask(territory, f"/{visit_id}/decline", body, "colleague")

    second = ask(territory, f"/{visit_id}/cancel", body)

    assert (second.status, second.json["current"]["state"]) == (409, "declined")
    assert [line["act"] for line in read(territory, visit_id)["history"]] == ["decline"]


def test_a_need_followed_up_during_a_correction_keeps_what_was_done(territory: Territory, crossed: Crossed) -> None:
    """The correction reads again: the need is no longer one that may be taken away."""
    done = ask(territory, "", report(needs=[{"theme": "skills"}]))
    visit_id = done.json["id"]
    need_id = read(territory, visit_id)["needs"][0]["id"]
    need = crossed.items[(f"T#{HERE}#VISIT#{visit_id}", f"NEED#{need_id}")]
    crossed.between = lambda: need.update(actions=1)

    refused = act(territory, visit_id, "correct", reason="r", report=report(needs=[]))

    assert refused.status == 422
    assert [each["id"] for each in read(territory, visit_id)["needs"]] == [need_id]


@pytest.mark.parametrize(
    ("failure", "tries"), [(Contended(), TRIES), (ConditionFailed([1]), TRIES), (Unavailable("AWS : panne."), 1)]
)
def test_a_command_is_tried_a_few_times_and_then_says_so(failure: Exception, tries: int) -> None:
    """What others write is read again; a table that does not answer is not asked twice."""

    class Busy(MemoryTable):
        def __init__(self) -> None:
            super().__init__()
            self.tried = 0

        def write(self, *_writes: Write) -> None:
            self.tried += 1
            raise failure

    table = Busy()
    territory = Territory(table=table)

    with pytest.raises(type(failure)):
        territory.report(report())
    assert table.tried == tries
