"""Declared jobs as columns: who is matched, who is not and why, and one digest whatever the order."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest

from services.matching.jobs.job import Job
from services.matching.reference.communes import NOWHERE
from services.matching.reference.passerelles import Declared
from services.matching.runs.gathering import UNFIT, Unfit, gather
from services.matching.runs.reference import Reference
from services.matching.scoring.contracts import Contract
from services.matching.scoring.terms import days
from tests.unit.matching.runs.seeded import (
    CONFIRM_DAYS,
    TODAY,
    at_risk,
    inputs_of,
    opening,
    reference,
    territory,
)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"state": "resolved"}, Unfit.ENDED),
        ({"state": "stale"}, Unfit.STALE),
        ({"confirmed_on": TODAY - timedelta(days=CONFIRM_DAYS + 1)}, Unfit.STALE),
        ({"rome": "A0000"}, Unfit.OCCUPATION),
        ({"people": 2}, Unfit.TAKEN),
    ],
)
def test_who_cannot_be_matched_is_told_why(changes: dict[str, Any], reason: Unfit) -> None:
    """Each with one reason, which has a French label; the others are matched."""
    inputs = inputs_of([at_risk(1, **changes), at_risk(2), opening(1)], {"risk-001": 2})
    assert [tuple(one) for one in inputs.unfit] == [("at_risk", "risk-001", reason)]
    assert inputs.sources.ids.tolist() == ["risk-002"]
    assert UNFIT[reason]


def test_the_last_day_of_confirmation_still_counts() -> None:
    """And one that is in a match, which people follow, does not go stale."""
    long_ago = TODAY - timedelta(days=400)
    on_time = at_risk(1, confirmed_on=TODAY - timedelta(days=CONFIRM_DAYS))
    assert inputs_of([on_time, at_risk(2, state="in_match", confirmed_on=long_ago)]).unfit == ()


def test_both_sides_in_columns() -> None:
    """What the job says, in the units of scoring; nothing said stays unknown."""
    said = {"commune": "25388", "contract": "cdi", "wage_cents": 200_000, "radius_km": 45}
    inputs = inputs_of([at_risk(2), at_risk(1, **said, enterprise="e:x"), opening(1, commune=None, enterprise="e:x")])
    sources, openings = inputs.sources, inputs.openings
    assert sources.ids.tolist() == ["risk-001", "risk-002"]
    assert reference().tables.occupations.codes[sources.occupation].tolist() == ["H2909", "H2909"]
    assert (sources.contract[0], sources.wage[0], sources.radius_m[0]) == (Contract.PERMANENT, 200_000, 45_000)
    assert (sources.ends_on[0], sources.headcount[0]) == (days(TODAY) + 60, 3)
    assert sources.latitude[0] // 10_000 == 4751
    assert openings.latitude[0] == NOWHERE
    assert sources.enterprise[0] == openings.enterprise[0] != sources.enterprise[1]
    assert (openings.contract[0], openings.wage[0]) == (Contract.UNKNOWN, 0)


def test_an_opening_that_was_wanted_before_is_wanted_today() -> None:
    """Its day has passed, it has not been filled: nobody is too late for it."""
    assert inputs_of([opening(1, wanted_on=TODAY - timedelta(days=80))]).openings.starts_on[0] == days(TODAY)


def test_people_in_a_followed_match_are_not_counted_twice() -> None:
    """What is left of a group, or of the places, is matched."""
    inputs = inputs_of([at_risk(1, people=5), opening(1, people=4)], {"risk-001": 2, "open-001": 1})
    assert (inputs.sources.headcount[0], inputs.openings.places[0]) == (3, 3)


def test_certificates_are_the_same_whatever_their_case() -> None:
    """And take the spelling of the passerelle that gives them."""
    given = Declared("H2909", "B1604", "x", TODAY, "Formation", 10, "CQPM Horloger", 900, TODAY, None)
    shelf = Reference(reference().tables, reference().communes, (given,))
    jobs: list[Job] = [
        at_risk(1, certificates=("cqpm  horloger",)),
        opening(1, certificates=("CQPM HORLOGER", "Autre")),
    ]
    inputs = gather(jobs, shelf, TODAY, CONFIRM_DAYS)
    assert inputs.certificates == ("Autre", "CQPM Horloger")
    assert inputs.sources.certificates.tolist() == [[0b10]]
    assert inputs.openings.certificates.tolist() == [[0b11]]


def test_the_digest_is_that_of_the_rows() -> None:
    """The same in any order; another for anything that scoring reads; the same when only versions moved."""
    jobs = territory(5)
    digest = inputs_of(jobs).digest
    random.Random(1).shuffle(jobs)  # noqa: S311 - drawn to be the same each time
    assert inputs_of(jobs).digest == digest
    assert inputs_of([jobs[0].model_copy(update={"version": 9}), *jobs[1:]]).digest == digest
    for changes in ({"people": 99}, {"commune": "90010"}, {"wage_cents": 1}, {"enterprise": "e:y"}):
        assert inputs_of([jobs[0].model_copy(update=changes), *jobs[1:]]).digest != digest
    assert inputs_of(jobs[1:]).digest != digest


def test_the_reference_has_a_version_of_its_own() -> None:
    """It changes with the declared passerelles, and does not with their order."""
    shelf = reference()
    turned = Reference(shelf.tables, shelf.communes, tuple(reversed(shelf.declared)))
    fewer = Reference(shelf.tables, shelf.communes, shelf.declared[1:])
    assert turned.version == shelf.version != fewer.version
    assert shelf.version.startswith(f"{shelf.tables.version}+")
