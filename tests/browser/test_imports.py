"""The pages of imports in a real browser: accessible, narrow, alive while the machines work, and whole without JavaScript."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Page, Request, Route

from services.visits.importing.work import Advance
from shared.web.static import static_file
from tests.browser.checking import assert_sound
from tests.browser.conftest import OpenPage
from tests.unit.visits.importing.counter import SITE, Counter
from tests.unit.visits.importing.workshop import SIRETS, official, table

pytestmark = pytest.mark.browser
FILE = table([official(), official(siret="7.3E+13"), official(siret=SIRETS[1], trancheEffectifsEtablissement="1")])
BUCKET = "https://bucket.example/"


@pytest.fixture
def counter() -> Counter:
    """A territory that has imported nothing yet."""
    return Counter()


def browse(page: Page, counter: Counter, path: str) -> None:
    """Opens a page of imports as the coordinator; the bucket lets any file in and sends the browser back."""

    def answer(route: Route, request: Request) -> None:
        asked = urlsplit(request.url)
        if request.url.startswith(BUCKET):
            counter.send(counter.workshop.store.latest("belfort-montbeliard-hericourt", 1).imports[0].id, FILE)
            lead(route, page.url)
        elif file := static_file(asked.path.removeprefix("/static/")):
            route.fulfill(status=200, body=file.body, headers={"content-type": file.content_type})
        else:
            fields = dict(parse_qsl(request.post_data or "", keep_blank_values=True))
            made = counter.post(asked.path, **fields) if request.method == "POST" else counter.open(asked.path)
            if place := dict(made.headers).get("Location"):
                lead(route, f"{SITE}{place}")
            else:
                route.fulfill(status=made.status, body=made.text, headers=dict(made.headers))

    page.route("**/*", answer)
    page.goto(f"{SITE}{path}")


def lead(route: Route, place: str) -> None:
    """Sends the browser on by a page: a redirection would leave these routes, and there is no network behind them."""
    route.fulfill(status=200, content_type="text/html", body=f'<meta http-equiv="refresh" content="0; url={place}">')


def states(counter: Counter) -> list[str]:
    """The address of an import in each state that has a page of its own."""
    workshop = counter.workshop
    applied, checked, failed = workshop.apply(FILE), workshop.check(FILE), workshop.check(b"Nom;Truc\nForge;1\n")
    expected, sent, reading = (workshop.begin(f"request-of-{name}") for name in ("one", "two", "three"))
    counter.send(sent.id, FILE)
    counter.send(reading.id, FILE)
    workshop.commands.check(reading.id, workshop.caller())
    return [f"/imports/{each.id}" for each in (applied, checked, failed, expected, sent, reading)]


def test_every_page_is_accessible_and_narrow(counter: Counter, open_page: OpenPage) -> None:
    """No violation, no sideways scrolling at 320 px, controls that a thumb reaches."""
    page = open_page(360)
    for path in ("/imports", "/imports/nouveau", *states(counter), "/imports"):
        browse(page, counter, path)
        assert_sound(page)


@pytest.mark.parametrize("script", [True, False])
def test_a_file_goes_from_the_disk_to_the_register(
    counter: Counter, open_page: OpenPage, tmp_path: Path, script: bool
) -> None:
    """Four steps, each with one button; the bucket's form passes the page's own policy."""
    (tmp_path / "sirene.csv").write_bytes(FILE)
    page = open_page(java_script_enabled=script)
    browse(page, counter, "/imports/nouveau")
    page.get_by_role("button", name="Choisir le fichier").click()
    page.get_by_label("Fichier CSV ou classeur .xlsx").set_input_files(tmp_path / "sirene.csv")
    page.get_by_role("button", name="Envoyer le fichier").click()
    for step in ("Vérifier le fichier", "Appliquer"):
        page.get_by_role("button", name=step).click()
        page.get_by_role("button", name="Relancer").wait_for()
        counter.workshop.drain()
        page.reload()

    assert page.get_by_role("heading", name="Le registre est à jour").is_visible()
    assert set(counter.workshop.enterprises()) == {SIRETS[0], SIRETS[1]}


def test_the_page_follows_the_work_by_itself(counter: Counter, open_page: OpenPage) -> None:
    """From the reading to the report, without a reload."""
    begun = counter.workshop.begin()
    counter.send(begun.id, FILE)
    counter.workshop.commands.check(begun.id, counter.workshop.caller())
    page = open_page()
    browse(page, counter, f"/imports/{begun.id}")
    page.evaluate("window.stayed = true")

    page.get_by_text("Lecture du fichier…").wait_for()
    counter.workshop.advancer.advance(Advance.model_validate_json(counter.workshop.advances.take()))
    page.get_by_text("0 lignes sur 2 comparées").wait_for()
    counter.workshop.drain()
    page.get_by_role("heading", name="Appliquer au registre").wait_for()
    assert page.evaluate("window.stayed") is True
