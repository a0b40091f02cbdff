"""The visit form sent by the script of a telephone: JSON whatever happens, never a redirection."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from shared.errors import Unavailable
from shared.tables import MemoryTable, Write
from tests.unit.visits.pages.scene import NEW, planned, registered, short_form
from tests.unit.visits.territory import Answer, Territory, form


def send(territory: Territory, fields: dict[str, str], who: str | None = "capteur") -> Answer:
    """Posts the form as the script does."""
    return territory.post(NEW, fields, who=who, accept="application/json")


def test_a_visit_is_recorded_and_its_alert_counted(territory: Territory) -> None:
    """201 with its id, its page and how many alerts left."""
    sent = send(territory, form(member_id="capteur", territory_id="belfort-montbeliard-hericourt"))

    assert sent.status == 201
    assert set(sent.json) == {"id", "url", "alerts"}
    assert (sent.json["url"], sent.json["alerts"]) == (f"/visites/{sent.json['id']}", 1)


def test_a_lost_acknowledgement_is_given_again(territory: Territory) -> None:
    """The same key and the same fields are the same visit."""
    assert send(territory, short_form()).json == send(territory, short_form()).json
    assert len(territory.kept("/VISIT")) == 1


def test_a_form_as_it_was_kept_weeks_ago_is_not_judged_anew(territory: Territory) -> None:
    """It was recorded when its dates were good; the acknowledgement was lost."""
    first = send(territory, form())
    territory.clock.now_is += timedelta(days=60)

    assert send(territory, form()).json == first.json


def test_refusals_name_the_fields_of_the_form(territory: Territory) -> None:
    """422 problem+json; `errors[].field` is what the form calls the field."""
    refused = send(territory, short_form(siret="1", mode="", **{"q-issues-recruit": ""}))

    assert refused.status == 422
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert set(refused.refused) == {"siret", "mode", "q-issues"}


def test_the_visit_of_somebody_else_is_not_sent_in_my_name(territory: Territory) -> None:
    """409, so that the telephone keeps it for the one who typed it."""
    for other in ({"member_id": "colleague"}, {"territory_id": "elsewhere"}):
        refused = send(territory, short_form(**other))

        assert refused.status == 409
        assert refused.json["type"].endswith("/autre-personne")
    assert territory.kept("/VISIT") == []


@pytest.mark.parametrize(("who", "status"), [(None, 401), ("agency", 403)])
def test_who_may_not_report_is_told_so_in_json(territory: Territory, who: str | None, status: int) -> None:
    """No redirection to the sign-in page: the script would take that for a success."""
    refused = send(territory, short_form(), who=who)

    assert refused.status == status
    assert "Location" not in refused.headers


def test_a_form_too_large_is_told_so_in_json(territory: Territory) -> None:
    """413: it is to be shortened, not sent again."""
    assert send(territory, short_form(shared_text="x" * 70_000)).status == 413


def test_a_table_that_does_not_answer_is_worth_another_try() -> None:
    """503, and nothing is written."""

    class Down(MemoryTable):
        """A table that refuses to write."""

        def write(self, *writes: Write) -> None:
            raise Unavailable("La base ne répond pas.")

    territory = Territory(table=Down())

    assert send(territory, short_form()).status == 503


def test_a_planned_visit_that_was_reported_meanwhile_is_a_conflict(territory: Territory) -> None:
    """A colleague was faster: the telephone keeps what was typed."""
    registered(territory)
    visit_id = planned(territory)
    assert send(territory, short_form(visit_id=visit_id, idempotency_key="first-report")).status == 201

    assert send(territory, short_form(visit_id=visit_id, idempotency_key="second-report")).status == 409


@pytest.mark.parametrize("clock", ["2026-11-26T10:00:00+01:00", "nonsense", "2026-11-26T10:00:00", ""])
def test_the_clock_of_the_device_spoils_nothing(territory: Territory, clock: str) -> None:
    """What it says is kept when it makes sense, and is never a reason to refuse."""
    assert send(territory, short_form(occurred_at=clock)).status == 201
    kept = territory.kept("/REPORT#")[0].get("occurred_at")
    assert (kept is not None) is ("+01:00" in clock)


def test_the_form_that_a_telephone_keeps_names_nobody(territory: Territory) -> None:
    """The plain form is kept offline: no colleague in it; they come by a fragment."""
    shell, fragment = territory.open(NEW), territory.open("/visites/collegues")

    assert "Colleague" not in shell.text
    assert 'hx-get="/visites/collegues"' in shell.text
    assert 'name="avec-colleague"' in fragment.text
    assert 'name="avec-capteur"' not in fragment.text
    assert 'name="avec-colleague"' in territory.open(NEW, avec="collegues").text


def test_the_form_says_who_opened_it_and_what_it_asks(territory: Territory) -> None:
    """What the script needs to know whose visit it is, and which questionnaire was shown."""
    shell = territory.open(NEW).text

    for name, value in {
        "member_id": "capteur",
        "questionnaire_version": "0",
        "visit_id": "",
        "enterprise_id": "",
    }.items():
        assert re.search(rf'name="{name}" value="{value}"', shell)
    assert 'id="visit-form" data-offline' in shell
