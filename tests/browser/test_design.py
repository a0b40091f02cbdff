"""The design system in a real browser: accessibility, reflow, keyboard, forced colours, and the little scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from shared.web.countdown import countdown
from shared.web.static import FOLDER
from tests.browser import gallery
from tests.browser.checking import assert_accessible, assert_reflow, assert_touchable
from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.browser
PAGES = (
    *("board", "alert", "visit", "visit-refused", "agency"),
    *("error", "components", "accessibility", "personal-data"),
)
FOCUS_IS_SEEN = """() => {
  const style = getComputedStyle(document.activeElement.closest(".row") ?? document.activeElement);
  return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
}"""
FOCUSED = "document.activeElement.innerText || document.activeElement.id"


@pytest.fixture(scope="module")
def site() -> Iterator[tuple[str, list[str]]]:
    """The gallery, served on loopback with the product's own headers."""
    with gallery.served() as served:
        yield served


@pytest.fixture(scope="module")
def url(site: tuple[str, list[str]]) -> str:
    return site[0]


def _focus_order(page: Page, stops: int) -> list[str]:
    words = []
    for _stop in range(stops):
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUS_IS_SEEN), page.evaluate(FOCUSED)
        words.append(str(page.evaluate(FOCUSED)))
    return words


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(open_page: OpenPage, url: str, name: str) -> None:
    """Every component passes axe-core without a violation; in dark only its colours change."""
    page = open_page()
    page.goto(f"{url}/{name}")
    assert_accessible(page)
    page.emulate_media(color_scheme="dark")
    assert_accessible(page, "color-contrast")


def test_in_the_dark_only_colours_change() -> None:
    """No sheet but the one of colours asks whether it is dark, and there nothing but colours is named again."""
    asking = [sheet for sheet in FOLDER.rglob("*.css") if "prefers-color-scheme" in sheet.read_text(encoding="utf-8")]
    assert [sheet.name for sheet in asking] == ["tokens.css"]
    _, dark = asking[0].read_text(encoding="utf-8").split("@media (prefers-color-scheme: dark)")
    named = re.findall(r"([\w-]+)\s*:\s*([^;{}]+);", dark)
    assert named
    assert [
        (name, value) for name, value in named if not re.fullmatch(r"--[\w-]+=#[0-9a-f]{6}", f"{name}={value}")
    ] == []


@pytest.mark.parametrize("name", PAGES)
def test_no_page_scrolls_sideways(open_page: OpenPage, url: str, name: str) -> None:
    """Nothing is cut off from 320 px up, nor when the reader doubles the size of the text; controls stay touchable."""
    page = open_page(320)
    page.goto(f"{url}/{name}")
    assert_reflow(page, 320, 360, 640, 1280)
    page.set_viewport_size({"width": 360, "height": 800})
    assert_touchable(page)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert_reflow(page, 640, 1280)


def test_keyboard_goes_skip_link_then_menu_then_page(open_page: OpenPage, url: str) -> None:
    """The Tab key follows the reading order and the focus can always be seen."""
    page = open_page()
    page.goto(f"{url}/board")
    order = _focus_order(page, 17)
    assert order[0] == "Aller au contenu"
    assert order[3:6] == ["Alertes", "Visites", "Entreprises"]
    assert order[-2:] == ["2 décolleteurs régleurs", "3 soudeurs TIG"]


def test_skip_link_jumps_to_the_content(open_page: OpenPage, url: str) -> None:
    """After the skip link the next Tab lands inside the page's content."""
    page = open_page()
    page.goto(f"{url}/visit")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#siret")).to_be_focused()


def test_errors_take_the_focus_without_javascript(open_page: OpenPage, url: str) -> None:
    """A refused form comes back with the focus on its errors, and each leads to its field."""
    page = open_page(java_script_enabled=False)
    page.goto(f"{url}/visit-refused")
    expect(page.locator(".summary")).to_be_focused()
    page.get_by_role("link", name="La visite ne peut pas être dans le futur.").click()
    assert page.locator("#visited_on").evaluate("field => field === document.activeElement || field.matches(':target')")
    expect(page.locator("#siret")).to_have_accessible_description(
        "14 chiffres, sur la facture ou l’annuaire des entreprises Erreur : Le SIRET doit compter 14 chiffres ; il en manque 2."
    )


def test_forced_colours_keep_shapes(open_page: OpenPage, url: str) -> None:
    """With the reader's own colours, states keep an outline and the delay's rail can still be told from its bed."""
    page = open_page(forced_colors="active")
    page.goto(f"{url}/components")
    assert page.locator(".badge").first.evaluate("badge => getComputedStyle(badge).borderTopStyle") == "solid"
    fill, bed = (
        page.locator(f".rail-{part}").first.evaluate("part => getComputedStyle(part).fill") for part in ("fill", "bed")
    )
    assert fill != bed


def test_every_state_is_told_in_words_and_by_an_icon(open_page: OpenPage, url: str) -> None:
    """No state rests on colour alone."""
    page = open_page()
    page.goto(f"{url}/components")
    for badge in page.locator(".badge").all():
        assert badge.inner_text().strip()
        expect(badge.locator("svg")).to_be_visible()


@pytest.mark.parametrize("minutes", [0, 8 * 60 + 50, 40 * 60])
def test_countdown_goes_on_as_the_server_would_say_it(open_page: OpenPage, url: str, minutes: int) -> None:
    """The script that refreshes the delays writes the same words and the same urgency as the server."""
    page = open_page()
    page.clock.install(time="2031-01-01T00:00:00Z")
    page.goto(f"{url}/components")
    elapsed = timedelta(minutes=minutes, seconds=30)
    page.clock.run_for(elapsed // timedelta(milliseconds=1))
    originals = [gallery.after(hours) for hours in (4, 30, 40.4, 51.2)]
    expected = [countdown(one.started, one.deadline, gallery.NOW + elapsed) for one in originals]
    clocks = page.locator("[data-deadline]")
    words = clocks.locator(".clock-words").all_inner_texts()
    assert [" ".join(text.split()) for text in words] == [" ".join(one.text.split()) for one in expected]
    for position, one in enumerate(expected):
        assert f"level-{one.level}" in str(clocks.nth(position).get_attribute("class"))


def test_a_double_click_posts_once(open_page: OpenPage, site: tuple[str, list[str]]) -> None:
    """The second click of a double click sends nothing."""
    url, posts = site
    page = open_page()
    page.goto(f"{url}/alert")
    before = len(posts)
    with page.expect_response("**/transmission"):
        page.get_by_role("button", name="Transmettre à France Travail").dblclick()
    assert posts[before:] == ["/alertes/1/transmission"]


def test_copy_button_exists_only_where_it_works(open_page: OpenPage, url: str) -> None:
    """Without JavaScript no button is shown that would do nothing."""
    for enabled in (True, False):
        page = open_page(java_script_enabled=enabled)
        page.goto(f"{url}/alert")
        expect(page.get_by_text("Copier le lien")).to_be_visible(visible=enabled)


def test_search_fills_its_results_as_one_types(open_page: OpenPage, url: str) -> None:
    """The occupation search answers while typing, under the content security policy."""
    page = open_page()
    page.goto(f"{url}/visit")
    page.get_by_label("Métier (code ROME)").press_sequentially("couv")
    expect(page.get_by_label("F1610 Pose et restauration de couvertures")).to_be_visible()


def test_live_section_refreshes_and_keeps_the_focus(open_page: OpenPage, url: str) -> None:
    """The board is asked for again by itself, and whoever was on a row stays on it."""
    page = open_page()
    page.clock.install()
    page.goto(f"{url}/board")
    link = page.get_by_role("link", name="3 soudeurs TIG")
    link.focus()
    with page.expect_response("**/board"):
        page.clock.fast_forward("01:01")
    page.clock.fast_forward("00:01")
    expect(link).to_be_focused()
    expect(page.locator("#tableau")).to_have_count(1)
