"""From a draft to a commitment: its list, its versions, its closing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.visits.programmes import population
from services.visits.programmes.claiming import claim_target
from services.visits.programmes.commands import (
    CloseProgramme,
    CommitProgramme,
    DraftProgramme,
    RedraftProgramme,
    ReviseQuota,
)
from services.visits.programmes.committing import close_programme, commit_programme, revise_quota
from services.visits.programmes.drafting import draft_programme, redraft_programme
from services.visits.programmes.months import later, span
from services.visits.programmes.programme import MOST_TARGETS, Programme
from shared.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable
from shared.tables import ConditionFailed, MemoryTable, Write
from tests.unit.visits.programmes.world import HERE, SIRETS, TODAY, World, draft, enterprise


def revise(world: World, programme: Programme, who: str = "marie", **changes: Any) -> Programme:
    """Another number of visits."""
    given = {"per_month": 5, "from_month": "2026-12", "decided_on": TODAY, "reason": "Un capteur de moins"} | changes
    command = ReviseQuota.model_validate({"expected_version": programme.version, **given})
    revise_quota(command, programme.id, world.request(who), world.caller(who), world.desk)
    return world.programme(programme.id)


def close(world: World, programme: Programme, who: str = "marie") -> Programme:
    command = CloseProgramme(expected_version=programme.version, reason="Mené à son terme")
    close_programme(command, programme.id, world.request(who), world.caller(who), world.desk)
    return world.programme(programme.id)


def refusal(world: World, **changes: Any) -> dict[str, str]:
    """What is wrong with a draft, by JSON pointer."""
    with pytest.raises(Invalid) as refused:
        world.draft(**changes)
    return refused.value.fields


def test_a_draft_says_how_many_it_would_freeze(world: World) -> None:
    """It binds nobody: no fact is told, no target written."""
    programme = world.draft()

    assert (programme.state, programme.targets_count, programme.structure_name) == ("draft", 3, "CCI du Doubs")
    assert programme.committed_in("2026-11") == 0
    assert world.facts() == []


def test_a_commitment_freezes_the_list(world: World) -> None:
    """Who joins the register later is not in it."""
    programme = world.commit(world.draft())
    world.keep(enterprise(SIRETS[4]))
    world.populate(programme)

    assert world.programme(programme.id).state == "active"
    names = {target.name for target in world.desk.store.targets(programme)}
    assert names == {"Zénith Mécanique", "Alpha Découpe", "Mécabel"}
    assert sorted(world.facts()) == ["ProgrammeActivated", "ProgrammeCommitted"]


def test_a_list_names_what_is_wrong_with_each_line(world: World) -> None:
    """A false key, a stranger to the register, a closed one, the same twice: each at its place, all at once by kind."""
    world.keep(enterprise(SIRETS[4], state="closed"))
    ill_formed = refusal(world, population={"sirets": ["73282932000079", SIRETS[0], SIRETS[0]]})
    unknown = refusal(world, population={"sirets": [SIRETS[0], SIRETS[5], SIRETS[4]]})

    assert "clé de contrôle" in ill_formed["/population/sirets/0"]
    assert "Déjà donné" in ill_formed["/population/sirets/2"]
    assert "n’est pas dans le registre" in unknown["/population/sirets/1"]
    assert "est fermé" in unknown["/population/sirets/2"]


def test_a_population_has_a_cap(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond it, the message says to be more precise; nothing is written."""
    monkeypatch.setattr(population, "MOST_TARGETS", 2)

    assert "précisez" in refusal(world)["/population"]
    assert world.visits.items == {}
    assert MOST_TARGETS == 2000


def test_a_population_says_something(world: World) -> None:
    """Neither the whole register, nor both ways at once, nor nobody, nor a thousand searches."""
    assert "au moins un critère" in refusal(world, population={})["/population"]
    assert "pas les deux" in refusal(world, population={"naf": ["29"], "sirets": [SIRETS[0]]})["/population"]
    assert "Aucune entreprise" in refusal(world, population={"naf": ["01"]})["/population"]
    crossed = {"communes": [f"90{number:03}" for number in range(10, 31)], "naf": ["29", "10"]}
    assert "au plus 40" in refusal(world, population=crossed)["/population"]


def test_a_draft_is_told_all_that_is_wrong(world: World) -> None:
    """Codes and months are read together."""
    fields = refusal(world, first_month="2036-01", population={"communes": ["9"], "naf": ["X"], "size_bands": ["99"]})

    assert set(fields) == {
        "/first_month",
        "/population/communes/0",
        "/population/naf/0",
        "/population/size_bands",
    }


def test_who_decides(world: World) -> None:
    """A manager for their structure, the coordination for any; a capteur for none."""
    assert world.draft("carole", structure_id="opco").structure_name == "OPCO 2i"
    with pytest.raises(Forbidden):
        world.draft("claire")
    with pytest.raises(Forbidden, match="votre structure"):
        world.draft("marie", structure_id="opco")
    with pytest.raises(Invalid, match="annuaire"):
        world.draft("carole", structure_id="inconnue")
    with pytest.raises(NotFound):
        world.commit(world.draft("oscar"), "marie")


def test_a_draft_changes_until_it_is_committed(world: World) -> None:
    """Then its list is frozen, and an old page is refused."""
    programme = world.draft()
    command = RedraftProgramme.model_validate(draft(title="Autre titre", expected_version=1))
    redraft_programme(command, programme.id, world.request("marie"), world.caller("marie"), world.desk)
    changed = world.programme(programme.id)

    assert (changed.title, changed.version) == ("Autre titre", 2)
    for version in (1, world.commit(changed).version):
        late = command.model_copy(update={"expected_version": version})
        with pytest.raises(Conflict):
            redraft_programme(late, programme.id, world.request("marie"), world.caller("marie"), world.desk)


def test_the_same_request_said_twice_makes_one_programme(world: World) -> None:
    """For a draft and for a commitment."""
    request, caller = world.request("marie"), world.caller("marie")
    drafts = {draft_programme(DraftProgramme.model_validate(draft()), request, caller, world.desk) for _ in range(2)}
    (programme_id,) = drafts
    again = world.request("marie")
    for _ in range(2):
        commit_programme(CommitProgramme(expected_version=1), programme_id, again, caller, world.desk)

    assert len(world.desk.store.programmes(HERE)) == 1
    assert world.facts() == ["ProgrammeCommitted"]


def test_a_revision_leaves_the_earlier_versions(world: World) -> None:
    """The past month keeps its promise; the new number holds from its own month; both are dated and justified."""
    programme = revise(world, world.active(), per_month=5, from_month="2026-12")

    months = span("2026-09", 8)
    assert [programme.committed_in(month) for month in months] == [0, 10, 10, 5, 5, 5, 5, 0]
    assert [(quota.number, quota.per_month, quota.reason) for quota in programme.quotas] == [
        (1, 10, "Engagement initial."),
        (2, 5, "Un capteur de moins"),
    ]
    assert "ProgrammeRevised" in world.facts()


@given(st.lists(st.tuples(st.integers(1, 500), st.integers(0, 5)), max_size=5))
def test_no_version_is_ever_rewritten(revisions: list[tuple[int, int]]) -> None:
    """Whatever is decided later, what was decided before is stored as it was."""
    world = World()
    world.keep(enterprise(SIRETS[0]))
    programme = world.active()
    for per_month, offset in revisions:
        before = {key: item for key, item in world.visits.items.items() if "#QUOTA#" in key[1]}
        month = later(programme.quotas[-1].from_month, min(offset, 1))
        programme = revise(world, programme, per_month=per_month, from_month=min(month, programme.last_month))
        assert before.items() <= world.visits.items.items()
    assert [quota.number for quota in programme.quotas] == list(range(1, len(revisions) + 2))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"from_month": "2026-09"}, "/from_month"),
        ({"from_month": "2027-04"}, "/from_month"),
        ({"decided_on": TODAY + timedelta(days=1)}, "/decided_on"),
    ],
)
def test_a_revision_is_of_its_time(world: World, changes: dict[str, Any], field: str) -> None:
    """Neither before or after the period, nor decided tomorrow."""
    with pytest.raises(Invalid) as refused:
        revise(world, world.active(), **changes)
    assert field in refused.value.fields


def test_a_revision_does_not_go_back_before_another(world: World) -> None:
    """The months of an earlier version stay what they were."""
    programme = revise(world, world.active(), from_month="2027-01")
    with pytest.raises(Invalid, match="à corriger"):
        revise(world, programme, from_month="2026-12")


def test_a_closed_programme_promises_nothing_more(world: World) -> None:
    """The current month counts, the next ones do not; it is neither revised nor closed again."""
    programme = close(world, world.active())

    assert [programme.committed_in(month) for month in ("2026-11", "2026-12")] == [10, 0]
    assert (programme.state, programme.closed_on) == ("closed", date(2026, 11, 27))
    assert "ProgrammeClosed" in world.facts()
    for act in (revise, close):
        with pytest.raises(Conflict, match="clos"):
            act(world, programme)


def test_a_draft_is_neither_revised_nor_closed(world: World) -> None:
    """It is changed instead."""
    programme = world.draft()
    for act in (revise, close):
        with pytest.raises(Conflict, match="pas encore engagé"):
            act(world, programme)


class CutTable(MemoryTable):
    """A table that stops answering after so many writes."""

    left: int | None = None

    def write(self, *writes: Write) -> None:
        if self.left == 0:
            raise Unavailable("Coupure.")
        self.left = None if self.left is None else self.left - 1
        super().write(*writes)


def test_the_targets_are_written_once_however_often_it_is_cut() -> None:
    """250 targets, cut after the first hundred: the next try writes the others, and claims are not undone by a third."""
    table = CutTable()
    world = World(visits=table)
    world.keep(*(enterprise(f"{number:014}") for number in range(250)))
    programme = world.commit(world.draft())
    told = world.told(programme)
    table.left = 1
    with pytest.raises(Unavailable):
        world.populate(programme)
    assert len(world.desk.store.targets(programme)) == 100

    table.left = None
    world.populate(programme)
    claim_target(world.asked("claire", programme, f"{7:014}"), world.desk)
    world.populate(programme)
    targets = world.desk.store.targets(programme)
    assert (len(targets), sum(target.state == "claimed" for target in targets)) == (250, 1)
    assert told.event.targets == 250


def test_two_writers_of_the_same_targets_do_not_bury_the_message(world: World) -> None:
    """The one that loses asks for another try."""

    class Lost(MemoryTable):
        def write(self, *writes: Write) -> None:
            raise ConditionFailed([0])

    programme = world.commit(world.draft())
    lost = World(visits=Lost(), known=world.known)
    lost.visits.items = world.visits.items
    with pytest.raises(Unavailable):
        lost.populate(programme)


def test_a_target_knows_the_last_visit(world: World) -> None:
    """What happened before the commitment counts in the ranking."""
    key = (f"T#{HERE}#ENTERPRISE#{SIRETS[0]}", "SUMMARY")
    world.visits.items[key] = {
        "pk": key[0],
        "sk": key[1],
        "enterprise_id": SIRETS[0],
        "last_visited_on": "2025-03-02",
    }
    programme = world.active()

    found = {target.enterprise_id: target.last_visited_on for target in world.desk.store.targets(programme)}
    assert (found[SIRETS[0]], found[SIRETS[1]]) == (date(2025, 3, 2), None)
