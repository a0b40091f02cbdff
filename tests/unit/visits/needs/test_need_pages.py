"""The pages of needs, asked as a browser without JavaScript asks."""

from __future__ import annotations

import html
import re

import pytest

from services.visits.need_store import NeedKey
from tests.unit.visits.needs.following import NEEDS, record, reported
from tests.unit.visits.needs.test_need_rules import job
from tests.unit.visits.territory import Answer, Territory

LIST = "/visites/besoins"
TODAY = {"acted_on-day": "27", "acted_on-month": "11", "acted_on-year": "2026"}


def place(need: NeedKey) -> str:
    """The address of a need."""
    return f"/visites/{need.visit_id}/besoins/{need.need_id}"


def sent(territory: Territory, need: NeedKey, who: str = "coordinator", **fields: str) -> Answer:
    """Opens the page of a need and sends its form."""
    shown = territory.open(place(need), who=who)
    found = re.search(r'name="idempotency_key" value="([^"]*)"', shown.text)
    assert found
    return territory.post(place(need), TODAY | {"idempotency_key": found.group(1)} | fields, who=who)


def test_the_coordinator_finds_what_is_open_in_the_territory(territory: Territory) -> None:
    """State by state, with the enterprise, the structure and the theme; what is closed is elsewhere."""
    first, second, third = reported(territory, *NEEDS)
    record(territory, second, "in_progress")
    record(territory, third, "met")

    shown = territory.open(LIST, who="coordinator").text

    assert place(first) in shown
    assert place(second) in shown
    assert place(third) not in shown
    assert "Horlogerie du Lion · Cci" in shown
    assert place(third) in territory.open(LIST, who="coordinator", etat="met").text


def test_a_list_is_narrowed_by_theme_and_state(territory: Territory) -> None:
    """Both in the address, so that it can be kept and sent."""
    first, second, _ = reported(territory, *NEEDS)

    shown = territory.open(LIST, who="coordinator", etat="reported", theme="investment").text

    assert place(second) in shown
    assert place(first) not in shown


@pytest.mark.parametrize(("etat", "theme"), [("x", "y"), ("met", ""), ("", "finance")])
def test_an_empty_list_says_so(territory: Territory, etat: str, theme: str) -> None:
    """Nothing, or nonsense in the address, is no error."""
    shown = territory.open(LIST, who="coordinator", etat=etat, theme=theme)

    assert shown.status == 200
    assert "Aucun besoin" in shown.text


def test_a_long_list_has_pages(territory: Territory) -> None:
    """What is open shows the beginning of each state, and leads to the rest."""
    keys = [
        key for number in range(3) for key in reported(territory, *([{"theme": "other"}] * 7), key=f"report-{number}")
    ]

    begun = territory.open(LIST, who="coordinator").text
    assert "etat=reported" in begun
    first = territory.open(LIST, who="coordinator", etat="reported").text
    cursor = re.search(r"cursor=([^\"&]+)", first)
    assert cursor
    rest = territory.open(LIST, who="coordinator", etat="reported", cursor=cursor.group(1)).text

    assert sum(place(key) in first for key in keys) == 20
    assert sum(place(key) in rest for key in keys) == 1


def test_a_structure_sees_its_own(territory: Territory) -> None:
    """Neither the list nor the page of a need shows another structure's."""
    (mine,) = reported(territory, {"theme": "other"})
    (theirs,) = reported(territory, {"theme": "other"}, key="other-report", who="rival")

    shown = territory.open(LIST, who="capteur").text

    assert place(mine) in shown
    assert place(theirs) not in shown
    assert territory.open(place(theirs), who="capteur").status == 404
    assert territory.open(LIST, who="agency").status == 403


def test_a_follow_up_is_recorded_and_shown(territory: Territory) -> None:
    """Post, redirect, get: who, what, when and the note, and the state that follows."""
    (need,) = reported(territory, {"theme": "jobs_at_risk", "jobs_at_risk": [job()]})

    done = sent(territory, need, kind="in_progress", note="Transitions Pro reçoit les salariés.")

    assert (done.status, done.headers["Location"]) == (303, place(need))
    shown = html.unescape(territory.open(place(need)).text)
    assert "Transitions Pro reçoit" in shown
    assert "Md3E" in shown
    assert "En cours" in shown
    assert "En cours" in territory.open(f"/visites/{need.visit_id}").text


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kind": ""}, "kind"),
        ({"kind": "met", "acted_on-day": "31"}, "acted_on"),
        ({"kind": "met", "acted_on-day": "28"}, "acted_on"),
        ({"kind": "met", "note": "a" * 1001}, "note"),
        ({"kind": "withdrawn", "withdraws": "x"}, "withdraws"),
    ],
)
def test_a_wrong_follow_up_is_told_beside_its_field(territory: Territory, fields: dict[str, str], field: str) -> None:
    """422, all that was typed kept, nothing recorded."""
    (need,) = reported(territory, {"theme": "other"})
    record(territory, need, "qualified")

    refused = sent(territory, need, **fields)

    assert refused.status == 422
    assert f'href="#{field}"' in refused.text
    assert f'id="{field}-error"' in refused.text
    assert len(territory.kept("/ACTION#")) == 1


def test_a_mistake_is_withdrawn_from_the_page(territory: Territory) -> None:
    """One choice among what counts; it stays in the history."""
    (need,) = reported(territory, {"theme": "other"})
    mistake = record(territory, need, "met").action_id

    assert sent(territory, need, kind="withdrawn", withdraws=mistake).status == 303

    shown = territory.open(place(need)).text
    assert "Suite saisie par erreur" in shown
    assert "À examiner" in shown


def test_a_form_that_has_served_says_so(territory: Territory) -> None:
    """Back, change, send: nothing is recorded twice under one key."""
    (need,) = reported(territory, {"theme": "other"})
    fields = TODAY | {"idempotency_key": "one-and-the-same", "kind": "qualified"}

    first, again = (territory.post(place(need), fields, who="coordinator") for _ in range(2))
    other = territory.post(place(need), fields | {"kind": "met"}, who="coordinator")

    assert (first.status, again.status, other.status) == (303, 303, 422)
    assert "déjà servi" in html.unescape(other.text)
    assert len(territory.kept("/ACTION#")) == 1
