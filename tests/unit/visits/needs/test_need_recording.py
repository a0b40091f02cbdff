"""What is done about a need: recorded once, by whom it concerns, in whatever order."""

from __future__ import annotations

import json
from typing import Any

import pytest

from services.visits.need_state import ActionKind
from services.visits.need_store import MOST_ACTIONS, NeedKey, NeedStore
from shared.errors import Conflict, Invalid, NotFound
from shared.events.visits_needs import NeedActionRecorded
from shared.tables import MemoryTable, Write
from tests.unit.visits.needs.following import NEEDS, facts, listed, record, reported
from tests.unit.visits.territory import HERE, Territory


def state(territory: Territory, need: NeedKey) -> str:
    """The state of a need as it is kept."""
    return NeedStore(territory.table).file(HERE, need).need.state


def test_a_need_waits_to_be_looked_at(territory: Territory) -> None:
    """Before anybody has done anything, it is in the list of what is to be examined."""
    needs = reported(territory, *NEEDS)

    assert {state(territory, need) for need in needs} == {"reported"}
    assert sorted(listed(territory, "reported")) == sorted(need.need_id for need in needs)


def test_an_action_moves_a_need_from_a_list_to_another(territory: Territory) -> None:
    """The action, the state, the lists and the fact are one transaction."""
    first, *_ = reported(territory, *NEEDS)

    recorded = record(territory, first, "in_progress", note="La CCI monte le dossier.", acted_on="2026-11-26")

    assert (recorded.state, state(territory, first)) == ("in_progress", "in_progress")
    assert listed(territory, "in_progress") == [first.need_id]
    assert first.need_id not in listed(territory, "reported")
    (action,) = NeedStore(territory.table).file(HERE, first).actions
    assert (action.note, action.structure_name) == ("La CCI monte le dossier.", "Md3E")


@pytest.mark.parametrize("kinds", [("met", "qualified", "rejected"), ("rejected", "met", "qualified")])
def test_the_state_does_not_depend_on_who_was_faster(territory: Territory, kinds: tuple[ActionKind, ...]) -> None:
    """An action that comes to be known late does not undo what is more than it."""
    (need,) = reported(territory, {"theme": "other"})

    for kind in kinds:
        record(territory, need, kind)

    assert state(territory, need) == "met"
    assert listed(territory, "met") == [need.need_id]


def test_an_action_is_told_with_the_state_that_it_leads_to(territory: Territory) -> None:
    """In order, by the need's count of actions, along the visit's chain; the note stays here."""
    (need,) = reported(territory, {"theme": "other"})

    record(territory, need, "met", note="Grâce à Mme Martin")
    record(territory, need, "rejected")

    told = sorted(facts(territory, NeedActionRecorded), key=lambda fact: fact.metadata.sequence)
    assert [(fact.event.kind, fact.event.state, fact.metadata.sequence) for fact in told] == [
        ("met", "met", 1),
        ("rejected", "met", 2),
    ]
    assert {fact.metadata.correlation_id for fact in told} == {need.visit_id}
    assert "Martin" not in json.dumps([fact.detail() for fact in told])


def test_the_same_action_twice_is_one(territory: Territory) -> None:
    """A double click has one effect and one answer."""
    (need,) = reported(territory, {"theme": "other"})

    answers = {record(territory, need, "qualified") for _ in range(2)}

    assert len(answers) == 1
    assert len(territory.kept("/ACTION#")) == 1


def test_a_mistake_is_withdrawn_and_still_told(territory: Territory) -> None:
    """Nothing is erased: the withdrawal is an action too, and it is not withdrawn twice."""
    (need,) = reported(territory, {"theme": "other"})
    mistake = record(territory, need, "met").action_id

    undone = record(territory, need, "withdrawn", withdraws=mistake)

    assert (undone.state, len(territory.kept("/ACTION#"))) == ("reported", 2)
    with pytest.raises(Invalid) as refused:
        record(territory, need, "withdrawn", withdraws=mistake, key="once-more")
    assert list(refused.value.fields) == ["/withdraws"]


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"acted_on": "2026-11-28"}, "/acted_on"),
        ({"acted_on": "2024-11-28"}, "/acted_on"),
        ({"withdraws": "x"}, "/withdraws"),
        ({"kind": "withdrawn"}, "/withdraws"),
    ],
)
def test_a_broken_rule_is_told_where_it_is(territory: Territory, more: dict[str, Any], place: str) -> None:
    """And nothing is written."""
    (need,) = reported(territory, {"theme": "other"})

    with pytest.raises(Invalid) as refused:
        record(territory, need, **({"kind": "met"} | more))

    assert list(refused.value.fields) == [place]
    assert state(territory, need) == "reported"


@pytest.mark.parametrize("who", ["rival", "agency", "neighbour"])
def test_what_is_not_ones_business_does_not_exist(territory: Territory, who: str) -> None:
    """Another structure, another role, another territory: all are answered alike."""
    (need,) = reported(territory, {"theme": "other"})

    with pytest.raises(NotFound):
        record(territory, need, "met", who=who)


def test_the_structure_itself_says_what_it_did(territory: Territory) -> None:
    """Its capteurs and managers, and the coordination for all."""
    (need,) = reported(territory, {"theme": "other"})

    record(territory, need, "in_progress", who="capteur")
    record(territory, need, "met", who="colleague")

    assert state(territory, need) == "met"


class Crossing(MemoryTable):
    """A table where somebody else's action comes just before each of the first `times` writes of one."""

    def __init__(self) -> None:
        super().__init__()
        self.territory: Territory | None = None
        self.need: NeedKey | None = None
        self.times = 0

    def write(self, *writes: Write) -> None:
        if self.times and self.territory and self.need:
            self.times -= 1
            left, self.times = self.times, 0
            record(self.territory, self.need, "in_progress", key=f"crossing-{left}", who="capteur")
            self.times = left
        super().write(*writes)


def crossed(times: int) -> tuple[Territory, NeedKey]:
    """A need about which two people act at once."""
    table = Crossing()
    territory = Territory(table=table)
    (need,) = reported(territory, {"theme": "other"})
    table.territory, table.need, table.times = territory, need, times
    return territory, need


def test_two_actions_at_once_are_both_recorded() -> None:
    """Neither person is asked to do it again, and the state is of both."""
    territory, need = crossed(times=2)

    recorded = record(territory, need, "met")

    assert (recorded.state, state(territory, need)) == ("met", "met")
    assert len(territory.kept("/ACTION#")) == 3


def test_a_table_that_is_always_crossed_is_told_as_a_conflict() -> None:
    """After a few tries the person is told; nothing is half done."""
    territory, need = crossed(times=50)

    with pytest.raises(Conflict):
        record(territory, need, "met")

    assert "met" not in {item["kind"] for item in territory.kept("/ACTION#")}


def test_a_need_does_not_grow_without_end(territory: Territory) -> None:
    """At a hundred actions something writes in a loop: it is refused."""
    (need,) = reported(territory, {"theme": "other"})
    for number in range(MOST_ACTIONS):
        record(territory, need, "in_progress", key=f"loop-{number:04}")

    with pytest.raises(Conflict):
        record(territory, need, "met")


def test_a_list_of_one_theme_has_no_other(territory: Territory) -> None:
    """By theme, or all; page by page, each need once."""
    needs = reported(territory, *NEEDS)

    assert sorted(listed(territory, "reported", "skills")) == sorted([needs[0].need_id, needs[2].need_id])
    assert listed(territory, "reported", "finance") == []
    assert len(listed(territory, "reported", limit=2)) == 2
