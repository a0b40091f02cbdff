"""The local system for a browser: started for one module, with the demonstration and a week of quiet days ahead."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page

from infra.assembly import ensure
from infra.local.system import LocalSystem
from tests.browser.checking import assert_accessible, assert_reflow, assert_touchable
from tests.system.local_world import LocalWorld
from tests.system.people import Person, signed_in
from tests.system.world import World

WIDTHS = (320, 360, 1280)


@contextmanager
def running(state: Path) -> Iterator[LocalWorld]:
    """A local system over this folder; closed afterwards."""
    with LocalSystem(ensure("local"), state) as system:
        yield LocalWorld(system)


def enter(page: Page, world: World, person: Person) -> None:
    """Gives the page's browser the session of somebody who has just signed in elsewhere."""
    cookies = signed_in(world, person).cookies
    page.context.add_cookies([{"name": name, "value": cookies[name], "url": world.site} for name in cookies])


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
