"""Static files: immutable under their hash, and nothing else within reach."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from shared.web import responses
from shared.web.static import FOLDER, MODULES, PUBLIC, STYLE_SHEETS, static_file, static_url

VENDORED = {
    FOLDER / "htmx.min.js": "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130",
    FOLDER / "htmx.LICENSE.txt": "d3d2456f76414f2456104660ebd65aff1c04cd7966b942bdabd63f3cdb316a38",
    FOLDER / "offline" / "idb.js": "e01b45d2e088a7197e8b41ba9b51a0876969da67cc08e6efbc3d5d7ab6ac836c",
    FOLDER / "offline" / "idb.LICENSE.txt": "873a2f333fda393ec3464f4579209b019d98e97c3bf498b10e85f630162fd708",
    Path("tests/browser/vendor/axe.min.js"): "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c",
}
"""htmx.org 4.0.1 (0BSD), idb 8.0.4 (ISC) and axe-core 4.14.1 (MPL-2.0), as npm serves them."""


@pytest.mark.parametrize("path", VENDORED, ids=lambda path: path.name)
def test_vendored_files_are_what_their_authors_published(path: Path) -> None:
    """Nobody edits a vendored file: its bytes are pinned."""
    assert hashlib.sha256(path.read_bytes()).hexdigest() == VENDORED[path]


def test_vendored_files_say_their_version_and_licence() -> None:
    """The licence travels with the file."""
    assert b"4.0.1" in (FOLDER / "htmx.min.js").read_bytes()
    assert "ISC License" in (FOLDER / "offline" / "idb.LICENSE.txt").read_text()
    assert "Zero-Clause BSD" in (FOLDER / "htmx.LICENSE.txt").read_text()
    assert "Mozilla Public License" in Path("tests/browser/vendor/axe.LICENSE.txt").read_text()


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_file_is_kept_for_ever_under_its_hash(name: str) -> None:
    """The address that pages use answers with an immutable file."""
    answer = responses.static(static_url(name))
    assert answer.status_code == 200
    assert "immutable" in str(answer.headers["Cache-Control"])


def test_another_release_gets_todays_bytes_for_once() -> None:
    """A page of the release before is never without style, and no cache keeps the mismatch."""
    found = static_file("0123456789ab/vigie.css")
    assert found is not None
    assert not found.immutable
    assert responses.static("0123456789ab/vigie.css").headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    [
        "",
        "x",
        "x/",
        "x/../static.py",
        "../static.py",
        "x/css/base.css",
        "/etc/passwd",
        "x//etc/passwd",
        "x/%2e%2e/static.py",
        "x/vigie.css\0",
    ],
)
def test_nothing_else_can_be_read(path: str) -> None:
    """No path leaves the list of public files."""
    assert static_file(path) is None
    assert responses.static(path).status_code == 404


def test_an_unknown_name_has_no_address() -> None:
    """A template that names a missing file fails in tests, not in a browser."""
    with pytest.raises(KeyError):
        static_url("missing.css")


def test_every_style_sheet_is_served() -> None:
    """No style sheet lies in the folder without being part of `vigie.css`."""
    assert {path.stem for path in (FOLDER / "css").glob("*.css")} == set(STYLE_SHEETS)


def test_every_module_is_served() -> None:
    """No script lies in the folder of what works without network without being listed; the worker has its own address."""
    assert {path.name for path in (FOLDER / "offline").glob("*.js")} == {*MODULES, "service-worker.js"}


def test_modules_change_their_address_together() -> None:
    """A module is never run beside one of another release: all of them stand under one hash."""
    assert len({static_url(name).split("/")[2] for name in MODULES}) == 1
