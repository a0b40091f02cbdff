"""Orders carried out: head, body, suggestions and fact, once; what people have taken further stays theirs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.matching.matches.match import Match, State
from services.matching.matches.rules import shortlisted
from services.matching.matches.store import MatchStore, mark_put, match_put
from services.matching.runs.deciding import Decided, Decisions
from services.matching.runs.listing import list_for
from services.matching.runs.performing import perform
from services.matching.runs.record import Order
from services.matching.runs.run import dump
from services.matching.runs.scenario import Scenario
from services.matching.runs.store import body_key, runs_pk
from shared.errors import Invalid, NotFound, Unreadable
from shared.tables import Page, Put, TableClient
from tests.unit.matching.runs.seeded import NOW, TERRITORY, TODAY, Scene, at_risk, opening, order, scene, territory

PEOPLE = 3


class Interrupted(MatchStore):
    """Something happens between the reading of matches and the first write."""

    def __init__(self, table: TableClient, happening: Callable[[], None]) -> None:
        super().__init__(table)
        self._happening = happening

    def page(self, territory_id: str, limit: int, cursor: str | None) -> Page:
        page = super().page(territory_id, limit, cursor)
        self._happening()
        return page


def put(stage: Scene, match: Match) -> None:
    stage.table.write(Put(match_put(match, None).item), Put(mark_put(match).item))


def only(stage: Scene) -> Match:
    (match,) = stage.matches().values()
    return match


def test_a_nightly_run_keeps_head_body_and_suggestions() -> None:
    """The head has the figures and the hash of its body; each proposal is a suggested match; facts leave with them."""
    stage = scene(*territory(1))
    head = perform(order(), stage.desk)
    body = stage.desk.runs.body(head)
    assert head.certified
    assert head.primal == head.dual == body.proof.primal
    assert (head.placed, head.objective, head.inputs, head.proposals) == (
        body.placed,
        body.objective,
        body.inputs,
        len(body.proposals),
    )
    matches = stage.matches().values()
    assert {(one.job_id, one.opening_id, one.score, one.people) for one in matches} == {
        (one.job_id, one.opening_id, one.score, one.people) for one in body.proposals
    }
    assert {one.run_id for one in matches} == {head.id}
    assert stage.told() == [*["MatchSuggested.v1"] * len(matches), "MatchRunCompleted.v1"]


def test_a_twin_order_writes_nothing_twice() -> None:
    """The same message again finds its run and touches nothing."""
    stage = scene(*territory(2))
    head = perform(order(), stage.desk)
    written, objects = dict(stage.table.items), dict(stage.bucket.objects)
    stage.clock.now_is += timedelta(minutes=5)
    assert perform(order(), stage.desk) == head
    assert (stage.table.items, stage.bucket.objects) == (written, objects)


def test_an_order_cut_off_is_taken_up() -> None:
    """Suggestions written, head not: the same order ends in the same state, with one fact a match."""
    stage = scene(*territory(2))
    head = perform(order(), stage.desk)
    written = stage.matches()
    stage.table.items = {key: item for key, item in stage.table.items.items() if key != (runs_pk(TERRITORY), head.id)}
    assert perform(order(), stage.desk) == head
    assert stage.matches() == written
    assert stage.told().count("MatchSuggested.v1") == len(written)


def test_the_next_night_replaces_what_nobody_took() -> None:
    """A better opening has come: the old suggestion expires, with its fact, and a new one stands."""
    stage = scene(at_risk(1), opening(1, commune="90010"))
    perform(order(), stage.desk)
    first = only(stage)
    stage.declare(opening(2))
    perform(order(key="night-2"), stage.desk)
    states = {match.opening_id: match.state for match in stage.matches().values()}
    assert states == {"open-001": "expired", "open-002": "suggested"}
    assert stage.matches()[first.id].version == 2
    assert stage.told().count("MatchEnded.v1") == 1


def test_a_pair_that_expired_can_come_back() -> None:
    """Under another id; the first stays as it ended."""
    stage = scene(at_risk(1), opening(1))
    perform(order(), stage.desk)
    first = only(stage)
    put(stage, first.model_copy(update={"state": "expired"}))
    perform(order(key="night-2"), stage.desk)
    assert sorted(match.state for match in stage.matches().values()) == ["expired", "suggested"]


def test_the_same_suggestion_is_left_alone_and_another_number_renews_it() -> None:
    """Nothing is written for what has not changed; more people make the same match a version later, without a fact."""
    stage = scene(at_risk(1), opening(1))
    perform(order(), stage.desk)
    first = only(stage)
    perform(order(key="night-2"), stage.desk)
    assert only(stage) == first
    stage.declare(at_risk(1, people=2))
    perform(order(key="night-3"), stage.desk)
    again = only(stage)
    assert (again.id, again.people, again.version, again.expires_on) == (first.id, 2, 2, first.expires_on)
    assert stage.told().count("MatchSuggested.v1") == 1


@pytest.mark.parametrize("state", ["shortlisted", "one_side_agreed", "introduced", "in_setup", "concluded", "reviewed"])
def test_what_people_took_further_is_theirs(state: State) -> None:
    """The match stays as it is, its people are proposed nowhere else, and its pair is not proposed again."""
    stage = scene(at_risk(1), opening(1), opening(2))
    perform(order(), stage.desk)
    taken = only(stage).model_copy(update={"state": state})
    put(stage, taken)
    head = perform(order(key="night-2"), stage.desk)
    assert only(stage) == taken
    assert (head.placed, head.unfit) == (0, 2)


@pytest.mark.parametrize("state", ["declined", "broken"])
def test_what_failed_frees_its_people_for_others(state: State) -> None:
    """They are proposed elsewhere, never to the same opening."""
    stage = scene(at_risk(1), opening(1), opening(2, commune="90010"))
    perform(order(), stage.desk)
    put(stage, only(stage).model_copy(update={"state": state}))
    perform(order(key="night-2"), stage.desk)
    assert {match.opening_id: match.state for match in stage.matches().values()} == {
        "open-001": state,
        "open-002": "suggested",
    }


def test_a_new_job_s_own_list_outlives_the_night() -> None:
    """As long as both jobs can be matched: what the run does not choose remains a choice for people."""
    stage = scene(at_risk(1, people=1), opening(1, people=1), opening(2, people=1, commune="90010"))
    list_for("at_risk", TERRITORY, "risk-001", "event-1", stage.desk)
    perform(order(), stage.desk)
    assert {match.opening_id: match.state for match in stage.matches().values()} == {
        "open-001": "suggested",
        "open-002": "suggested",
    }
    stage.declare(opening(2, state="filled"))
    perform(order(key="night-2"), stage.desk)
    assert {match.opening_id: match.state for match in stage.matches().values()}["open-002"] == "expired"


def test_somebody_faster_wins() -> None:
    """A person picks a proposal while the run is computed: the run leaves it as the person has it."""
    stage = scene(at_risk(1), opening(1))
    perform(order(), stage.desk)
    suggested = only(stage)
    stage.declare(opening(1, people=2))
    desk = replace(stage.desk, matches=Interrupted(stage.table, lambda: put(stage, shortlisted(suggested, TODAY))))
    perform(order(key="night-2"), desk)
    assert only(stage).state == "shortlisted"


def test_a_committee_decides_and_suggests_nothing() -> None:
    """Its decisions are obeyed and counted; its run is told; no match is made of it."""
    stage = scene(at_risk(1), opening(1), opening(2, commune="90010"))
    decisions = Decisions((Decided("risk-001", "open-002", PEOPLE),))
    head = perform(order("committee", asked_by="member-1", decisions=decisions), stage.desk)
    body = stage.desk.runs.body(head)
    assert [(one.opening_id, one.people) for one in body.proposals] == [("open-002", PEOPLE)]
    assert (head.frozen, head.certified, stage.matches()) == (1, True, {})
    assert stage.told() == ["MatchRunCompleted.v1"]


def test_a_committee_may_decide_what_had_failed() -> None:
    """A pair that was declined is proposed by nobody else, and holds once it is decided."""
    stage = scene(at_risk(1), opening(1))
    perform(order(), stage.desk)
    put(stage, only(stage).model_copy(update={"state": "declined"}))
    assert perform(order("committee"), stage.desk).placed == 0
    decided = Decisions((Decided("risk-001", "open-001", PEOPLE),))
    assert perform(order("committee", key="another", decisions=decided), stage.desk).placed == PEOPLE


def test_a_scenario_is_kept_apart() -> None:
    """Nothing is told nor suggested; its head says what it changes."""
    stage = scene(at_risk(1), opening(1))
    scenario = Scenario(name="Deux fois plus", at_risk=(at_risk(2),), to_fill=(opening(2),))
    head = perform(order("scenario", scenario=scenario), stage.desk)
    assert head.compared is not None
    assert (head.name, head.compared.placed_before, head.placed) == ("Deux fois plus", PEOPLE, 2 * PEOPLE)
    assert (stage.told(), stage.matches()) == ([], {})
    with pytest.raises(Invalid, match="Un scénario dit ce qui change"):
        perform(order("scenario", key="another"), stage.desk)


def test_an_order_travels_as_text() -> None:
    """Through the queue and back, decisions and scenario too; its run keeps its id."""
    decisions = {"frozen": [["risk-001", "open-001", 2]], "vetoes": [["risk-001", "open-002"]]}
    sent = order("scenario", decisions=decisions, scenario=Scenario(name="x", at_risk=(at_risk(2),)))
    received = Order.model_validate_json(sent.model_dump_json())
    assert (received, received.run_id) == (sent, sent.run_id)
    assert received.run_id.startswith("20261122T020000Z-scenario-")


def test_the_latest_run_of_a_kind() -> None:
    """Among all others; unknown runs are not found."""
    stage = scene(at_risk(1), opening(1))
    assert stage.desk.runs.latest(TERRITORY) is None
    heads = [perform(order(key=str(n), asked_at=NOW + timedelta(days=n)), stage.desk) for n in range(2)]
    perform(order("committee", asked_at=NOW + timedelta(days=3)), stage.desk)
    assert stage.desk.runs.latest(TERRITORY) == heads[1]
    assert [item["sk"] for item in stage.desk.runs.page(TERRITORY, 9, None).items][1:] == [heads[1].id, heads[0].id]
    with pytest.raises(NotFound):
        stage.desk.runs.head(TERRITORY, "")


def test_a_body_that_was_altered_is_not_read() -> None:
    """Its hash stands in the head."""
    stage = scene(at_risk(1), opening(1))
    head = perform(order(), stage.desk)
    body = stage.desk.runs.body(head)
    stage.bucket.put(body_key(TERRITORY, head.id), dump(body).replace(b"risk-001", b"risk-002"), "x")
    with pytest.raises(Unreadable, match="altéré"):
        stage.desk.runs.body(head)


def drawn(**changes: Any) -> Scene:
    return scene(*territory(4), settings=changes)


def test_the_territory_s_settings_are_obeyed() -> None:
    """Mode, weights and least points stand in the head as they were used."""
    stage = drawn(mode="quality", least_points=450, distance_weight=0, skills_weight=350)
    head = perform(order(), stage.desk)
    assert (head.mode, head.least_points, head.weights["distance"], head.weights["skills"]) == ("quality", 450, 0, 350)
    assert min(one.score for one in stage.desk.runs.body(head).proposals) >= 450
