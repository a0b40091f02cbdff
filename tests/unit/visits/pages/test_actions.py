"""What is done to a visit by its forms: put off, declined, cancelled, done, referred, closed."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.unit.visits.pages.scene import planned, refusals, registered, reported, typed
from tests.unit.visits.territory import HERE, Answer, Territory

REASON = {"reason": "Le gérant est en déplacement"}
LATER = {"planned_on-day": "8", "planned_on-month": "12", "planned_on-year": "2026", "planned_at": "10 h"}
MOTIVES = {"reporter": "enterprise_unavailable", "refus": "no_time", "annulation": "enterprise_closed"}


@pytest.fixture
def territory() -> Territory:
    """A territory with an enterprise."""
    made = Territory()
    registered(made)
    return made


def act(
    territory: Territory, visit_id: str, slug: str, fields: Mapping[str, str] = REASON, who: str = "capteur"
) -> Answer:
    """Sends the form of an act on a visit that was just made; `fields` are added to a key, the version and a motive."""
    basis = {"idempotency_key": f"act-{slug}-{who}", "expected_version": "1"}
    motive = {"motive": MOTIVES[slug]} if slug in MOTIVES else {}
    return territory.post(f"/visites/{visit_id}/{slug}", basis | motive | dict(fields), who=who)


@pytest.mark.parametrize(
    ("slug", "fields", "state", "words"),
    [
        ("reporter", REASON | LATER, "rescheduled", "Reportée"),
        ("reporter", REASON, "rescheduled", "nouvelle date à fixer"),
        ("refus", REASON, "declined", "Refusée par l’entreprise"),
        ("annulation", REASON, "cancelled", "Annulée"),
        (
            "faite",
            {"visited_on-day": "27", "visited_on-month": "11", "visited_on-year": "2026"},
            "done",
            "compte rendu",
        ),
    ],
)
def test_an_appointment_changes(
    territory: Territory, slug: str, fields: dict[str, str], state: str, words: str
) -> None:
    """The form leads back to the visit, which says its state, and its history why."""
    visit_id = planned(territory)

    sent = act(territory, visit_id, slug, fields)

    assert sent.status == 303
    assert territory.store.visit(HERE, visit_id).state == state
    shown = territory.open(f"/visites/{visit_id}").text
    assert words in shown
    assert fields.get("reason", "") in shown


@pytest.mark.parametrize(("slug", "state"), [("comite", "referred"), ("cloture", "no_follow_up")])
@pytest.mark.parametrize("who", ["capteur", "coordinator"])
def test_a_report_is_concluded(territory: Territory, slug: str, state: str, who: str) -> None:
    """By the structure itself or by the coordination."""
    visit_id = reported(territory)

    assert act(territory, visit_id, slug, who=who).status == 303
    assert territory.store.visit(HERE, visit_id).state == state


@pytest.mark.parametrize("slug", ["reporter", "refus", "annulation", "faite"])
def test_each_form_is_shown_with_the_version_that_is_read(territory: Territory, slug: str) -> None:
    """A hidden version, so that two people do not undo each other."""
    shown = territory.open(f"/visites/{planned(territory)}/{slug}")

    assert shown.status == 200
    assert typed(shown, "expected_version") == "1"
    assert typed(shown, "idempotency_key")


@pytest.mark.parametrize(
    ("slug", "fields", "field"),
    [
        ("reporter", {"reason": ""}, "reason"),
        ("reporter", REASON | {"motive": "pigeon"}, "motive"),
        ("reporter", REASON | LATER | {"planned_on-year": "2025"}, "planned_on"),
        ("reporter", REASON | LATER | {"planned_at": "midi"}, "planned_at"),
        ("reporter", REASON | {"planned_at": "10 h"}, "planned_at"),
        ("refus", {"reason": "x" * 121}, "reason"),
        ("faite", {"visited_on-day": "28", "visited_on-month": "11", "visited_on-year": "2026"}, "visited_on"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(
    territory: Territory, slug: str, fields: dict[str, str], field: str
) -> None:
    """422 and nothing changes."""
    visit_id = planned(territory)

    refused = act(territory, visit_id, slug, fields)

    assert refused.status == 422
    assert list(refusals(refused)) == [field]
    assert territory.store.visit(HERE, visit_id).state == "planned"


def test_the_second_of_two_people_learns_what_the_first_did(territory: Territory) -> None:
    """409 with the state as it is, who made it so and why."""
    visit_id = planned(territory)
    act(territory, visit_id, "reporter")

    crossed = act(territory, visit_id, "annulation", who="colleague")

    assert crossed.status == 409
    assert "La visite a changé entre-temps" in crossed.text
    assert "Le gérant est en déplacement" in crossed.text
    assert "Capteur" in crossed.text
    assert territory.store.visit(HERE, visit_id).state == "rescheduled"


def test_a_double_click_acts_once(territory: Territory) -> None:
    """The second send is answered as the first."""
    visit_id = planned(territory)

    assert [act(territory, visit_id, "refus").status for _ in range(2)] == [303, 303]
    assert territory.store.visit(HERE, visit_id).version == 2


@pytest.mark.parametrize("slug", ["comite", "cloture", "inconnu"])
def test_what_the_state_does_not_allow_has_no_form(territory: Territory, slug: str) -> None:
    """A visit without a report goes to no committee."""
    assert territory.open(f"/visites/{planned(territory)}/{slug}").status == 404


@pytest.mark.parametrize("who", ["rival", "neighbour"])
def test_others_neither_see_nor_act(territory: Territory, who: str) -> None:
    """Another structure's or another territory's visit does not exist."""
    visit_id = planned(territory)

    assert territory.open(f"/visites/{visit_id}/reporter", who=who).status == 404
    assert act(territory, visit_id, "reporter", who=who).status == 404
