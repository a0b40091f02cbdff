"""The JSON API, as a partner's own software meets it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.system.chain import VISITS, raised_alert, visit
from tests.system.machine import Machine, Reply, fresh_key, machine_of, software
from tests.system.people import CAPTEUR, COORDINATOR, DEVELOPER, ELSEWHERE_COORDINATOR, STEERING, signed_in
from tests.system.world import ELSEWHERE, TERRITORY, World

PROBLEM = "application/problem+json"
ALERTS = "/api/v1/alerts"
ENDPOINTS, ENDPOINT_PAGE = "/api/v1/webhook-endpoints", "/alertes/partenaires/opco-ateliers"


@pytest.fixture(scope="module")
def capteur(world: World) -> Machine:
    """The software of a capteur's structure."""
    return machine_of(world, CAPTEUR)


@pytest.fixture(scope="module")
def coordinator(world: World) -> Machine:
    """The coordinator's software."""
    return machine_of(world, COORDINATOR)


@pytest.fixture
def alert(world: World) -> dict[str, Any]:
    """An alert that was just raised, as the API tells it."""
    return raised_alert(world)


def assert_problem(reply: Reply, status: int, code: str) -> None:
    """A problem document in French, with the same status inside and out."""
    assert (reply.status, reply.headers["content-type"].partition(";")[0]) == (status, PROBLEM)
    assert (reply.body["status"], reply.body["type"].rpartition("/")[2]) == (status, code)
    assert reply.body["title"]
    assert reply.body["detail"]


def test_a_visit_reported_by_software_is_there_to_read(world: World, capteur: Machine) -> None:
    """201 with a Location that answers what was sent."""
    reported = capteur.post(VISITS, visit(world))
    assert reported.status == 201
    read = capteur.get(reported.headers["location"])
    assert (read.status, read.body["enterprise"]["siret"]) == (200, "73282932000074")


def test_a_structure_s_own_software_is_a_member_like_any_other(world: World) -> None:
    """Its client's token reports a visit of its structure, and opens no page of another one's."""
    program = software(world, "logiciel-demonstration")
    reported = program.post(VISITS, visit(world))
    assert reported.status == 201, reported.body
    assert program.get(reported.headers["location"]).status == 200
    assert_problem(program.get(ALERTS, Vigie_Territory=ELSEWHERE), 404, "introuvable")


def test_without_a_token_nothing_is_told(world: World) -> None:
    """The gateway refuses before any function runs."""
    assert Machine(world.api, "").get(ALERTS).status == 401
    assert Machine(world.api, world.token(CAPTEUR.login)[:-4] + "AAAA").get(ALERTS).status == 401


def test_a_subject_that_belongs_nowhere_is_refused(world: World) -> None:
    """A valid token of somebody whom the directory does not know opens nothing."""
    assert_problem(Machine(world.api, world.token("inconnu")).get(ALERTS), 401, "non-identifie")


def test_a_replayed_request_has_one_effect_and_one_answer(world: World, capteur: Machine) -> None:
    """The same key and content again: the same answer, and no second visit."""
    key, sent = fresh_key(), visit(world)
    first, again = (capteur.post(VISITS, sent, key=key) for _ in range(2))
    assert (first.status, first.body) == (again.status, again.body)
    listed = [item["id"] for item in capteur.get(f"{VISITS}?limit=100").body["items"]]
    assert listed.count(first.body["id"]) == 1


def test_a_key_with_another_content_is_refused(world: World, capteur: Machine) -> None:
    """A key stands for one content."""
    key = fresh_key()
    capteur.post(VISITS, visit(world), key=key)
    assert_problem(capteur.post(VISITS, visit(world, mode="phone"), key=key), 422, "cle-idempotence-reutilisee")


def test_a_command_without_key_is_refused(world: World, capteur: Machine) -> None:
    """Whoever sends without a key could not safely send again."""
    body = json.dumps(visit(world)).encode()
    assert_problem(capteur.send("POST", VISITS, body, {}), 422, "cle-idempotence")


def test_each_wrong_field_is_named(world: World, capteur: Machine) -> None:
    """What breaks a rule comes back by JSON pointer, in French."""
    refused = capteur.post(VISITS, visit(world, enterprise={"name": "", "siret": "1", "commune": "Delle", "x": 1}))
    assert_problem(refused, 422, "donnees-invalides")
    assert {error["field"] for error in refused.body["errors"]} >= {"/enterprise/name", "/enterprise/x"}


def test_an_unreadable_body_is_a_problem_not_a_failure(capteur: Machine) -> None:
    """Broken JSON, and JSON that is no object, are answered 422."""
    for body in (b"{", b"[]", b'"x"'):
        assert capteur.send("POST", VISITS, body, {"Idempotency-Key": fresh_key()}).status == 422


def test_the_commands_of_the_chain_by_software(alert: dict[str, Any], coordinator: Machine, world: World) -> None:
    """Acknowledge, transmit, return: each with the version that was read, each moving the state."""
    state: list[str] = []
    version = alert["version"]
    orders: list[tuple[str, dict[str, Any]]] = [
        ("acknowledge", {}),
        ("transmit", {"channel": "phone", "note": "appel de 10 h 20"}),
        ("return", {"reference": "048KLTP", "contact": "03 53 01 10 07"}),
    ]
    for name, order in orders:
        done = coordinator.post(f"{alert['url']}/{name}", {"expected_version": version, **order})
        assert done.status == 200, done.body
        version, state = done.body["version"], [*state, done.body["state"]]
    world.settle()
    assert state[:2] == ["acknowledged", "transmitted"]
    assert coordinator.get(alert["url"]).body["state"] == "broadcast"
    deliveries = coordinator.get(f"{alert['url']}/deliveries").body["items"]
    assert len([item for item in deliveries if item["purpose"] == "broadcast"]) == 8


def test_an_old_version_is_a_conflict_that_tells_the_state(alert: dict[str, Any], coordinator: Machine) -> None:
    """Who acts on what is no longer so gets 409, with what is so now."""
    order = {"expected_version": alert["version"]}
    coordinator.post(f"{alert['url']}/acknowledge", order)
    refused = coordinator.post(f"{alert['url']}/fill", order)
    assert_problem(refused, 409, "version-depassee")
    assert (refused.body["current"]["state"], refused.body["current"]["url"]) == ("acknowledged", alert["url"])


def test_a_role_may_not_do_everything(alert: dict[str, Any], world: World) -> None:
    """The steering committee reads figures: it does not act on an alert."""
    member = machine_of(world, STEERING)
    body = {"expected_version": alert["version"]}
    refused = member.post(f"{alert['url']}/acknowledge", body, Vigie_Territory=TERRITORY)
    assert refused.status in (403, 404)
    assert refused.headers["content-type"].startswith(PROBLEM)


def test_another_territory_looks_empty(alert: dict[str, Any], world: World) -> None:
    """An alert of elsewhere is answered as one that never was, for reading and for commands."""
    stranger = machine_of(world, ELSEWHERE_COORDINATOR)
    missing = stranger.get(f"{ALERTS}/00000000-0000-5000-8000-000000000000")
    assert_problem(missing, 404, "introuvable")
    assert stranger.get(alert["url"]).body == missing.body
    order = {"expected_version": alert["version"]}
    assert_problem(stranger.post(f"{alert['url']}/acknowledge", order), 404, "introuvable")
    assert stranger.get(f"{ALERTS}?limit=100").body["items"] == []


def test_a_territory_that_is_not_mine_is_unknown(world: World, capteur: Machine) -> None:
    """The header chooses among one's own territories only."""
    assert_problem(capteur.get(VISITS, Vigie_Territory=ELSEWHERE), 404, "introuvable")


def test_a_list_is_read_page_by_page(world: World, capteur: Machine) -> None:
    """Each visit once, whatever the size of the pages; the last page has no cursor."""
    for _ in range(3):
        capteur.post(VISITS, visit(world))
    whole = [item["id"] for item in capteur.get(f"{VISITS}?limit=100").body["items"]]
    paged: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = capteur.get(f"{VISITS}?limit=2" + (f"&cursor={cursor}" if cursor else "")).body
        paged, cursor = [*paged, *(item["id"] for item in page["items"])], page["next_cursor"]
    assert paged == whole


def test_a_cursor_that_was_not_given_is_refused(capteur: Machine) -> None:
    """A cursor is not a way into another partition."""
    assert capteur.get(f"{VISITS}?cursor=eyJwayI6IlQjYXV0cmUifQ").status == 422


def test_the_reference_of_occupations_is_searched(capteur: Machine) -> None:
    """By code or by the beginning of words, without accents."""
    found = capteur.get("/api/v1/occupations?q=soud")
    assert "H2913" in [item["code"] for item in found.body["items"]]


def test_a_partner_s_developer_looks_after_their_endpoint(world: World) -> None:
    """From the page, then by software: the address is tested, the secret is changed without losing a message."""
    developer, program = signed_in(world, DEVELOPER), machine_of(world, DEVELOPER)
    page = developer.get("/")
    assert "Mon point d’accès" in page.text
    tried = developer.submit(page, "/essai")
    assert "Essai réussi" in tried.text
    assert "whsec_" in developer.submit(developer.get(f"{ENDPOINT_PAGE}/secret"), "/secret").text
    (endpoint,) = program.get(ENDPOINTS).body["items"]
    rotated = program.post(f"{endpoint['api_url']}/rotate", {"expected_version": endpoint["version"]})
    assert rotated.body["secret"].startswith("whsec_")
    version = rotated.body["endpoint"]["version"]
    tested = program.post(f"{endpoint['api_url']}/test", {"expected_version": version})
    assert (tested.status, tested.body["accepted"]) == (200, True), tested.body
    assert program.get(f"/api/v1/deliveries?partner_id={endpoint['partner_id']}").status == 200
    assert machine_of(world, CAPTEUR).get(ENDPOINTS).status == 404
