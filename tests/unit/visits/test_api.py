"""The JSON API, asked as the gateway passes requests on."""

from __future__ import annotations

import json
from typing import Any

import pytest

from services.visits import api
from shared.web.openapi import document
from tests.unit.visits.territory import ELSEWHERE, HERE, Territory, report, urgent

VISITS = "/api/v1/visits"


def test_a_visit_reported_by_the_api_can_be_read_back(territory: Territory) -> None:
    """201 says where; what is read there is what was sent, with labels."""
    created = territory.call("POST", VISITS, report())

    assert created.status == 201
    assert created.headers["Location"] == created.json["url"]
    read = territory.call("GET", created.json["url"])
    assert read.status == 200
    assert read.json["enterprise"]["name"] == "Horlogerie du Lion"
    assert [need["alert_url"] for need in read.json["needs"]] == created.json["alert_urls"]
    assert read.json["needs"][0]["recruitment"]["rome_label"] == "Soudeur / Soudeuse"


def test_a_lost_answer_is_asked_for_again(territory: Territory) -> None:
    """The same key and body are answered alike, and one visit stands."""
    first, second = (territory.call("POST", VISITS, report()) for _ in range(2))

    assert (second.status, second.text) == (first.status, first.text)
    assert len(territory.kept("/VISIT")) == 1


@pytest.mark.parametrize("key", [None, "short", "with space", "é" * 10, "x" * 129])
def test_a_report_without_a_sound_key_is_refused(territory: Territory, key: str | None) -> None:
    """The key is the client's promise: without one a retry could count twice."""
    refused = territory.call("POST", VISITS, report(), key=key)

    assert (refused.status, refused.json["type"].rpartition("/")[2]) == (422, "cle-idempotence")


def test_a_key_used_for_another_body_is_refused(territory: Territory) -> None:
    """A recycled key never hides a new visit."""
    territory.call("POST", VISITS, report())

    assert territory.call("POST", VISITS, report(mode="video")).status == 422


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (report(surprise=1), "/surprise"),
        (report(mode="pigeon"), "/mode"),
        (report(visited_on="27/11/2026"), "/visited_on"),
        (report(occurred_at="2026-11-26T17:05:00"), "/occurred_at"),
        (report(occurred_at="0001-01-01T00:00:00+14:00"), "/occurred_at"),
        (report(occurred_at="9999-12-31T23:59:59-14:00"), "/occurred_at"),
        (report(enterprise={"name": "A", "commune": "B"}), "/enterprise/siret"),
        (report(enterprise={"name": " \t", "siret": None, "commune": "B"}), "/enterprise/name"),
        (report(enterprise={"name": "A" * 121, "siret": None, "commune": "B"}), "/enterprise/name"),
        (report(enterprise={"name": "A", "siret": "1" * 14, "commune": "B"}), "/enterprise/siret"),
        (report(needs=[urgent(quantity=0)]), "/needs/0/recruitment/quantity"),
        (report(needs=[urgent(quantity=1000)]), "/needs/0/recruitment/quantity"),
        (report(needs=[urgent(contract="CDI")]), "/needs/0/recruitment/contract"),
        (report(needs=[urgent(rome_code="X0000")]), "/needs/0/recruitment/rome_code"),
        (report(needs=[urgent(wanted_on="2026-11-01")]), "/needs/0/recruitment/wanted_on"),
        (report(needs=[urgent()] * 11), "/needs"),
    ],
)
def test_bad_input_is_a_problem_in_french_at_the_field(territory: Territory, body: dict[str, Any], field: str) -> None:
    """422, the JSON pointer of what is wrong, a message, and nothing written."""
    refused = territory.call("POST", VISITS, body)

    assert refused.status == 422
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert list(refused.refused) == [field]
    assert not territory.table.items


@pytest.mark.parametrize("body", ["", "{", "[]", '"visite"', "null", "[" * 50_000])
def test_a_body_that_is_no_object_is_a_problem(territory: Territory, body: str) -> None:
    """Broken, empty or deeply nested JSON is the client's fault, never ours."""
    assert territory.call("POST", VISITS, body).status == 422


@pytest.mark.parametrize("body", ['{"\\ud800": 1}', '{"answers": {"\\ud800": 1}}', '{"visit_id": "\\ud800"}'])
def test_half_a_character_is_refused_in_words_that_can_be_sent(territory: Territory, body: str) -> None:
    """JSON lets through what is no text: the refusal names it without repeating it."""
    said = {"visited_on": "2026-11-26", "enterprise_id": "x"}
    refused = territory.call("POST", VISITS, json.dumps(said)[:-1] + f", {body[1:]}")

    assert refused.status == 422
    assert refused.text.encode()


def test_an_oversized_body_is_refused_before_it_is_read(territory: Territory) -> None:
    """Over 64 kB nothing is parsed."""
    assert territory.call("POST", VISITS, json.dumps({"x": "y" * 65_536})).status == 413


def test_a_token_that_is_missing_opens_nothing(territory: Territory) -> None:
    """401, as a problem document."""
    assert territory.call("GET", VISITS, who=None).status == 401


@pytest.mark.parametrize(
    ("who", "status"),
    [("capteur", 200), ("colleague", 200), ("coordinator", 200), ("rival", 404), ("neighbour", 404), ("agency", 404)],
)
def test_a_visit_is_read_by_its_structure_and_the_coordination(territory: Territory, who: str, status: int) -> None:
    """Another structure's capteur and another territory's coordinator are told that it does not exist."""
    url = territory.call("POST", VISITS, report()).json["url"]

    assert territory.call("GET", url, who=who).status == status


@pytest.mark.parametrize(
    ("who", "seen"), [("capteur", 1), ("colleague", 1), ("rival", 1), ("coordinator", 2), ("neighbour", 0)]
)
def test_the_list_shows_what_the_caller_may_read(territory: Territory, who: str, seen: int) -> None:
    """A structure its own visits, the coordinator all of the territory's."""
    territory.report(report())
    territory.report(report(), who="rival")

    assert len(territory.call("GET", VISITS, who=who).json["items"]) == seen


def test_the_list_runs_from_the_latest_visit_page_by_page(territory: Territory) -> None:
    """A cursor continues where the page stopped; the last page has none."""
    for day in (24, 26, 25):
        territory.report(report(visited_on=f"2026-11-{day}"), key=f"visit-of-{day}")

    first = territory.call("GET", VISITS, limit="2").json
    second = territory.call("GET", VISITS, limit="2", cursor=first["next_cursor"]).json

    days = [visit["visited_on"] for visit in (*first["items"], *second["items"])]
    assert days == ["2026-11-26", "2026-11-25", "2026-11-24"]
    assert second["next_cursor"] is None


@pytest.mark.parametrize("query", [{"cursor": "forged"}, {"limit": "0"}, {"limit": "101"}, {"limit": "many"}])
def test_a_forged_cursor_or_limit_is_refused(territory: Territory, query: dict[str, str]) -> None:
    """A page's parameters are input like any other."""
    assert territory.call("GET", VISITS, headers=None, **query).status == 422


def test_a_cursor_of_another_structure_opens_nothing(territory: Territory) -> None:
    """A cursor is bound to the list that gave it."""
    for day in (24, 25):
        territory.report(report(visited_on=f"2026-11-{day}"), key=f"visit-of-{day}")
    cursor = territory.call("GET", VISITS, limit="1").json["next_cursor"]

    assert territory.call("GET", VISITS, who="rival", cursor=cursor).status == 422


def test_occupations_are_searched(territory: Territory) -> None:
    """A structure's software can offer the same choice as the form."""
    found = territory.call("GET", "/api/v1/occupations", q="soudeur").json

    assert found == {"items": [{"code": "H2913", "title": "Soudeur / Soudeuse"}], "next_cursor": None}


def test_an_unknown_address_is_a_problem(territory: Territory) -> None:
    """A wrong path is answered like every other refusal."""
    assert territory.call("GET", f"{VISITS}/a/b").json["status"] == 404


def test_no_answer_is_kept_by_a_cache(territory: Territory) -> None:
    """What is read may be withdrawn the next minute."""
    assert territory.call("GET", VISITS).headers["Cache-Control"] == "no-store"


def test_the_document_describes_each_route_with_its_refusals(territory: Territory) -> None:
    """OpenAPI 3.1: summary, success, problems, bearer token, idempotency key."""
    app = api.resolver(territory.desk, territory.cabinet, territory.identity, "", "")
    made = document(app, api.TITLE, api.DESCRIPTION)

    assert made["openapi"] == "3.1.0"
    assert made["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    acts = ("cancel", "close", "correct", "decline", "done", "refer", "reschedule")
    one = f"{VISITS}/{{visit_id}}"
    mine = {"/api/v1/occupations", VISITS, f"{VISITS}/plan", one, *(f"{one}/{act}" for act in acts)}
    assert mine <= set(made["paths"])
    report_route = made["paths"][VISITS]["post"]
    assert list(report_route["responses"]) == ["201", "401", "403", "404", "409", "413", "422", "503"]
    assert {"$ref": "#/components/parameters/IdempotencyKey"} in report_route["parameters"]


def test_a_territory_that_is_not_the_callers_does_not_exist(territory: Territory) -> None:
    """The header chooses among the caller's own territories; any other one is unknown."""
    mine, other = (
        territory.call("GET", VISITS, headers={"vigie-territory": name}).status for name in (HERE, ELSEWHERE)
    )

    assert (mine, other) == (200, 404)


@pytest.mark.parametrize(
    ("headers", "body"),
    [({"content-type": "text/xml"}, "<visite/>"), ({"content-type": "application/x-www-form-urlencoded"}, "a=1")],
)
def test_another_type_than_json_is_refused(territory: Territory, headers: dict[str, str], body: str) -> None:
    """The API reads JSON and nothing else."""
    assert territory.call("POST", VISITS, body, headers=headers).status == 422


def test_the_territory_is_the_callers_own(territory: Territory) -> None:
    """The territory of a visit comes from the membership, never from the body."""
    territory.call("POST", VISITS, report())

    assert {item["pk"].split("#")[1] for item in territory.kept("/VISIT")} == {HERE}
