"""What every page must pass in a browser: axe-core without a violation, no sideways scrolling, reachable targets.

In the dark only colours change, which one rule of axe-core looks at: a page is loaded once and checked in both.
"""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice", "RGAAv4"]
WIDTHS = (320, 360, 1280)
SMALLEST_TARGET = 44
"""CSS pixels: WCAG 2.5.5."""
SMALL_TARGETS = """(least) => [...document.querySelectorAll(
  ".button, button, .input, select, nav a, footer a, .brand, .choice, .skip, .summary a")]
  .filter((element) => element.checkVisibility() && !element.matches(".unseen"))
  .filter((element) => element.getBoundingClientRect().height < least - 0.5)
  .map((element) => element.outerHTML.slice(0, 120))"""
RUN = """async (options) => {
  const { violations } = await axe.run(document, options);
  return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(", ")}`);
}"""
OVERFLOWING = """() => [...document.body.querySelectorAll("*")]
  .filter((element) => element.getBoundingClientRect().right > innerWidth + 1 && !element.closest(".unseen, svg"))
  .map((element) => element.outerHTML.slice(0, 120))"""


def axe_findings(page: Page, *rules: str) -> list[str]:
    """The violations of these rules, or of every rule of TAGS, one line each: rule, then the elements."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    options = {
        "preload": False,
        "resultTypes": ["violations"],
        "selectors": False,
        "runOnly": {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": TAGS},
        "rules": {"color-contrast-enhanced": {"enabled": False}} if not rules else {},
    }
    found: list[str] = page.evaluate(RUN, options)
    return found


def assert_accessible(page: Page, *rules: str) -> None:
    """Fails with axe-core's violations, of these rules only when some are named."""
    found = axe_findings(page, *rules)
    assert not found, "\n".join(found)


def assert_reflow(page: Page, *widths: int) -> None:
    """Fails when the page scrolls sideways at one of the widths (320 px by default: WCAG 1.4.10)."""
    for width in widths or (320,):
        page.set_viewport_size({"width": width, "height": 800})
        scrolled = page.evaluate("document.documentElement.scrollWidth")
        assert scrolled <= width, f"{scrolled} px at {width}: {page.evaluate(OVERFLOWING)}"


def assert_touchable(page: Page) -> None:
    """Fails when a control is less than 44 px high."""
    small = page.evaluate(SMALL_TARGETS, SMALLEST_TARGET)
    assert not small, "\n".join(small)


def assert_sound(page: Page) -> None:
    """Fails on an axe-core violation in light or dark, on sideways scrolling at 320, 360 or 1280 px, on small targets."""
    size = page.viewport_size
    assert_accessible(page)
    page.emulate_media(color_scheme="dark")
    assert_accessible(page, "color-contrast")
    assert_reflow(page, *WIDTHS)
    page.set_viewport_size({"width": 360, "height": 800})
    assert_touchable(page)
    page.emulate_media(color_scheme="light")
    if size:
        page.set_viewport_size(size)
