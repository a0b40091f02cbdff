"""The local system for a browser: started for one module, with the demonstration and a week of quiet days ahead."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page

from infra.assembly import ensure
from infra.local.system import LocalSystem
from tests.system.local_world import LocalWorld
from tests.system.people import Person, signed_in
from tests.system.world import World


@contextmanager
def running(state: Path) -> Iterator[LocalWorld]:
    """A local system over this folder; closed afterwards."""
    with LocalSystem(ensure("local"), state) as system:
        yield LocalWorld(system)


def enter(page: Page, world: World, person: Person) -> None:
    """Gives the page's browser the session of somebody who has just signed in elsewhere."""
    cookies = signed_in(world, person).cookies
    page.context.add_cookies([{"name": name, "value": cookies[name], "url": world.site} for name in cookies])
