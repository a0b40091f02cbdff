"""The pages of the register in a real browser: accessible, narrow, alive, and whole without JavaScript."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Page, Request, Route

from shared.web.static import static_file
from tests.browser.checking import assert_sound
from tests.browser.conftest import OpenPage
from tests.unit.visits.register.office import Office
from tests.unit.visits.register.rows import enterprise, unregistered
from tests.unit.visits.territory import SITE, report

pytestmark = pytest.mark.browser
SEARCH, PAGE, ABSORBED = "/entreprises", f"/entreprises/{enterprise().id}", unregistered(1, name="Horlogerie Lion")
PAGES = (
    SEARCH,
    f"{SEARCH}?q=horlogerie",
    f"{SEARCH}?naf=26&taille=11%2B",
    f"{SEARCH}/nouvelle",
    f"{SEARCH}/doublons",
    f"{SEARCH}/{ABSORBED.id}/doublons",
    PAGE,
    f"{PAGE}/contacts/nouveau",
)


@pytest.fixture
def office() -> Office:
    """A territory that knows three enterprises and has visited one."""
    office = Office()
    office.knows(enterprise(), ABSORBED, enterprise(siret="35600000000048", name="Zinguerie du Lion", size_band="32"))
    office.report(report())
    return office


def browse(page: Page, office: Office, path: str) -> None:
    """Opens a page of the register as a manager; the alerts of another service are none."""

    def answer(route: Route, request: Request) -> None:
        asked = urlsplit(request.url)
        file = static_file(asked.path.removeprefix("/static/")) if asked.path.startswith("/static/") else None
        if file:
            route.fulfill(status=200, body=file.body, headers={"content-type": file.content_type})
        elif asked.path.startswith(SEARCH):
            made = office.open(asked.path, who="colleague", headers=None, **dict(parse_qsl(asked.query)))
            route.fulfill(status=made.status, body=made.text, headers=dict(made.headers))
        else:
            route.fulfill(status=200, body="<p>Aucune alerte.</p>", headers={"content-type": "text/html"})

    page.route("**/*", answer)
    page.goto(f"{SITE}{path}")


def test_every_page_is_accessible_and_narrow(office: Office, open_page: OpenPage) -> None:
    """No violation, no sideways scrolling at 320 px, controls that a thumb reaches."""
    page = open_page(360)
    for path in PAGES:
        browse(page, office, path)
        assert_sound(page)


def test_the_results_follow_what_is_typed(office: Office, open_page: OpenPage) -> None:
    """Without a reload, and what is typed stays where it is; a refusal shows in their place."""
    page = open_page()
    browse(page, office, SEARCH)
    page.evaluate("window.stayed = true")

    page.get_by_label("Nom, SIRET ou SIREN").press_sequentially("zing", delay=20)
    page.get_by_role("link", name="Zinguerie du Lion").wait_for()
    page.get_by_label("Nom, SIRET ou SIREN").fill("z")
    page.get_by_text("Cette recherche n’est pas possible").wait_for()
    assert page.evaluate("window.stayed") is True


def test_a_search_needs_no_script(office: Office, open_page: OpenPage) -> None:
    """The button sends the form."""
    page = open_page(java_script_enabled=False)
    browse(page, office, SEARCH)

    page.get_by_label("Nom, SIRET ou SIREN").fill("horlogerie du")
    page.get_by_role("button", name="Chercher").click()
    page.get_by_role("link", name="Horlogerie du Lion").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Horlogerie du Lion"
    assert page.get_by_role("link", name="Voir les alertes de cette entreprise").is_visible()
