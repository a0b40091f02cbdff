"""The list of a new job: the best there are, once, and no crowd."""

from __future__ import annotations

import pytest

from services.matching.jobs.job import Side
from services.matching.matches.rules import declined
from services.matching.matches.store import match_put
from services.matching.runs.deciding import Ids
from services.matching.runs.listing import list_for
from services.matching.runs.preparing import prepared
from services.matching.runs.shortlisting import shortlist
from services.matching.scoring.scoring import score_run
from shared.tables import Put
from tests.unit.matching.runs.seeded import (
    SETTINGS,
    TERRITORY,
    at_risk,
    inputs_of,
    opening,
    reference,
    scene,
    territory,
)

TOTAL = 3


@pytest.mark.parametrize("side", ["at_risk", "opening"])
@pytest.mark.parametrize("seed", range(2))
def test_the_best_of_all_edges(side: Side, seed: int) -> None:
    """For each job of a territory, what scoring everything and sorting gives."""
    inputs = inputs_of(territory(seed))
    edges = score_run(prepared(inputs, reference(), SETTINGS)).edges
    own, other = (edges.source, edges.opening) if side == "at_risk" else (edges.opening, edges.source)
    for job, place in (inputs.source_at if side == "at_risk" else inputs.opening_at).items():
        mine = [at for at in range(len(edges)) if own[at] == place]
        best = sorted(mine, key=lambda at: (-int(edges.score[at]), int(other[at])))[: SETTINGS.shortlist]
        found = shortlist(side, job, inputs, reference(), SETTINGS)
        assert [one.score for one in found] == edges.score[best].tolist()
        assert all(sum(one.components.values()) == one.score for one in found)


def test_a_job_that_cannot_be_matched_has_no_list() -> None:
    """Closed, stale, or of no known métier."""
    inputs = inputs_of([at_risk(1, state="lost"), opening(1)])
    assert shortlist("at_risk", "risk-001", inputs, reference(), SETTINGS) == []


def test_nobody_is_crowded() -> None:
    """An opening with ten proposals a place is left to others; a pair that people have answered to, too."""
    inputs = inputs_of([at_risk(1), *(opening(number, people=2) for number in range(TOTAL))])
    crowd = {"open-000": 20, "open-001": 19}
    vetoes = {Ids("risk-001", "open-002")}
    found = shortlist("at_risk", "risk-001", inputs, reference(), SETTINGS, crowd=crowd, vetoes=vetoes)
    assert [(one.opening_id, one.people) for one in found] == [("open-001", 2)]


def test_a_twin_event_writes_nothing_twice() -> None:
    """One list a job, each match with its fact; the same event again changes nothing at all."""
    stage = scene(at_risk(1), *(opening(number) for number in range(TOTAL)))
    assert list_for("at_risk", TERRITORY, "risk-001", "event-1", stage.desk) == TOTAL
    written = dict(stage.table.items)
    assert list_for("at_risk", TERRITORY, "risk-001", "event-1", stage.desk) == 0
    assert stage.table.items == written
    assert stage.told() == ["MatchSuggested.v1"] * TOTAL


def test_a_list_cut_off_is_taken_up() -> None:
    """The mark of the list comes last: without it, the same event adds what is missing and no twin."""
    stage = scene(at_risk(1), *(opening(number) for number in range(TOTAL)))
    list_for("at_risk", TERRITORY, "risk-001", "event-1", stage.desk)
    whole = stage.matches()
    for key in [key for key in stage.table.items if key[0].endswith("#SHORTLISTED") or key[1] == min(whole)]:
        del stage.table.items[key]
    assert list_for("at_risk", TERRITORY, "risk-001", "event-1", stage.desk) == 1
    assert stage.matches() == whole


def test_both_sides_lists_make_one_match_a_pair() -> None:
    """A job and an opening declared together find each other once."""
    stage = scene(at_risk(1), opening(1))
    assert list_for("at_risk", TERRITORY, "risk-001", "event-1", stage.desk) == 1
    assert list_for("opening", TERRITORY, "open-001", "event-2", stage.desk) == 0
    assert len(stage.matches()) == 1


def test_a_match_says_what_it_is_made_of() -> None:
    """Both structures, both métiers, its points and by when an answer is waited for."""
    stage = scene(at_risk(1, cause="temporary"), opening(1), settings={"answer_days": 12})
    list_for("at_risk", TERRITORY, "risk-001", "event-1", stage.desk)
    (match,) = stage.matches().values()
    assert (match.job_structure_id, match.opening_structure_id) == ("risk-structure", "open-structure")
    assert (match.mode, match.passerelle, match.people, match.run_id) == ("loan", "same", 3, "shortlist-risk-001")
    assert sum(match.components.values()) == match.score
    assert str(match.expires_on) == "2026-12-04"


def test_a_pair_that_was_declined_is_not_proposed_again() -> None:
    """Whatever its points."""
    stage = scene(at_risk(1), opening(1))
    list_for("at_risk", TERRITORY, "risk-001", "event-1", stage.desk)
    (match,) = stage.matches().values()
    stage.table.write(Put(match_put(declined(match, "wage"), None).item))
    assert list_for("opening", TERRITORY, "open-001", "event-2", stage.desk) == 0
