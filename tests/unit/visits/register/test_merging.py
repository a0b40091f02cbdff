"""Two records become one by a person's decision, nothing is moved, and it can be undone."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from services.visits.register.commands import MergeEnterprises, UndoMerge
from services.visits.register.criteria import Criteria
from services.visits.register.merging import Merged, Registrar
from shared.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable
from shared.tables import MemoryTable, Put, Write
from tests.unit.visits.register.office import Office
from tests.unit.visits.register.rows import HERE, enterprise, unregistered

SURVIVOR, ABSORBED, THIRD = enterprise(), unregistered(1, name="Horlogerie Lion"), unregistered(2, name="Le Lion")
REASON = "Le SIRET est arrivé."


def merge(
    office: Office,
    absorbed: str = ABSORBED.id,
    survivor: str = SURVIVOR.id,
    *,
    who: str = "colleague",
    key: str = "merge-1",
) -> Merged:
    """Merges two records."""
    command = MergeEnterprises(absorbed_id=absorbed, survivor_id=survivor, reason=REASON)
    return Registrar(office.office).merge(
        command, office.request(who, key, f"{absorbed}>{survivor}"), office.caller(who)
    )


def undo(office: Office, absorbed: str = ABSORBED.id, *, who: str = "colleague", key: str = "undo-1") -> Merged:
    """Undoes a merge."""
    return Registrar(office.office).undo(
        absorbed, UndoMerge(reason="Une homonyme."), office.request(who, key), office.caller(who)
    )


def told(office: Office) -> list[tuple[str, dict[str, str]]]:
    """The facts that wait to be published, in order."""
    events = [event for item in office.kept("#OUTBOX") for event in item["events"]]
    return [(event["detail_type"], json.loads(event["detail"])["data"]) for event in events]


@pytest.fixture
def merged(office: Office) -> Office:
    """A territory where a record without SIRET has been merged into one with a SIRET."""
    office.knows(SURVIVOR, ABSORBED, THIRD)
    merge(office)
    return office


def found(office: Office, name: str) -> list[str]:
    """The ids that a search by name finds."""
    return [each.id for each in office.office.store.search(HERE, Criteria(name=name), 10).enterprises]


def test_an_absorbed_record_leads_to_the_survivor(merged: Office) -> None:
    """It is no more found by name, its id still answers, and the record itself is intact."""
    assert found(merged, "horlogerie") == [SURVIVOR.id]
    assert merged.office.files.survivor_of(HERE, ABSORBED.id) == SURVIVOR.id
    kept = merged.office.store.get(HERE, ABSORBED.id)
    assert kept == ABSORBED.model_copy(update={"merged_into": SURVIVOR.id})


def test_a_merge_is_told_without_its_reason(merged: Office) -> None:
    """Ids and the SIRET; what somebody wrote stays in the service."""
    ((name, data),) = told(merged)

    assert name == "EnterprisesMerged.v1"
    assert (data["absorbed_id"], data["survivor_id"], data["survivor_siret"]) == (
        ABSORBED.id,
        SURVIVOR.id,
        SURVIVOR.siret,
    )
    assert REASON not in json.dumps(data)


def test_a_merge_sent_twice_is_one(merged: Office) -> None:
    """The same answer, one fact, one line in each history."""
    assert merge(merged) == merge(merged)
    assert len(told(merged)) == 1
    assert len(merged.kept("/NOTE#")) == 2


def test_a_merge_undone_leaves_both_as_they_were(merged: Office) -> None:
    """Both are found again; the decision and its undoing stay in both histories, and are told."""
    merged.clock.now_is += timedelta(hours=1)
    undo(merged)

    assert sorted(found(merged, "horlogerie")) == sorted([SURVIVOR.id, ABSORBED.id])
    assert merged.office.store.get(HERE, ABSORBED.id) == ABSORBED
    assert merged.office.files.survivor_of(HERE, ABSORBED.id) == ABSORBED.id
    assert [name for name, _ in told(merged)] == ["EnterprisesMerged.v1", "EnterpriseMergeUndone.v1"]
    assert len(merged.kept("/NOTE#")) == 4


def test_an_undoing_sent_twice_is_one(merged: Office) -> None:
    """And a merge may follow it."""
    assert undo(merged) == undo(merged)
    merge(merged, key="merge-2")
    assert found(merged, "horlogerie") == [SURVIVOR.id]


def test_a_survivor_may_be_absorbed_in_its_turn(merged: Office) -> None:
    """What was merged into it follows; only a record that stands for itself can be merged."""
    merged.knows(unregistered(3))
    merge(merged, unregistered(3).id, THIRD.id, key="merge-2")
    merge(merged, THIRD.id, SURVIVOR.id, key="merge-3")

    assert merged.office.files.survivor_of(HERE, unregistered(3).id) == SURVIVOR.id
    with pytest.raises(Conflict):
        merge(merged, ABSORBED.id, THIRD.id, key="merge-4")


def test_two_sirets_are_not_merged(office: Office) -> None:
    """For the INSEE they are two establishments, whatever their names."""
    twin = enterprise(siret="35600000000048")
    office.knows(SURVIVOR, twin)

    with pytest.raises(Invalid, match="Deux SIRET différents"):
        merge(office, twin.id)


@pytest.mark.parametrize(("absorbed", "survivor"), [(SURVIVOR.id, ABSORBED.id), (ABSORBED.id, ABSORBED.id)])
def test_the_one_with_a_siret_stays(office: Office, absorbed: str, survivor: str) -> None:
    """Nor is a record merged into itself."""
    office.knows(SURVIVOR, ABSORBED)

    with pytest.raises(Invalid):
        merge(office, absorbed, survivor)


@pytest.mark.parametrize(("who", "refusal"), [("capteur", Forbidden), ("agency", Forbidden), ("neighbour", NotFound)])
def test_only_managers_and_the_coordination_merge(office: Office, who: str, refusal: type[Exception]) -> None:
    """A capteur proposes to them; another territory's coordinator sees no such records."""
    office.knows(SURVIVOR, ABSORBED)

    with pytest.raises(refusal):
        merge(office, who=who)
    assert not office.kept("/MERGED")


class Unsteady(MemoryTable):
    """A table that does something else before each write, once."""

    def __init__(self, before: Callable[[tuple[Write, ...]], None]) -> None:
        super().__init__()
        self.before: Callable[[tuple[Write, ...]], None] | None = before

    def write(self, *writes: Write) -> None:
        before = self.before
        if before and any(isinstance(each, Put) and "merge" in str(each.item).lower() for each in writes):
            self.before = None
            before(writes)
        super().write(*writes)


def test_a_merge_cut_short_is_completed_by_the_next_try() -> None:
    """The decision is taken, the register's table does not answer: the same request finishes the work."""

    def down(_writes: tuple[Write, ...]) -> None:
        raise Unavailable("La table ne répond pas.")

    office = Office(register=Unsteady(down))
    office.knows(SURVIVOR, ABSORBED)
    with pytest.raises(Unavailable):
        merge(office)

    assert office.office.files.survivor_of(HERE, ABSORBED.id) == SURVIVOR.id
    merge(office)
    assert found(office, "horlogerie") == [SURVIVOR.id]
    assert len(told(office)) == 1


def test_two_merges_that_cross_make_no_circle() -> None:
    """One into the other and the other into the one at once: the first written wins."""
    office = Office(table=Unsteady(lambda _writes: ignored(merge(office, THIRD.id, ABSORBED.id, key="merge-first"))))
    office.knows(ABSORBED, THIRD)

    with pytest.raises(Conflict):
        merge(office, ABSORBED.id, THIRD.id)
    assert office.office.files.survivor_of(HERE, THIRD.id) == ABSORBED.id
    assert office.office.files.survivor_of(HERE, ABSORBED.id) == ABSORBED.id


def ignored(_answer: Merged) -> None:
    """An answer that nobody waits for."""
