"""What is sent of a need: its subject, its jobs at risk, its openings."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.visits.findings import Findings
from services.visits.need_given import NeedGiven, inspect_needs
from services.visits.need_subjects import SUBJECTS, THEMES
from services.visits.occupations import shipped
from shared.errors import Invalid
from tests.unit.visits.territory import urgent

TODAY = date(2026, 11, 27)


def need(theme: str, **more: Any) -> dict[str, Any]:
    """The JSON of an ordinary need."""
    return {"theme": theme, **more}


def job(**changes: Any) -> dict[str, Any]:
    """The JSON of jobs at risk."""
    return {"rome_code": "H2913", "quantity": 12, "horizon_on": "2027-06-30", "cause": "definitive"} | changes


def opening(**changes: Any) -> dict[str, Any]:
    """The JSON of posts to be filled."""
    return {"rome_code": "H2913", "quantity": 3, "contract": "cdd", "wanted_on": "2027-03-01"} | changes


def refusals(*needs: dict[str, Any]) -> dict[str, str]:
    """What is wrong with needs, by JSON pointer."""
    findings = Findings("faux")
    inspect_needs([NeedGiven.model_validate(one) for one in needs], TODAY, shipped(), findings)
    try:
        findings.conclude()
    except Invalid as error:
        return error.fields
    return {}


def test_needs_of_every_sort_are_accepted() -> None:
    """Urgent or not, with jobs at risk, with openings, with a subject or without."""
    assert not refusals(
        urgent(),
        need("jobs_at_risk", subject="retraining", jobs_at_risk=[job(), job(cause="temporary", confidential=True)]),
        need("recruitment", subject="sourcing", openings=[opening()]),
        need("skills", urgency="urgent", description="Former trois soudeurs avant l’été."),
    )


@pytest.mark.parametrize("theme", THEMES)
def test_a_subject_belongs_to_its_theme(theme: str) -> None:
    """Those of the theme are accepted; another's is refused with the list."""
    subjects = {name: list(found) for name, found in SUBJECTS.items()}
    mine, other = subjects[theme], next(name for name in subjects if name != theme)  # type: ignore[index]

    assert all(not refusals(need(theme, subject=subject)) for subject in mine)
    assert mine[0] in refusals(need(theme, subject=subjects[other][0]))["/needs/0/subject"]


@pytest.mark.parametrize(
    ("sent", "place", "words"),
    [
        (need("recruitment", urgency="urgent"), "recruitment", "quel poste"),
        (need("skills", jobs_at_risk=[job()]), "jobs_at_risk", "« Emplois fragilisés »"),
        (need("jobs_at_risk", openings=[opening()]), "openings", "« Recrutement »"),
        (need("jobs_at_risk", jobs_at_risk=[job(), job(rome_code="Z1")]), "jobs_at_risk/1/rome_code", "Z1"),
        (need("jobs_at_risk", jobs_at_risk=[job(horizon_on="2026-11-26")]), "jobs_at_risk/0/horizon_on", "passée"),
        (need("jobs_at_risk", jobs_at_risk=[job(horizon_on="2062-06-30")]), "jobs_at_risk/0/horizon_on", "cinq ans"),
        (need("recruitment", openings=[opening(rome_code="Z1")]), "openings/0/rome_code", "Z1"),
        (need("recruitment", openings=[opening(wanted_on="2026-11-01")]), "openings/0/wanted_on", "passée"),
    ],
)
def test_a_broken_rule_is_told_where_it_is(sent: dict[str, Any], place: str, words: str) -> None:
    """At the pointer of what caused it, in French."""
    assert words in refusals(need("other"), sent)[f"/needs/1/{place}"]


@given(st.integers(-4000, 4000))
def test_a_horizon_is_to_come_and_in_sight(days: int) -> None:
    """From today on, and no further than five years: nothing else is accepted."""
    day = date.fromordinal(TODAY.toordinal() + days)

    told = refusals(need("jobs_at_risk", jobs_at_risk=[job(horizon_on=day.isoformat())]))

    assert bool(told) == (not 0 <= days <= 5 * 366)
