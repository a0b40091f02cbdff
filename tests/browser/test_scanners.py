"""Scanners that run a page's scripts: a browser opens each signed link and each page, waits, and nothing has happened."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route

from shared.identity import COOKIE
from tests.attack.cloud import SITE
from tests.attack.conftest import assault, noon, towns
from tests.attack.fuzzing import Assault
from tests.attack.test_scanners import readable
from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.browser
__all__ = ["assault", "noon", "towns"]
OPENED = ("<token>", "<alert_id>", "<visit_id>", "<partner_id>")
"""What an e-mail leads to."""


def answer(assault: Assault, route: Route, asked: list[str]) -> None:
    """The site's own answer to a browser's request, without a network."""
    request = route.request
    asked.append(request.method)
    path = request.url.removeprefix(SITE).partition("?")[0]
    found = assault.front.ask(request.method, path, who=assault.here.who("coordinator"), headers=request.headers)
    headers = {name: str(value) for name, value in found.headers.items() if name.lower() != "content-encoding"}
    route.fulfill(status=found.status, headers=headers, body=found.body)


def opened(page: Page, path: str) -> None:
    """Opens an address as a scanner does: scripts run, the mouse moves over the page, nothing is pressed."""
    page.goto(f"{SITE}{path}", wait_until="networkidle")
    page.mouse.move(200, 300)
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")


def test_a_browser_that_only_looks_changes_nothing(assault: Assault, open_page: OpenPage) -> None:
    """Every page that a message leads to, opened with scripts on: only GETs leave, and all tables are as before."""
    page, asked = open_page(service_workers="block"), list[str]()
    page.context.add_cookies([{"name": COOKIE, "value": "known", "url": SITE}])
    page.route("**/*", lambda route: answer(assault, route, asked))
    before = assault.front.aws.everything()
    for route in readable(assault):
        if any(name in route.path for name in OPENED) and not route.bearer and "fichier" not in route.path:
            opened(page, assault.here.address(route.path))
    assert set(asked) == {"GET"}
    assert assault.front.aws.everything() == before
