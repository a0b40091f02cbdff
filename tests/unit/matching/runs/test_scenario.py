"""Scenarios: played apart, compared with today, told in a sentence."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.matching.jobs.job import Job
from services.matching.runs.deciding import Decided, Decisions
from services.matching.runs.run import Run, dump
from services.matching.runs.running import run
from services.matching.runs.scenario import Altered, Scenario, Taken, applied, closing, compared, play
from shared.errors import Invalid
from tests.unit.matching.runs.seeded import SETTINGS, TODAY, at_risk, inputs_of, opening, reference, territory

JUNE = date(2027, 6, 1)


def played(scenario: Scenario, jobs: list[Job], **given: Any) -> Run:
    return play(scenario, jobs, reference(), TODAY, SETTINGS, **given)


def today(jobs: list[Job]) -> Run:
    return run(inputs_of(jobs), reference(), SETTINGS)


@pytest.mark.parametrize("seed", range(3))
def test_a_scenario_of_nothing_changes_nothing(seed: int) -> None:
    """Byte for byte, and the sentence says so."""
    jobs = territory(seed)
    base, same = today(jobs), played(Scenario(name="Rien"), jobs)
    assert dump(base) == dump(same)
    comparison = compared("Rien", base, same)
    assert (comparison.gains, comparison.losses, comparison.unmatched, comparison.elsewhere) == ((), (), (), ())
    assert comparison.summary.startswith("« Rien » ne change rien")


def test_a_closing_site_loses_its_jobs_and_its_openings() -> None:
    """« This site closes in June »: its jobs end then, for good; it recruits nobody; the others are as they were."""
    own: list[Job] = [at_risk(1, enterprise="e:site", cause="temporary"), opening(1, enterprise="e:site")]
    jobs = [*own, at_risk(2), opening(2)]
    scenario = closing("Le site ferme en juin", "e:site", JUNE, jobs)
    left = {job.id: job for job in applied(scenario, jobs)}
    assert set(left) == {"risk-001", "risk-002", "open-002"}
    changed = left["risk-001"]
    assert (changed.model_dump()["horizon_on"], changed.model_dump()["cause"]) == (JUNE, "definitive")
    assert left["risk-002"] == jobs[2]


def test_who_loses_a_place_and_who_gains_one() -> None:
    """Three more people of a nearer site take the only places: the sentence counts groups and people."""
    jobs: list[Job] = [at_risk(1, commune="90010"), opening(1)]
    scenario = Scenario(name="Un site voisin s’arrête", at_risk=(at_risk(2),))
    comparison = compared(scenario.name, today(jobs), played(scenario, jobs))
    assert [tuple(one) for one in comparison.losses] == [("at_risk", "risk-001", 3, 0)]
    assert [tuple(one) for one in comparison.gains] == [("at_risk", "risk-002", 0, 3)]
    assert [tuple(one) for one in comparison.unmatched] == [("at_risk", "risk-001", 0, 3)]
    assert (comparison.placed_before, comparison.placed) == (3, 3)
    assert comparison.summary.replace("\u00a0", " ").replace("\u202f", " ") == (
        "« Un site voisin s’arrête » : 3 personnes placées au lieu de 3, "
        f"{_spaced(comparison.objective)} points au lieu de {_spaced(comparison.objective_before)} ; "
        "1 groupe perd des places, 1 groupe gagne des places et 3 personnes de plus restent sans proposition."
    )


def _spaced(points: int) -> str:
    return f"{points:,}".replace(",", " ")


def test_an_opening_that_goes_sends_people_elsewhere() -> None:
    """As many are placed, in another opening."""
    jobs: list[Job] = [at_risk(1), opening(1), opening(2, commune="90010")]
    scenario = Scenario(name="Sans l’offre", removed=(Taken(side="opening", job_id="open-001"),))
    comparison = compared("Sans l’offre", today(jobs), played(scenario, jobs))
    assert comparison.elsewhere == ("risk-001",)
    assert (comparison.placed, comparison.unmatched) == (3, ())
    assert comparison.objective < comparison.objective_before


def test_a_decision_on_what_is_taken_away_falls() -> None:
    """The others still hold."""
    jobs: list[Job] = [at_risk(1), at_risk(2), opening(1), opening(2)]
    decisions = Decisions((Decided("risk-001", "open-001"), Decided("risk-002", "open-002", 3)))
    scenario = Scenario(name="x", removed=(Taken(side="opening", job_id="open-001"),))
    done = played(scenario, jobs, decisions=decisions)
    assert [(one.job_id, one.people) for one in done.proposals] == [("risk-002", 3)]


@pytest.mark.parametrize(
    "change",
    [
        {"removed": (Taken(side="opening", job_id="gone"),)},
        {"altered": (Altered(side="at_risk", job_id="risk-001", changes={"structure_id": "other"}),)},
        {"altered": (Altered(side="at_risk", job_id="risk-001", changes={"urgent": True}),)},
        {"altered": (Altered(side="at_risk", job_id="risk-001", changes={"people": 0}),)},
    ],
    ids=["unknown job", "whose it is", "the other side's", "no value"],
)
def test_a_scenario_that_makes_no_sense_is_refused(change: dict[str, Any]) -> None:
    """In French, before anything is computed."""
    with pytest.raises(Invalid, match="Ce scénario"):
        applied(Scenario(name="x", **change), [at_risk(1)])
