"""The JSON API, asked as the gateway passes requests on."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest

from services.alerts.rules.alert import Alert
from services.alerts.rules.commands import Asked, Broadcast, Cancel, Close, RejectAlert, Reopen
from services.alerts.rules.facts import State
from services.alerts.site import api, orders
from shared.web.openapi import document
from tests.unit.alerts.fake_site import Site

ALERTS = "/api/v1/alerts"
COMMANDS = {
    "acknowledge": {},
    "transmit": {"channel": "phone"},
    "return": {"reference": "048KLTP", "contact": "Sofia Petit"},
    "broadcast": {},
    "fill": {},
    "close": {"reason": "no_candidate"},
    "cancel": {"reason": "enterprise_withdrew"},
    "reject": {"reason": "not_urgent"},
    "reopen": {"reason": "still_needed"},
}
READS = ("", "/deliveries", "/timeline")


def url(alert: Alert, verb: str = "") -> str:
    return f"{ALERTS}/{alert.alert_id}" + (f"/{verb}" if verb else "")


def test_the_whole_chain_goes_through_the_api(site: Site, alert: Alert) -> None:
    """Acknowledge, transmit, return, fill: each answer gives the version that the next command expects."""
    version = 1
    for verb, state in (
        ("acknowledge", "acknowledged"),
        ("transmit", "transmitted"),
        ("return", "broadcast"),
        ("fill", "filled"),
    ):
        answer = site.call("POST", url(alert, verb), {"expected_version": version, **COMMANDS[verb]})
        assert (answer.status, answer.json["state"], answer.json["changed"]) == (200, state, True)
        version = answer.json["version"]
    assert site.platform.now_is(alert).state is State.FILLED


def test_an_alert_is_read_with_its_version_as_etag(site: Site, alert: Alert) -> None:
    """What a command must give back as `expected_version` stands in the body and in the header."""
    answer = site.call("GET", url(alert))
    assert answer.status == 200
    assert answer.headers["ETag"] == '"1"'
    assert answer.json["version"] == 1
    assert answer.json["enterprise"] == {"name": "Mécanique du Lion", "commune": "Héricourt", "siret": "44306184100047"}
    assert answer.json["deadline_at"] == "2026-06-04T08:00:00Z"


def test_the_list_comes_page_by_page_and_by_shelf(site: Site) -> None:
    """`next_cursor` leads through all of them once; closed ones are on the other shelf."""
    ids = [site.platform.raised(f"n-{number}").alert_id for number in range(3)]
    site.call("POST", f"{ALERTS}/{ids[0]}/fill", {"expected_version": 1})
    first = site.call("GET", ALERTS, limit="1")
    second = site.call("GET", ALERTS, limit="1", cursor=first.json["next_cursor"])
    closed = site.call("GET", ALERTS, state="closed")
    found = [item["id"] for answer in (first, second) for item in answer.json["items"]]
    assert sorted(found) == sorted(ids[1:])
    assert second.json["next_cursor"] is None
    assert [item["id"] for item in closed.json["items"]] == ids[:1]


@pytest.mark.parametrize("query", [{"state": "lost"}, {"limit": "0"}, {"limit": "101"}, {"cursor": "x"}])
def test_a_bad_parameter_is_a_problem_in_french(site: Site, query: dict[str, str]) -> None:
    """422, and nothing of the value is repeated."""
    assert site.call("GET", ALERTS, **query).status == 422


def test_the_messages_of_an_alert_are_told_without_contact_details(site: Site, alert: Alert) -> None:
    """Who, by which channel, in which state; never an address nor a number."""
    answer = site.call("GET", url(alert, "deliveries"))
    assert {item["channel"] for item in answer.json["items"]} == {"email", "sms"}
    assert all(item["state"] == "queued" and item["advice"] for item in answer.json["items"])
    assert "example.org" not in answer.body
    assert "+336" not in answer.body


def test_the_history_names_people_as_the_directory_does(site: Site, alert: Alert) -> None:
    """Who did what: name and role, from the directory."""
    site.call("POST", url(alert, "acknowledge"), {"expected_version": 1})
    told = site.call("GET", url(alert, "timeline")).json["items"]
    assert [(moment["title"], moment["by"]) for moment in told] == [
        ("Besoin urgent signalé", "Karim Haddad, capteur"),
        ("Alerte prise en charge", "Anne Roy, coordination"),
    ]


@pytest.mark.parametrize("verb", COMMANDS)
def test_every_command_needs_an_idempotency_key(site: Site, alert: Alert, verb: str) -> None:
    """Without one a lost answer could not be asked for again."""
    answer = site.call("POST", url(alert, verb), {"expected_version": 1, **COMMANDS[verb]}, key=None)
    assert (answer.status, answer.code) == (422, "cle-idempotence")


@pytest.mark.parametrize("verb", COMMANDS)
def test_every_command_needs_the_version_that_its_author_saw(site: Site, alert: Alert, verb: str) -> None:
    """An absent `expected_version` is said beside its pointer, and nothing moves."""
    answer = site.call("POST", url(alert, verb), COMMANDS[verb])
    assert answer.status == 422
    assert "/expected_version" in {error["field"] for error in answer.json["errors"]}
    assert site.platform.now_is(alert) == alert


def test_the_same_key_gives_the_same_answer(site: Site, alert: Alert) -> None:
    """Word for word, although the alert has moved since."""
    body = {"expected_version": 1}
    first = site.call("POST", url(alert, "acknowledge"), body, key="lost-answer")
    site.call("POST", url(alert, "fill"), {"expected_version": 2})
    again = site.call("POST", url(alert, "acknowledge"), body, key="lost-answer")
    assert (again.status, again.body) == (first.status, first.body)


def test_the_same_key_for_another_command_is_refused(site: Site, alert: Alert) -> None:
    """The address counts with the body: a recycled key never hides another command."""
    site.call("POST", url(alert, "acknowledge"), {"expected_version": 1}, key="recycled")
    answer = site.call("POST", url(alert, "fill"), {"expected_version": 1}, key="recycled")
    assert (answer.status, answer.code) == (422, "cle-idempotence-reutilisee")


def test_an_old_version_is_a_conflict_that_says_the_current_state(site: Site, alert: Alert) -> None:
    """409 carries the version, the state and where to read it."""
    site.call("POST", url(alert, "fill"), {"expected_version": 1})
    answer = site.call("POST", url(alert, "close"), {"expected_version": 1, "reason": "no_candidate"})
    assert answer.status == 409
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json["current"] == {
        "version": 2,
        "state": "filled",
        "state_label": "Pourvue",
        "url": f"{ALERTS}/{alert.alert_id}",
    }


@pytest.mark.parametrize(
    ("verb", "body", "field"),
    [
        ("transmit", {"channel": "pigeon"}, "/channel"),
        ("transmit", {"channel": "phone", "note": "x" * 1001}, "/note"),
        ("return", {"reference": "x" * 41}, "/reference"),
        ("return", {"reference": "048KLTP", "contact": "S", "url": "http://example.org"}, "/url"),
        ("return", {}, "reference"),
        ("close", {"reason": "not_urgent"}, "/reason"),
        ("cancel", {}, "/reason"),
        ("fill", {"surprise": 1}, "/surprise"),
    ],
)
def test_what_breaks_a_rule_is_said_beside_its_field(
    site: Site, alert: Alert, verb: str, body: dict[str, Any], field: str
) -> None:
    """422 with the pointer, and the alert unmoved."""
    answer = site.call("POST", url(alert, verb), {"expected_version": 1, **body})
    assert answer.status == 422
    assert field in {error["field"] for error in answer.json["errors"]}
    assert site.platform.now_is(alert) == alert


def test_a_half_character_and_hidden_ones_do_not_get_through(site: Site, alert: Alert) -> None:
    """Lone surrogates, zero-width and reversing characters are dropped before anything is kept."""
    body = json.dumps({"expected_version": 1, "reference": "048KLTP", "contact": "So\u202efia\ud800 Petit\u0007"})
    assert site.call("POST", url(alert, "return"), body).status == 200
    assert site.platform.now_is(alert).offers[0].contact == "Sofia Petit"


@pytest.mark.parametrize("who", ["m-manager", "m-capteur"])
@pytest.mark.parametrize("verb", ["acknowledge", "transmit", "return", "broadcast", "fill", "close", "reject"])
def test_readers_do_not_command(site: Site, alert: Alert, who: str, verb: str) -> None:
    """A manager and a capteur read; the coordination acts."""
    answer = site.call("POST", url(alert, verb), {"expected_version": 1, **COMMANDS[verb]}, who=who)
    assert answer.status == 403


def test_a_deputy_acts_but_does_not_reopen(site: Site, alert: Alert) -> None:
    """Reopening belongs to the coordinator."""
    assert site.call("POST", url(alert, "fill"), {"expected_version": 1}, who="m-deputy").status == 200
    body = {"expected_version": 2, "reason": "still_needed"}
    assert site.call("POST", url(alert, "reopen"), body, who="m-deputy").status == 403
    assert site.call("POST", url(alert, "reopen"), body).status == 200


@pytest.mark.parametrize("who", ["m-diffusion", "m-agency"])
def test_who_reads_no_alert_is_refused(site: Site, alert: Alert, who: str) -> None:
    """A diffusion partner gets the offer's sheet, the agency its signed link: neither sees the board."""
    assert site.call("GET", ALERTS, who=who).status == 403
    assert site.call("GET", url(alert), who=who).status == 403


@pytest.mark.parametrize("path", READS)
def test_another_territorys_alert_is_not_found(site: Site, alert: Alert, path: str) -> None:
    """The same 404 as an unknown id."""
    mine = site.call("GET", url(alert) + path, who="stranger")
    unknown = site.call("GET", f"{ALERTS}/unknown{path}")
    assert (mine.status, mine.body) == (unknown.status, unknown.body) == (404, mine.body)


@pytest.mark.parametrize("verb", COMMANDS)
def test_another_territorys_alert_takes_no_command(site: Site, alert: Alert, verb: str) -> None:
    """404, and nothing moves."""
    answer = site.call("POST", url(alert, verb), {"expected_version": 1, **COMMANDS[verb]}, who="stranger")
    assert answer.status == 404
    assert site.platform.now_is(alert) == alert


def test_without_token_there_is_no_answer(site: Site, alert: Alert) -> None:
    """401 as a problem document."""
    assert site.call("GET", url(alert), who=None).status == 401


@pytest.mark.parametrize(
    ("given", "command"),
    [
        (orders.CloseGiven, Close),
        (orders.CancelGiven, Cancel),
        (orders.RejectGiven, RejectAlert),
        (orders.ReopenGiven, Reopen),
    ],
)
def test_the_api_offers_the_very_reasons_of_the_reducer(given: type[orders.Given], command: type[Asked]) -> None:
    """The two lists are written apart, so that the contract is explicit; they may not drift."""
    assert get_args(given.model_fields["reason"].annotation) == command.reasons


def test_insisting_has_its_reasons_too() -> None:
    """A broadcast before the return has one reason, in the contract as in the reducer."""
    literal, _ = get_args(orders.BroadcastGiven.model_fields["reason"].annotation)
    assert get_args(literal) == Broadcast.reasons


def test_the_document_describes_every_route() -> None:
    """Each route has a summary, a description, its refusals; the resolver is built from nothing real."""
    resolver = api.resolver(*[None] * 5)  # type: ignore[arg-type]
    made = document(resolver, api.TITLE, api.DESCRIPTION)
    operations = [operation for path in made["paths"].values() for operation in path.values()]
    assert made["openapi"].startswith("3.1")
    assert len(operations) == 17
    assert all(operation["summary"] and operation["description"] for operation in operations)
    assert all({"200", "401", "404"} <= set(operation["responses"]) for operation in operations)
