"""The files that pages load: found by content hash, so that a browser may keep them for ever."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "static"
PREFIX = "/static"
HASH_LENGTH = 12
STYLE_SHEETS = (
    *("tokens", "base", "layout", "controls", "components", "board", "charts"),
    *("asked", "visits", "programmes", "deliveries", "offline", "print"),
)
"""`vigie.css` is these, in this order: one request, and files short enough to read."""
MODULES = (
    *("idb.js", "words.js", "asking.js", "database.js", "visits.js", "exporting.js", "outcome.js", "sending.js"),
    *("fields.js", "mistakes.js", "plan.js", "bar.js", "entry.js", "offline.js", "leaving.js", "signing-out.js"),
)
"""What works without network. One hash for all: a module that imports its neighbour finds it under the same address."""
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
ICONS = ("icon-180.png", "icon-192.png", "icon-512.png", "icon-maskable-512.png")
PUBLIC = (
    *("vigie.css", "comfort.js", "htmx.min.js", "htmx.LICENSE.txt", "favicon.svg", "idb.LICENSE.txt"),
    *MODULES,
    *ICONS,
)

_FOLDERS = dict.fromkeys((*MODULES, "idb.LICENSE.txt"), "offline") | dict.fromkeys(ICONS, "icons")


@dataclass(frozen=True)
class StaticFile:
    """A file ready to be sent; `immutable` when its address carries the hash of these very bytes."""

    body: bytes
    content_type: str
    immutable: bool


@cache
def _body(name: str) -> bytes:
    if name == "vigie.css":
        return b"\n".join((FOLDER / "css" / f"{sheet}.css").read_bytes() for sheet in STYLE_SHEETS)
    return (FOLDER / _FOLDERS.get(name, "") / name).read_bytes()


@cache
def _digest(name: str) -> str:
    bodies = map(_body, MODULES) if name in MODULES else [_body(name)]
    return hashlib.sha256(b"".join(bodies)).hexdigest()[:HASH_LENGTH]


@cache
def static_url(name: str) -> str:
    """The address of a public file; raises KeyError on a name that is not in `PUBLIC`."""
    if name not in PUBLIC:
        raise KeyError(name)
    return f"{PREFIX}/{_digest(name)}/{name}"


def static_file(path: str) -> StaticFile | None:
    """The file at `<hash>/<name>`, or None.

    Only the names in `PUBLIC` exist, so no path can leave the folder. A hash of another release is answered with
    today's bytes, not to be kept: during a deployment a page is never left without its style.
    """
    digest, _, name = path.removeprefix(f"{PREFIX}/").partition("/")
    if name not in PUBLIC:
        return None
    return StaticFile(_body(name), TYPES[Path(name).suffix], immutable=digest == _digest(name))
