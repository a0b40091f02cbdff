"""Planning a visit by its form."""

from __future__ import annotations

import pytest

from tests.unit.visits.pages.scene import FORGES, PLAN, planned, refusals, registered, typed
from tests.unit.visits.territory import KEY, SIRET, Territory


@pytest.fixture
def territory() -> Territory:
    """A territory with an enterprise."""
    made = Territory()
    registered(made)
    return made


def fields(**changes: str) -> dict[str, str]:
    """The fields of the form about an enterprise that nobody knows yet."""
    return {
        "idempotency_key": KEY,
        "enterprise_name": "Horlogerie du Lion",
        "siret": SIRET,
        "commune": "Montbéliard",
        "planned_on-day": "8",
        "planned_on-month": "12",
        "planned_on-year": "2026",
        "planned_at": "9h",
    } | changes


def test_a_visit_to_an_enterprise_of_the_register_is_planned(territory: Territory) -> None:
    """The page of the visit says when, and what to do next."""
    visit_id = planned(territory)
    shown = territory.open(f"/visites/{visit_id}")

    assert (
        "Visite prévue le vendredi 27\N{NO-BREAK SPACE}novembre 2026 à 14\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}30"
        in shown.text
    )
    assert f'href="/visites/nouvelle?visite={visit_id}"' in shown.text
    for slug in ("faite", "reporter", "refus", "annulation"):
        assert f'href="/visites/{visit_id}/{slug}"' in shown.text


def test_an_enterprise_that_nobody_knows_enters_the_register(territory: Territory) -> None:
    """It is found by its number the next time."""
    assert territory.post(PLAN, fields()).status == 303
    assert territory.desk.register.known("belfort-montbeliard-hericourt", [SIRET])[SIRET].source == "visit"


def test_a_double_click_plans_once(territory: Territory) -> None:
    """The hidden key makes the second send the same as the first."""
    places = {territory.post(PLAN, fields()).headers["Location"] for _ in range(2)}

    assert len(places) == 1


def test_the_form_from_the_register_names_the_enterprise(territory: Territory) -> None:
    """Coming from its page, nothing has to be typed of it."""
    shown = territory.open(PLAN, entreprise=FORGES, programme="p1")

    assert "FORGES DU DOUBS" in shown.text
    assert typed(shown, "enterprise_id") == FORGES
    assert typed(shown, "programme_id") == "p1"
    assert 'id="siret"' not in shown.text


def test_the_search_button_proposes_enterprises(territory: Territory) -> None:
    """Without JavaScript the form comes back with a choice, and nothing is planned."""
    shown = territory.post(PLAN, fields(enterprise_name="forges", chercher_entreprise="oui"))

    assert shown.status == 200
    assert f'value="{FORGES}"' in shown.text
    assert territory.kept("/VISIT") == []


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"enterprise_name": ""}, "enterprise_name", "Indiquez le nom"),
        ({"siret": "1"}, "siret", "14 chiffres"),
        ({"planned_on-year": "2025"}, "planned_on", "déjà passée"),
        ({"planned_on-day": "31", "planned_on-month": "2"}, "planned_on", "existent"),
        ({"planned_at": "25 h"}, "planned_at", "14 h 30"),
        ({"enterprise_id": "12345"}, "enterprise_name", "registre"),
        ({"avec-stranger": "oui"}, "capteurs", "structure"),
    ],
)
def test_a_wrong_field_is_told_beside_it(territory: Territory, change: dict[str, str], field: str, words: str) -> None:
    """422, the message in the summary, all that was typed kept, nothing planned."""
    refused = territory.post(PLAN, fields(**change))

    assert refused.status == 422
    assert words in refusals(refused).get(field, "")
    assert typed(refused, "idempotency_key") == KEY
    assert territory.kept("/VISIT") == []


@pytest.mark.parametrize("hour", ["9h", "9 h", "09:00", "9 h 00", "9H00"])
def test_an_hour_is_read_as_people_type_it(territory: Territory, hour: str) -> None:
    """One hour, several ways to write it."""
    territory.post(PLAN, fields(planned_at=hour))

    assert territory.kept("/VISIT")[0]["planned_at"] == "09:00"
