"""What each answer of the server means for a visit that waits, and how long it waits before the next attempt."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from shared.web.static import static_url
from tests.browser.conftest import OpenPage
from tests.browser.offline_site import Site, served

pytestmark = pytest.mark.browser
PROBLEM = "https://vigie.example/problemes/"
READ = """async ([module, status, body, headers]) => {
  const { outcomeOf } = await import(module);
  return outcomeOf(new Response(body, { status, headers }));
}"""
PAUSES = """async (module) => {
  const { pauseAfter } = await import(module);
  return [1, 2, 3, 7, 60].map((attempts) => pauseAfter(attempts, 5000));
}"""


@pytest.fixture
def site() -> Iterator[Site]:
    """A server whose modules are read."""
    with served() as started:
        yield started


@pytest.fixture
def page(open_page: OpenPage, site: Site) -> Page:
    """A page of the site on which no script of ours runs."""
    opened = open_page()
    opened.goto(f"{site.url}/connexion")
    return opened


def _read(page: Page, status: int, body: Any = None, **headers: str) -> dict[str, Any]:
    text = body if isinstance(body, str) else json.dumps(body)
    read: dict[str, Any] = page.evaluate(READ, [static_url("outcome.js"), status, text, headers])
    return read


def test_only_201_with_an_id_takes_a_visit_off_the_queue(page: Page) -> None:
    """The portal of a hotel that answers 200 to everything has recorded nothing."""
    assert _read(page, 201, {"id": "v", "url": "/visites/v", "alerts": 1})["kind"] == "sent"
    for status, body in [(200, "<html>Bienvenue"), (201, {}), (201, "<html>"), (200, {"id": "v"})]:
        assert _read(page, status, body)["kind"] == "later", (status, body)


@pytest.mark.parametrize("status", [401, 403, 408, 425, 429, 500, 502, 503, 504])
def test_what_is_not_the_visits_fault_is_tried_again(page: Page, status: int) -> None:
    """A session, a right, a crowd, a fault of the server: the visit is not to be corrected for it."""
    assert _read(page, status, {"type": f"{PROBLEM}indisponible"})["kind"] == "later"


@pytest.mark.parametrize("status", [400, 404, 409, 413, 422])
def test_what_the_server_refuses_is_to_be_corrected(page: Page, status: int) -> None:
    """With the server's words and fields; its key serves again unless the server says that it is spent."""
    errors = [{"field": "siret", "detail": "Ce SIRET n’existe pas."}]
    read = _read(page, status, {"type": f"{PROBLEM}invalide", "detail": "Refusé.", "errors": errors})
    assert (read["kind"], read["message"], read["errors"], read["spent"]) == ("wrong", "Refusé.", errors, False)
    assert _read(page, status, {"type": f"{PROBLEM}cle-idempotence-reutilisee"})["spent"] is True


def test_the_visit_of_another_person_waits_for_them(page: Page) -> None:
    """Nobody is asked to correct what somebody else typed."""
    read = _read(page, 409, {"type": f"{PROBLEM}autre-personne"})
    assert (read["kind"], read["trouble"], read["stop"]) == ("later", "person", True)


def test_the_server_says_how_long_to_wait(page: Page) -> None:
    """Retry-After is in seconds; without it, or with nonsense, our own pauses count."""
    assert _read(page, 503, {}, **{"Retry-After": "120"})["after"] == 120_000
    assert _read(page, 429, {}, **{"Retry-After": "demain"})["after"] == 0


def test_pauses_double_up_to_five_minutes(page: Page) -> None:
    """Five seconds, ten, twenty; a night without network is no storm in the morning."""
    assert page.evaluate(PAUSES, static_url("outcome.js")) == [5_000, 10_000, 20_000, 300_000, 300_000]
