"""The pages under hostile forms and addresses: never a fault of ours, never what was typed come back as markup."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.attack.cloud import SITE
from tests.attack.forms import HOSTILE, forms_of, spoiled
from tests.attack.front import Answer, Route
from tests.attack.fuzzing import KNOWN, Assault

CASES, MANY_CASES = 2, 1_000
"""A route; the second with `--soak`."""
MARKUP = ("<script>boom", "<img src=x")
ROLES = ("coordinator", "capteur", "manager")
GIVEN = {"idempotency_key": "a-key-long-enough", "expected_version": "1"}
SIGNED = ("/retour", "/arret", "/webhooks")
QUERIED = ("q", "suite", "etat", "page", "limit", "curseur", "structure", "mois", "de", "a", "x")
URLENCODED = "application/x-www-form-urlencoded"


def repeat(cases: int, *strategies: st.SearchStrategy[object]) -> Callable[[Callable[..., None]], None]:
    """Runs a function over so many drawn cases, the same ones each time."""
    quiet, phases = list(HealthCheck), [Phase.generate]
    chosen = settings(max_examples=cases, derandomize=True, database=None, phases=phases, suppress_health_check=quiet)

    def run(attack: Callable[..., None]) -> None:
        chosen(given(*strategies)(attack))()

    return run


def check(answer: Answer, said: str) -> None:
    """What holds of every answer."""
    assert answer.status < 500, (said, answer.status, answer.crash)
    text = answer.body.decode(errors="replace")
    assert not [mark for mark in MARKUP if mark in text], said
    assert not [value for value in map(str, answer.headers.values()) if "\n" in value or "\r" in value], said


@pytest.fixture(name="pages")
def _pages(assault: Assault) -> list[Route]:
    return [route for route in assault.front.routes() if not route.bearer and route.service != "directory"]


def spoil(assault: Assault, path: str, shown: dict[str, str], cases: int) -> None:
    """Posts a form to one address in so many spoiled ways."""

    def attack(fields: dict[str, str], who: str) -> None:
        check(assault.front.post(path, fields, who=who), f"POST {path} as {who}: {fields}")
        assault.snapshot.restore()

    repeat(cases, spoiled({**GIVEN, **shown}), st.sampled_from(KNOWN))(attack)


def test_no_form_breaks_a_page(assault: Assault, pages: list[Route], soak: bool) -> None:
    """Each posting route, by each role, with what its own form holds spoiled in every way."""
    forms = forms_of(assault.here, pages, ROLES)
    for route in (each for each in pages if each.method == "POST"):
        path = assault.here.address(route.path)
        shown = next((fields for action, fields in forms.items() if action.partition("?")[0] == path), {})
        spoil(assault, path, shown, MANY_CASES if soak else CASES)


def visit(assault: Assault, route: Route, cases: int) -> None:
    """Opens one route in so many spoiled ways."""
    hostile = st.one_of(st.sampled_from([text for text in HOSTILE if len(text) < 4000]), st.text(max_size=20))
    queries = st.dictionaries(st.sampled_from(QUERIED), hostile, max_size=2)
    headers = st.fixed_dictionaries({}, optional=dict.fromkeys(("hx-current-url", "hx-request", "accept"), hostile))

    def attack(text: str, query: dict[str, str], headers: dict[str, str], who: str, own: bool) -> None:
        path = assault.here.address(route.path) if own else re.sub(r"<\w+>", lambda _: text, route.path)
        check(assault.front.ask("GET", path, who=who, query=query, headers=headers), f"GET {path} {query} {headers}")
        assert assault.snapshot.is_intact(), f"GET {path} wrote"

    repeat(cases, hostile, queries, headers, st.sampled_from(KNOWN), st.booleans())(attack)


def test_no_address_breaks_a_page(assault: Assault, pages: list[Route], soak: bool) -> None:
    """Each route, with hostile texts in the path, the query and the headers; and nothing is written by reading."""
    for route in (each for each in pages if each.method == "GET"):
        visit(assault, route, MANY_CASES if soak else CASES)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"%ff%fe=%00", URLENCODED),
        (b"a=b&a=c", URLENCODED),
        (b"&".join([b"a%d=b" % number for number in range(500)]), URLENCODED),
        (b"\xff\xfe", URLENCODED),
        (b"{}", "application/json"),
        (b"--x\r\n\r\n--x--", "multipart/form-data; boundary=x"),
        (b"a=" + b"b" * 200_000, URLENCODED),
        (b"", ""),
    ],
    ids=["not UTF-8", "a name twice", "500 fields", "no text", "JSON", "multipart", "200 kB", "nothing"],
)
def test_no_body_breaks_a_page(assault: Assault, pages: list[Route], body: bytes, content_type: str) -> None:
    """Each posting route refuses in French what is not a form, and writes nothing."""
    for route in (each for each in pages if each.method == "POST"):
        path = assault.here.address(route.path)
        headers = {"content-type": content_type, "origin": SITE}
        for role in ROLES:
            check(assault.front.ask("POST", path, who=assault.here.who(role), headers=headers, body=body), path)
    assert assault.snapshot.is_intact()


def test_a_form_from_another_site_does_nothing(assault: Assault, pages: list[Route]) -> None:
    """With the victim's own session, each posting route refuses and writes nothing.

    A signed link or a signed message is no session: who has it may post from anywhere, without an origin.
    """
    for route in (each for each in pages if each.method == "POST" and not each.path.startswith(SIGNED)):
        path = assault.here.address(route.path)
        for foreign in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}):
            headers = {"content-type": URLENCODED, **foreign}
            for role in ROLES:
                answer = assault.front.ask("POST", path, who=assault.here.who(role), headers=headers, body=b"a=b")
                assert answer.status in {403, 404}, (path, role)
    assert assault.snapshot.is_intact()
