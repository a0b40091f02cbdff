"""A real browser for the tests that need one: found on the machine, or the tests are skipped with the remedy."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, sync_playwright

from tests.system.local_world import LocalWorld
from tests.system.starting import Starting

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
REMEDY = "no Chromium here: `apt install chromium`, or `.venv/bin/playwright install chromium`"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)
OpenPage = Callable[..., Page]


def executable(playwright: Playwright) -> str | None:
    """The machine's Chromium, else the one that Playwright has fetched, else None."""
    shipped = playwright.chromium.executable_path
    return next(filter(None, map(shutil.which, NAMES)), None) or (shipped if Path(shipped).exists() else None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run, deaf to everything but this machine."""
    with sync_playwright() as playwright:
        path = executable(playwright)
        if path is None:
            pytest.skip(REMEDY)
        launched = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def world(browser: Browser, starting: Starting) -> Iterator[LocalWorld]:
    """A local system that nobody has used yet, for the modules whose pages are the running system's."""
    with starting.world() as started:
        yield started


NETWORK = ("Failed to load resource", "htmx: htmx:error: Failed to fetch")
"""What the browser and htmx say when the network fails: some tests cut it."""


def _is_complaint(message: ConsoleMessage) -> bool:
    return message.type == "error" and not message.text.startswith(NETWORK)


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Opens a page in a context of its own: `open_page(width=360, dark=True, **context_options)`.

    What the browser writes to its console as an error, a refused inline style for one, fails the test; that an answer
    has an error status does not.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(width: int = 1280, *, dark: bool = False, **options: Any) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if dark else "light",
            locale="fr-FR",
            timezone_id="Europe/Paris",
            reduced_motion="reduce",
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if _is_complaint(message) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []
