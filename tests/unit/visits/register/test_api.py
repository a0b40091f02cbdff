"""The JSON API of the register, asked as a structure's own software asks."""

from __future__ import annotations

import pytest

from services.visits.register import api
from shared.web.openapi import document
from tests.unit.visits.register.office import Office
from tests.unit.visits.register.rows import enterprise, unregistered
from tests.unit.visits.territory import Answer

ALL = "/api/v1/enterprises"
ONE = f"{ALL}/{enterprise().id}"
NEW = {"name": "Garage Zbinden", "commune": "Montbéliard", "insee": "25388"}
PERSON = {"name": "Camille Exemple", "phone": "03 81 00 00 00", "last_contact_on": "2026-11-20"}


def post(office: Office, path: str, body: object, key: str, who: str = "colleague") -> Answer:
    """Sends a command with its key."""
    return office.call("POST", path, body, key=f"register-{key}", who=who)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, 2),
        ({"q": "horl"}, 1),
        ({"q": "732829320"}, 1),
        ({"commune": "Montbéliard"}, 2),
        ({"commune": "25388", "naf": "26", "size": "11,12"}, 1),
        ({"size": "NN"}, 1),
    ],
)
def test_a_search_finds_by_all_that_is_asked(office: Office, asked: dict[str, str], found: int) -> None:
    """Without criteria, the whole register."""
    office.knows(enterprise(), unregistered(1, name="Zinguerie", size_band="NN", naf=None))

    assert len(office.call("GET", ALL, headers=None, **asked).json["items"]) == found


def test_pages_follow_one_another(office: Office) -> None:
    """Each once, until there is no cursor."""
    office.knows(*(unregistered(number) for number in range(5)))
    seen: list[str] = []
    cursor: dict[str, str] = {}
    for _ in range(3):
        shown = office.call("GET", ALL, headers=None, limit="2", **cursor).json
        seen += [each["id"] for each in shown["items"]]
        cursor = {"cursor": shown["next_cursor"]}

    assert len(set(seen)) == len(seen) == 5
    assert cursor["cursor"] is None


@pytest.mark.parametrize(
    "asked", [{"q": "x"}, {"naf": "zz"}, {"size": "99"}, {"cursor": "x"}, {"limit": "0"}, {"commune": "Ys"}]
)
def test_a_search_that_cannot_be_made_is_a_problem(office: Office, asked: dict[str, str]) -> None:
    """422, as a problem document."""
    assert office.call("GET", ALL, headers=None, **asked).status == 422


def test_an_enterprise_is_added_then_read(office: Office) -> None:
    """The same send has the same answer; a known SIRET is not added again."""
    made = post(office, ALL, NEW, "add-1")
    known = post(office, ALL, {**NEW, "siret": "732 829 320 00074"}, "add-2")
    again = post(office, ALL, {**NEW, "siret": "73282932000074"}, "add-3")

    assert (made.status, made.json) == (201, post(office, ALL, NEW, "add-1").json)
    assert office.call("GET", made.json["url"]).json["name"] == "Garage Zbinden"
    assert (known.json["added"], again.json["added"]) == (True, False)


def test_likely_duplicates_are_asked_before_adding(office: Office) -> None:
    """With a score and reasons; nothing is written."""
    office.knows(enterprise())
    before = dict(office.register.items)
    (alike,) = post(office, f"{ALL}/alike", {**NEW, "name": "Horlogerie Lion"}, "alike").json["items"]

    assert alike["enterprise"]["id"] == enterprise().id
    assert (alike["score"], alike["reasons"][1]) == (93, "même commune")
    assert office.register.items == before


def test_records_are_merged_and_separated(office: Office) -> None:
    """The absorbed one answers by the one that stays, until the merge is undone."""
    office.knows(enterprise(), unregistered(1))
    other = f"{ALL}/{unregistered(1).id}"
    merge = {"absorbed_id": unregistered(1).id, "survivor_id": enterprise().id, "reason": "Même gérante."}

    assert len(office.call("GET", f"{ALL}/duplicates", who="colleague").json["items"]) == 1
    assert post(office, f"{ALL}/merges", merge, "merge").status == 200
    assert office.call("GET", other).json["id"] == enterprise().id
    assert post(office, f"{ALL}/merges", merge, "merge-again").status == 409
    assert post(office, f"{other}/separate", {"reason": "Une homonyme."}, "undo").status == 200
    assert office.call("GET", other).json["id"] == unregistered(1).id
    assert post(office, f"{ALL}/merges", merge, "merge-by-capteur", who="capteur").status == 403


def test_contacts_are_kept(office: Office) -> None:
    """Added, read, corrected on the version read, silent, forgotten."""
    office.knows(enterprise())
    made = post(office, f"{ONE}/contacts", PERSON, "add")
    person = f"{ONE}/contacts/{made.json['id']}"

    assert made.status == 201
    assert office.call("GET", f"{ONE}/contacts").json["items"][0]["phone"] == "+33381000000"
    assert post(office, person, {**PERSON, "expected_version": 1}, "correct").json["version"] == 2
    assert post(office, person, {**PERSON, "expected_version": 1}, "stale").status == 409
    assert post(office, f"{person}/objection", {}, "object").json["version"] == 3
    assert post(office, f"{person}/removal", {}, "remove").status == 200
    assert office.call("GET", f"{ONE}/contacts").json["items"] == []


def test_what_is_not_diffusible_has_no_name_here_either(office: Office) -> None:
    """Another program is no more entitled than a page."""
    office.knows(enterprise(name="Secrète", trade_name="Cachette", address="1 rue Tue", diffusible=False))
    told = office.call("GET", ONE)

    assert told.json["name"] is None
    assert not any(word in told.text for word in ("Secrète", "Cachette", "rue Tue"))


@pytest.mark.parametrize(
    ("who", "status"), [("capteur", 200), ("coordinator", 200), ("neighbour", 404), ("agency", 403)]
)
def test_another_territory_reads_nothing(office: Office, who: str, status: int) -> None:
    """Its enterprise does not exist; the agency has no business here."""
    office.knows(enterprise())

    assert office.call("GET", ONE, who=who).status == status
    assert office.call("GET", f"{ONE}/contacts", who=who).status == status


def test_the_document_describes_every_route(office: Office) -> None:
    """With its refusals, in French."""
    made = document(api.resolver(office.office, office.identity, "", ""), api.TITLE, api.DESCRIPTION)

    assert len(made["paths"]) == 11
    assert all("422" in route["responses"] for path in made["paths"].values() for route in path.values())
