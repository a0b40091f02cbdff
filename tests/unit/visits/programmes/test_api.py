"""The JSON API of programmes, as a structure's own software uses it."""

from __future__ import annotations

from services.visits.programmes import api
from shared.web.openapi import document
from tests.unit.visits.programmes.world import SIRETS, World, draft

PATH = "/api/v1/programmes"


def test_a_programme_from_draft_to_closing(world: World) -> None:
    """Each answer is the programme as it became, with the version to send back."""
    made = world.call("POST", PATH, draft())
    one = f"{PATH}/{made.json['id']}"
    redrafted = world.call("POST", one, draft(title="Autre", expected_version=1)).json
    committed = world.call("POST", f"{one}/commit", {"expected_version": 2}).json
    world.populate(world.programme(made.json["id"]))
    revision = {"per_month": 4, "from_month": "2027-01", "decided_on": "2026-11-20", "reason": "Moins"}
    revised = world.call("POST", f"{one}/revise", {"expected_version": 4, **revision}).json
    closed = world.call("POST", f"{one}/close", {"expected_version": 5, "reason": "Fin"}).json

    assert (made.status, made.headers["Location"], made.json["targets_count"]) == (201, one, 3)
    assert (redrafted["title"], redrafted["state"]) == ("Autre", "draft")
    assert (committed["state"], [quota["per_month"] for quota in committed["quotas"]]) == ("committed", [10])
    assert [quota["number"] for quota in revised["quotas"]] == [1, 2]
    assert (closed["state"], closed["closing_reason"]) == ("closed", "Fin")


def test_targets_are_ranked_claimed_released_and_withdrawn(world: World) -> None:
    """The whole life of a target, by program."""
    programme = world.active()
    one = f"{PATH}/{programme.id}"
    first = world.call("GET", f"{one}/ranking", who="claire").json["items"][0]
    target = f"{one}/targets/{first['target']['enterprise_id']}"
    claimed = world.call("POST", f"{target}/claim", {}, who="claire")
    taken = world.call("POST", f"{target}/claim", {}, who="karim")
    held = world.call("GET", f"{one}/targets", state="claimed").json["items"]
    released = world.call("POST", f"{target}/release", {}, who="claire").json
    withdrawn = world.call("POST", f"{target}/withdraw", {"reason": "Fermée"}, who="claire").json

    assert (first["rank"], first["score"]) == (1, sum(reason["points"] for reason in first["reasons"]))
    assert (claimed.status, claimed.json["member_name"]) == (200, "Claire Martin")
    assert (taken.status, taken.json["type"].rpartition("/")[2]) == (409, "deja-reservee")
    assert "Claire Martin (CCI du Doubs)" in taken.json["detail"]
    assert [each["claim"]["member_id"] for each in held] == ["claire"]
    assert (released["state"], released["claim"]) == ("pending", None)
    assert (withdrawn["state"], withdrawn["reason"]) == ("withdrawn", "Fermée")


def test_lists_come_page_by_page(world: World) -> None:
    """The cursor leads through the whole list, once each; a forged one is refused."""
    programme = world.active()
    for path in ("targets", "ranking"):
        one = f"{PATH}/{programme.id}/{path}"
        first = world.call("GET", one, limit="2").json
        second = world.call("GET", one, limit="2", cursor=first["next_cursor"]).json
        assert (len(first["items"]), len(second["items"]), second["next_cursor"]) == (2, 1, None)
        assert world.call("GET", one, cursor="abc").status == 422


def test_the_overview_and_the_file_tell_the_progress(world: World) -> None:
    """Numbers by month; the targets in each state."""
    programme = world.active()
    world.visit("2026-10-06")
    shown = world.call("GET", PATH, first_month="2026-10").json
    file = world.call("GET", f"{PATH}/{programme.id}").json

    assert shown["progress"][0]["months"][0] == {"month": "2026-10", "done": 1, "planned": 0, "committed": 10}
    assert shown["territory"]["completion"] == 0.1
    assert (file["targets"]["pending"], file["coverage"]) == (3, 0)
    assert world.call("GET", PATH, first_month="2026-13").status == 422


def test_each_line_of_a_list_is_refused_at_its_pointer(world: World) -> None:
    """The problem document names the place in what was sent."""
    refused = world.call("POST", PATH, draft(population={"sirets": [SIRETS[0], "73282932000079"]}))

    assert refused.status == 422
    assert [error["field"] for error in refused.json["errors"]] == ["/population/sirets/1"]


def test_who_may_not_is_told(world: World) -> None:
    """A capteur decides nothing; another structure's programme does not exist; a key serves one command."""
    programme = world.draft("oscar")
    one = f"{PATH}/{programme.id}"

    assert world.call("POST", PATH, draft(), who="claire").status == 403
    assert world.call("GET", one).status == 404
    assert world.call("POST", f"{one}/commit", {"expected_version": 9}, who="oscar").status == 409
    assert world.call("POST", PATH, draft(), key="one-key-12").status == 201
    assert world.call("POST", PATH, draft(title="Autre"), key="one-key-12").status == 422


def test_the_document_is_in_french_for_each_route(world: World) -> None:
    """Every operation has a summary, a tag and its refusals."""
    made = document(world.interface, api.TITLE, api.DESCRIPTION)  # type: ignore[arg-type]
    operations = [operation for path in made["paths"].values() for operation in path.values()]

    assert len(operations) == 12
    assert all(
        operation["summary"] and operation["tags"] and "401" in operation["responses"] for operation in operations
    )
