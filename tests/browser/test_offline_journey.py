"""The running system and a telephone that loses its network: what was typed meanwhile is in the territory afterwards."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.checking import assert_sound
from tests.browser.conftest import OpenPage
from tests.browser.offline_phone import REQUIRED, SAVE, WORKER_RULES
from tests.browser.running import enter
from tests.system.local_world import LocalWorld
from tests.system.people import CAPTEUR, SIRET

pytestmark = [pytest.mark.browser, pytest.mark.system]
FORM = "/visites/nouvelle"
TYPED = {"enterprise_name": "Tréfilerie de Beaucourt", "siret": SIRET, "commune": "Beaucourt"}


def _open(page: Page, world: LocalWorld) -> None:
    enter(page, world, CAPTEUR)
    page.goto(world.site + FORM)
    page.evaluate(WORKER_RULES)
    page.reload()
    page.locator("form[data-ready]").wait_for()


def _type(page: Page) -> None:
    for name, text in TYPED.items():
        page.locator(f"#{name}").fill(text)
    for question in REQUIRED:
        page.locator(f"#{question}").check()
    page.get_by_role("button", name=SAVE).last.click()


def test_a_visit_typed_without_network_joins_those_of_the_structure(open_page: OpenPage, world: LocalWorld) -> None:
    """The worker, its headers and the routes are those of the whole system; the list holds the visit once."""
    page = open_page(360)
    _open(page, world)
    page.context.set_offline(True)
    _type(page)
    said = page.locator("#offline").get_by_role("status")
    expect(said).to_contain_text("La visite est gardée sur cet appareil.")
    assert_sound(page)
    page.context.set_offline(False)
    expect(said).to_contain_text("Tout est envoyé.")
    page.goto(f"{world.site}/visites")
    expect(page.get_by_role("link", name=TYPED["enterprise_name"])).to_have_count(1)


def test_the_site_can_be_installed(open_page: OpenPage, world: LocalWorld) -> None:
    """The page names a manifest that the gateway serves to anybody, under the policy that every page carries."""
    page = open_page()
    enter(page, world, CAPTEUR)
    page.goto(f"{world.site}/journee")
    address = page.locator("link[rel=manifest]").get_attribute("href")
    assert (
        page.evaluate("(address) => fetch(address).then((answer) => answer.json())", address)["start_url"] == "/journee"
    )
