"""What lets a telephone keep the visit form: the manifest that installs it and the worker that answers without network."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from shared.web.responses import ASKED_AGAIN, SECURITY
from shared.web.static import FOLDER, MODULES, static_url

FORM, DAY = "/visites/nouvelle", "/journee"
WORKER, MANIFEST = "/service-worker.js", "/manifest.webmanifest"
SCRIPT_TYPE, MANIFEST_TYPE = "text/javascript; charset=utf-8", "application/manifest+json; charset=utf-8"
PATIENCE_MS = 3_000
"""How long a page may take to come, in milliseconds, before its kept copy is shown."""
KEPT_FILES = ("vigie.css", "comfort.js", "htmx.min.js", "favicon.svg", *MODULES)
NIGHT, MIST = "#0b2536", "#e9eff2"
ICONS = (
    ("favicon.svg", "any", "image/svg+xml", "any"),
    ("icon-192.png", "192x192", "image/png", "any"),
    ("icon-512.png", "512x512", "image/png", "any"),
    ("icon-maskable-512.png", "512x512", "image/png", "maskable"),
)


def service_worker(patience_ms: int = PATIENCE_MS) -> str:
    """The worker's script; its version is a hash of all that it keeps, so that a browser installs each release once."""
    source = (FOLDER / "offline" / "service-worker.js").read_text(encoding="utf-8")
    shell: dict[str, Any] = {
        "files": [static_url(name) for name in KEPT_FILES],
        "pages": [FORM, DAY],
        "patience": patience_ms,
    }
    version = hashlib.sha256((source + json.dumps(shell)).encode()).hexdigest()[:12]
    return f"const SHELL = {json.dumps(shell | {'version': version})};\n{source}"


def manifest() -> dict[str, Any]:
    """What the telephone shows of the installed application."""
    return {
        "id": "/",
        "name": "Vigie, la veille territoriale de l’emploi",
        "short_name": "Vigie",
        "lang": "fr",
        "dir": "ltr",
        "start_url": DAY,
        "scope": "/",
        "display": "standalone",
        "theme_color": NIGHT,
        "background_color": MIST,
        "icons": [
            {"src": static_url(name), "sizes": sizes, "type": kind, "purpose": purpose}
            for name, sizes, kind, purpose in ICONS
        ],
        "shortcuts": [{"name": "Saisir une visite", "url": FORM}],
    }


def add_offline_routes(app: APIGatewayHttpResolver) -> None:
    """The two addresses at the root of the site: a worker rules only what stands below its own address."""
    app.get(WORKER)(lambda: _answer(service_worker(), SCRIPT_TYPE))
    app.get(MANIFEST)(lambda: _answer(json.dumps(manifest(), ensure_ascii=False), MANIFEST_TYPE))


def _answer(body: str, content_type: str) -> Response[str]:
    headers = {**SECURITY, **ASKED_AGAIN, "Vary": "Accept-Encoding"}
    return Response(200, content_type, body, headers, compress=True)
