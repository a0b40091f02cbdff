"""The JSON API of imports, asked as the gateway passes requests on."""

from __future__ import annotations

import pytest

from tests.unit.visits.importing.counter import Counter
from tests.unit.visits.importing.workshop import SIRETS, official, table

IMPORTS = "/api/v1/imports"
FILE = table([official(), official(siret="1")])


@pytest.fixture
def counter() -> Counter:
    """A territory that has imported nothing yet."""
    return Counter()


def sent(counter: Counter) -> str:
    """The address of an import whose file has come."""
    begun = counter.call("POST", IMPORTS, {"title": "SIRENE novembre"})
    counter.send(begun.json["id"], FILE)
    return str(begun.json["url"])


def test_a_program_imports_a_file_in_four_steps(counter: Counter) -> None:
    """Begin, send, check, apply: each answer tells the state and where to go on."""
    begun = counter.call("POST", IMPORTS, {"title": "SIRENE novembre"})
    assert begun.status == 201
    assert begun.headers["Location"] == begun.json["url"]
    assert begun.json["upload"]["fields"]["key"].endswith("/file")
    counter.send(begun.json["id"], FILE)

    place = begun.json["url"]
    assert counter.call("POST", f"{place}/check").json["state"] == "reading"
    counter.workshop.drain()
    read = counter.call("GET", place).json
    assert (read["state"], read["found"], read["rows"]["rejected"]) == ("checked", {"new": 1}, 1)
    assert read["notes"][0]["line"] == 3
    assert read["annotated_url"].startswith("https://bucket.example/")
    assert counter.call("POST", f"{place}/apply").json["progress"] == {"rows": 0, "whole": 1}
    counter.workshop.drain()
    assert counter.call("GET", place).json["done"] == {"new": 1}
    assert set(counter.workshop.enterprises()) == {SIRETS[0]}


def test_the_same_beginning_twice_is_one_import(counter: Counter) -> None:
    """The key makes a retry harmless; the form to send the file with is given again."""
    first, second = (counter.call("POST", IMPORTS, {"title": "A"}) for _ in range(2))

    assert first.json["id"] == second.json["id"]
    assert [item["id"] for item in counter.call("GET", IMPORTS).json["items"]] == [first.json["id"]]


def test_a_command_said_again_is_the_same(counter: Counter) -> None:
    """A program that lost the answer asks again."""
    place = sent(counter)
    first, second = (counter.call("POST", f"{place}/check") for _ in range(2))

    assert (first.status, second.status, second.json["state"]) == (200, 200, "reading")


@pytest.mark.parametrize(("step", "code"), [("check", "fichier-attendu"), ("apply", "conflit")])
def test_a_step_too_early_is_a_problem_in_french(counter: Counter, step: str, code: str) -> None:
    """Each step waits for the one before it."""
    place = counter.call("POST", IMPORTS, {}).json["url"]
    refused = counter.call("POST", f"{place}/{step}")

    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.json["type"].endswith(code)


def test_an_import_that_is_applied_cannot_be_abandoned(counter: Counter) -> None:
    """409, with the state in the message."""
    applied = counter.workshop.apply(FILE)
    refused = counter.call("POST", f"{IMPORTS}/{applied.id}/abandon")

    assert refused.status == 409
    assert "Appliqué" in refused.json["detail"]


def test_a_command_without_a_key_is_refused(counter: Counter) -> None:
    """As everywhere in the API."""
    assert counter.call("POST", f"{sent(counter)}/check", key=None).status == 422


@pytest.mark.parametrize(("who", "status"), [("sam", 403), ("noor", 404)])
def test_only_the_coordination_of_the_territory_imports(counter: Counter, who: str, status: int) -> None:
    """A capteur may not; a neighbour does not even learn that it exists."""
    place = sent(counter)

    for method, path in (("GET", place), ("POST", f"{place}/check"), ("POST", f"{place}/apply")):
        assert counter.call(method, path, who=who).status == status
