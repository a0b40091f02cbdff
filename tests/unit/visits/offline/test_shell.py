"""What lets a telephone keep the form: the worker, the manifest, and a page without names."""

from __future__ import annotations

import json
import re

from services.visits.offline import MANIFEST, WORKER, manifest, service_worker
from shared.web.static import MODULES, static_file
from tests.unit.visits.territory import Territory

FORM, DAY = "/visites/nouvelle", "/journee"
SHELL = re.compile(r"^const SHELL = (\{.*\});$", re.MULTILINE)


def _shell(script: str) -> dict[str, object]:
    found = SHELL.search(script)
    assert found is not None
    read: dict[str, object] = json.loads(found.group(1))
    return read


def test_the_worker_is_served_at_the_root_to_anybody_and_asked_for_again(territory: Territory) -> None:
    """A browser looks for a new release each time; a session that is over does not hide it."""
    answer = territory.open(WORKER, who=None)
    assert answer.status == 200
    assert answer.text == service_worker()
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "connect-src 'self'" in answer.headers["Content-Security-Policy"]


def test_the_worker_keeps_two_pages_and_files_that_never_change() -> None:
    """Every file is kept under its hash: a release never mixes with another."""
    shell = _shell(service_worker())
    assert shell["pages"] == [FORM, DAY]
    files = [static_file(str(address).removeprefix("/static/")) for address in list(shell["files"])]  # type: ignore[call-overload]
    assert len(files) > len(MODULES)
    assert all(file is not None and file.immutable for file in files)


def test_the_worker_has_another_version_when_anything_in_it_changes() -> None:
    """The version names the caches: two releases never share one."""
    assert _shell(service_worker())["version"] == _shell(service_worker())["version"]
    assert _shell(service_worker())["version"] != _shell(service_worker(patience_ms=1))["version"]


def test_the_manifest_makes_the_site_installable(territory: Territory) -> None:
    """A name, a page to begin with, icons of the sizes that telephones ask for, each of them served."""
    answer = territory.open(MANIFEST, who=None)
    assert answer.json == manifest()
    assert answer.headers.get("Content-Type", "application/manifest+json").startswith("application/manifest+json")
    icons = {(icon["sizes"], icon["purpose"]): icon["src"] for icon in answer.json["icons"]}
    assert {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")} <= icons.keys()
    assert all(static_file(address.removeprefix("/static/")) for address in icons.values())


def test_icons_have_the_size_that_they_announce() -> None:
    """A PNG says its width and height in its first bytes."""
    for icon in manifest()["icons"]:
        file = static_file(icon["src"].removeprefix("/static/"))
        assert file is not None
        if icon["type"] == "image/png":
            width, height = (int.from_bytes(file.body[start : start + 4]) for start in (16, 20))
            assert f"{width}x{height}" == icon["sizes"]


def test_modules_find_their_neighbours() -> None:
    """Every import of a module names a module that is served beside it, under the same hash."""
    for name in MODULES:
        file = static_file(f"0/{name}")
        assert file is not None
        imported = re.findall(r"(?:from|import\() ?\"\./([\w-]+\.js)\"", file.body.decode())
        assert set(imported) <= set(MODULES), name


def test_the_form_that_a_telephone_keeps_names_nobody_but_its_owner(territory: Territory) -> None:
    """The kept page holds the name in its frame and two ids; colleagues are asked for apart, and not kept."""
    page = territory.open(FORM).text
    assert "Colleague" not in page
    assert 'data-member="capteur"' in page
    assert 'hx-get="/visites/collegues"' in page


def test_the_page_of_the_day_tells_the_telephone_what_is_planned(territory: Territory) -> None:
    """The plan is data in the page, not a script: an empty day is an empty list."""
    page = territory.open(DAY).text
    assert re.search(r'<script type="application/json" id="day-plan">\[\]</script>', page)
    assert 'id="offline"' in page
    assert 'id="offline-copy"' in page
