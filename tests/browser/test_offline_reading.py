"""The state of the queue can be read and used by everybody: axe-core, 320 px, dark, keyboard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.checking import assert_sound
from tests.browser.conftest import OpenPage
from tests.browser.offline_phone import phone_of
from tests.browser.offline_site import Site, served

pytestmark = pytest.mark.browser
WRONG_SIRET = "73282932000075"
LONG = "Société coopérative des tréfileries et décolletages de précision du pays de Montbéliard"


@pytest.fixture
def site() -> Iterator[Site]:
    """A server that holds no visit."""
    with served() as started:
        yield started


@pytest.mark.parametrize("path", ["/visites/nouvelle", "/journee"])
def test_the_strip_is_sound_while_nothing_waits(open_page: OpenPage, site: Site, path: str) -> None:
    """The number waiting, the last synchronisation and the export are in sight before anything is typed."""
    phone = phone_of(open_page, site)
    phone.open(path)
    phone.expect_counts("Aucune visite en attente")
    expect(phone.bar).to_contain_text("Dernière synchronisation : aujourd’hui à")
    expect(phone.bar.get_by_role("button", name="Exporter mes visites en attente")).to_be_visible()
    assert_sound(phone.page)


def test_every_state_of_the_queue_is_sound(open_page: OpenPage, site: Site) -> None:
    """One to correct, one waiting, one draft, the list open: nothing is told by colour alone, nothing is cut off."""
    phone = phone_of(open_page, site)
    phone.type(LONG, WRONG_SIRET)
    phone.save()
    expect(phone.page.locator(".summary")).to_be_focused()
    assert_sound(phone.page)
    phone.open()
    site.unplugged = True
    phone.record(LONG)
    phone.type("Atelier du Doubs")
    phone.wait_for_draft()
    phone.reload()
    phone.kept()
    for words in ("1 visite en attente", "1 visite à corriger", "1 brouillon"):
        phone.expect_counts(words)
    assert_sound(phone.page)


def test_the_question_before_leaving_is_sound(open_page: OpenPage, site: Site) -> None:
    """The dialog keeps the focus inside and can be read at 320 px."""
    phone = phone_of(open_page, site)
    site.unplugged = True
    phone.record()
    phone.page.get_by_role("button", name="Se déconnecter", exact=True).click()
    dialog = phone.page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    assert_sound(phone.page)
    for name in ("Exporter mes visites en attente", "Se déconnecter quand même"):
        phone.page.keyboard.press("Tab")
        expect(dialog.get_by_role("button", name=name)).to_be_focused()


def test_a_visit_is_recorded_with_the_keyboard_alone(open_page: OpenPage, site: Site) -> None:
    """Enter in a field saves, as in any form; the focus then stands at the top, where the answer is."""
    phone = phone_of(open_page, site)
    site.unplugged = True
    phone.type()
    phone.page.locator("#commune").press("Enter")
    phone.expect_said("La visite est gardée")
    expect(phone.page.locator("main")).to_be_focused()
    phone.page.locator("[data-part=send]").focus()
    site.unplugged = False
    phone.page.keyboard.press("Enter")
    phone.expect_said("Tout est envoyé.")
    assert site.visits() == ["Horlogerie du Lion"]


def test_with_ones_own_colours_the_states_keep_a_border(open_page: OpenPage, site: Site) -> None:
    """Forced colours: each state is words and a drawn border, not a tint."""
    phone = phone_of(open_page, site, forced_colors="active")
    badge = phone.bar.locator(".badge:visible").first
    assert badge.evaluate("badge => getComputedStyle(badge).borderTopStyle") == "solid"
