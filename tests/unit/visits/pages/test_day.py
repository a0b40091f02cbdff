"""Ma journée: what is planned, what waits, what a telephone keeps of it."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest

from tests.unit.visits.pages.scene import FORGES, planned, registered, reported
from tests.unit.visits.territory import Territory


@pytest.fixture
def territory() -> Territory:
    """A territory with an enterprise, on a Friday morning."""
    made = Territory()
    registered(made)
    return made


def plan_of(text: str) -> list[dict[str, Any]]:
    """What the page says for the telephone."""
    found = re.search(r'id="day-plan">(.*?)</script>', text, re.DOTALL)
    assert found
    visits: list[dict[str, Any]] = json.loads(found.group(1))
    return visits


def test_an_empty_day_says_so(territory: Territory) -> None:
    """Nothing planned is not an error, and the way to plan is there."""
    shown = territory.open("/journee")

    assert shown.status == 200
    assert shown.text.count("Aucune visite planifiée") == 2
    assert 'href="/visites/planifier"' in shown.text
    assert plan_of(shown.text) == []


def test_today_and_tomorrow_with_hour_place_and_what_to_do(territory: Territory) -> None:
    """Each visit with its hour and address, and the three things to do about it."""
    today, _tomorrow = planned(territory, day=27), planned(territory, day=28, hour="", key="next-day")
    planned(territory, day=30, key="monday")

    shown = territory.open("/journee")

    assert "14\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}30" in shown.text
    assert "12 rue des Forges, 25350 Mandeure" in shown.text
    assert "Heure à préciser" in shown.text
    assert f'href="/visites/nouvelle?visite={today}"' in shown.text
    assert f'href="/visites/{today}/reporter"' in shown.text
    assert "openstreetmap.org/directions?to=12+rue+des+Forges%2C+25350+Mandeure" in shown.text
    assert len(plan_of(shown.text)) == 2


def test_the_plan_has_what_a_form_needs_and_no_person(territory: Territory) -> None:
    """A telephone may be lost: it keeps enterprises and hours."""
    visit_id = planned(territory)

    assert plan_of(territory.open("/journee").text) == [
        {
            "visit_id": visit_id,
            "enterprise_id": FORGES,
            "siret": FORGES,
            "name": "FORGES DU DOUBS",
            "commune": "Mandeure",
            "insee": "25367",
            "planned_on": "2026-11-27",
            "planned_at": "14:30",
            "version": 1,
        }
    ]


def test_the_visits_of_a_colleague_are_not_mine_unless_i_go_too(territory: Territory) -> None:
    """The day is a person's, the list is the structure's."""
    planned(territory)

    assert plan_of(territory.open("/journee", who="colleague").text) == []
    planned(territory, key="together", more={"avec-colleague": "oui"})
    assert len(plan_of(territory.open("/journee", who="colleague").text)) == 1


def test_what_was_planned_and_not_heard_of_waits(territory: Territory) -> None:
    """The day after, the page asks whether it took place."""
    visit_id = planned(territory)
    territory.clock.now_is += timedelta(days=1)

    shown = territory.open("/journee")

    assert "a-t-elle eu lieu" in shown.text
    assert f"/visites/nouvelle?visite={visit_id}" in shown.text


def test_a_reported_visit_waits_for_nothing(territory: Territory) -> None:
    """Its report closes it."""
    visit_id = planned(territory)
    reported(territory, visit_id=visit_id, **{"visited_on-day": "27"})

    shown = territory.open("/journee")

    assert "FORGES" not in shown.text.partition("<main")[2]
