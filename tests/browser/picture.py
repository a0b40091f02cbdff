"""Takes the README's picture: `python -m tests.browser.picture` plays a working week, then photographs the board.

It is the running system that is shown, not a drawing of it; the week is the next one without a public holiday.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import ViewportSize, sync_playwright

from infra.assembly import ROOT
from tests.browser.conftest import ARGUMENTS, executable
from tests.browser.running import enter, running
from tests.browser.scene import play
from tests.system.people import COORDINATOR
from tests.system.starting import next_tuesday, start_at
from tests.system.world import World

PICTURE = ROOT / "docs" / "images" / "board.png"
SIZE = ViewportSize(width=1280, height=800)


def photograph(world: World, target: Path) -> None:
    """Writes the coordinator's board as a PNG, 1280 pixels wide, light theme, from its top to its last row."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(playwright), args=ARGUMENTS)
        page = browser.new_page(viewport=SIZE, color_scheme="light", locale="fr-FR", timezone_id="Europe/Paris")
        enter(page, world, COORDINATOR)
        page.goto(f"{world.site}/alertes")
        page.screenshot(path=target, full_page=True)
        browser.close()


def main() -> int:
    """Plays the week in a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        start_at(Path(folder), next_tuesday(datetime.now(UTC)))
        with running(Path(folder)) as world:
            play(world)
            PICTURE.parent.mkdir(parents=True, exist_ok=True)
            photograph(world, PICTURE)
    sys.stdout.write(f"{PICTURE.relative_to(ROOT)} : {PICTURE.stat().st_size // 1000} ko\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
