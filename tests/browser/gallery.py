"""Pages made of every component with sample data, and a loopback server that shows them with the real headers."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

from shared.errors import Conflict
from shared.web import responses
from shared.web.countdown import Countdown, countdown
from shared.web.flash import Flash
from shared.web.forms import Form
from shared.web.navigation import navigation_for
from shared.web.rendering import Frame, Pages

PAGES = Pages(Path(__file__).parent / "gallery")
NOW = datetime(2026, 11, 25, 14, 5, tzinfo=UTC)
TERRITORY = "Aire urbaine Belfort – Montbéliard – Héricourt"
ICONS = Path("shared/web/templates/macros/icons.html")


def frame(path: str, flash: Flash | None = None) -> Frame:
    """A coordinator's surroundings."""
    return Frame(path, TERRITORY, "Camille Perrin", "Coordination", navigation_for({"coordinator"}), flash, "/alertes")


def after(hours: float, stopped: float | None = None) -> Countdown:
    """A 48-hour delay that began so many hours ago."""
    started = NOW - timedelta(hours=hours)
    met = None if stopped is None else started + timedelta(hours=stopped)
    return countdown(started, started + timedelta(hours=48), NOW, met, done="transmise")


def _alert(what: tuple[str, str, str], state: tuple[str, str], hours: float, meta: str) -> dict[str, Any]:
    names = ("title", "enterprise", "place", "state", "tone")
    return {**dict(zip(names, what + state, strict=True)), "href": "/alert", "countdown": after(hours), "meta": meta}


RECEIVED, ACCEPTED = ("Reçue", "watch"), ("Prise en charge", "info")
ALERTS = [
    _alert(
        ("2 décolleteurs régleurs", "Usinages de la Savoureuse", "Danjoutin"), RECEIVED, 51.2, "Signalée par la CCI"
    ),
    _alert(("3 soudeurs TIG", "Chaudronnerie du Lion", "Héricourt"), ACCEPTED, 40.4, "Signalée par la CCI"),
    _alert(("1 agente de maintenance", "Mécanique du Doubs", "Mandeure"), RECEIVED, 31, "Signalée par l’UIMM"),
    _alert(("12 préparateurs de commandes", "Logistique du Nord", "Fontaine"), RECEIVED, 2.5, "Signalée par la CMA"),
]
DELIVERIES = [
    {"partner": "Mission locale de Belfort", "channel": "Courriel", "state": "Remis", "tone": "done", "when": NOW},
    {"partner": "Cap emploi 25-90", "channel": "SMS", "state": "Envoyé, accusé attendu", "tone": "info", "when": NOW},
    {
        "partner": "AFPI Nord Franche-Comté",
        "channel": "Webhook",
        "state": "Nouvel essai à 14 h 35",
        "tone": "watch",
        "when": NOW,
    },
    {
        "partner": "Pôle véhicule du futur",
        "channel": "Courriel",
        "state": "Adresse refusée",
        "tone": "urgent",
        "when": NOW,
    },
]
ENTRIES = [
    {
        "when": NOW,
        "title": "Rappel à 36 h envoyé",
        "text": "Suppléant et responsable de structure",
        "by": "",
        "tone": "watch",
    },
    {
        "when": NOW - timedelta(hours=30),
        "title": "Prise en charge",
        "text": "",
        "by": "Camille Perrin, coordination",
        "tone": "info",
    },
    {
        "when": NOW - timedelta(hours=40),
        "title": "Alerte reçue",
        "text": "Courriel et SMS au coordinateur",
        "by": "Jean Mougin, CCI",
        "tone": "done",
    },
]
ERRORS = {
    "siret": "Le SIRET doit compter 14 chiffres ; il en manque 2.",
    "visited_on": "La visite ne peut pas être dans le futur.",
    "contract": "Choisissez un type de contrat.",
    "rome": "Choisissez un métier dans la liste.",
    "urgent": "Dites si le recrutement est urgent.",
    "place": "Choisissez une commune.",
}
TYPED = {
    "siret": "123456789000",
    "visited_on-day": "27",
    "visited_on-month": "11",
    "post": "Soudeur TIG",
    "metier": "soud",
    "rome": "H2913",
}


COUNTDOWNS = [after(4), after(30), after(40.4), after(51.2), after(50, stopped=6), after(60, stopped=50)]
ICON_NAMES = re.findall(r'^  "(\w+)":', ICONS.read_text(encoding="utf-8"), re.MULTILINE)
SAID = Flash("La visite est enregistrée, l’alerte est partie.")
TAKEN = Conflict("L’alerte a déjà été transmise par Léa Roy.")
VISIT_FRAME = frame("/visites/nouvelle")
Shown = tuple[str, Frame, dict[str, Any]]
SHOWN: dict[str, Shown] = {
    "/board": ("board.html", frame("/alertes", SAID), {"alerts": ALERTS}),
    "/alert": (
        "alert.html",
        frame("/alertes/1"),
        {"countdown": after(40.4), "deliveries": DELIVERIES, "entries": ENTRIES},
    ),
    "/visit": ("visit.html", VISIT_FRAME, {"form": Form(values={"contract": "cdi"})}),
    "/visit-refused": ("visit.html", VISIT_FRAME, {"form": Form(TYPED, ERRORS)}),
    "/agency": ("agency.html", Frame(territory=TERRITORY), {"form": Form(), "now": NOW}),
    "/error": ("error.html", frame("/alertes/1"), {"error": TAKEN}),
    "/accessibility": ("accessibility.html", frame("/accessibilite"), {}),
    "/personal-data": ("personal_data.html", frame("/donnees-personnelles"), {}),
    "/components": ("components.html", frame("/composants"), {"countdowns": COUNTDOWNS, "icon_names": ICON_NAMES}),
    "/metiers": ("occupations.html", Frame(), {"form": Form()}),
}


class _Server(ThreadingHTTPServer):
    """A server on a free port of this machine that remembers what was posted."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.posts: list[str] = []


class _Handler(BaseHTTPRequestHandler):
    """Answers with what the responses module makes, header for header."""

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path in SHOWN:
            template, surroundings, context = SHOWN[path]
            self._send(responses.show(PAGES, template, surroundings, **context))
        elif path.startswith("/static/"):
            self._send(responses.static(path.removeprefix("/static/")))
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        cast(_Server, self.server).posts.append(self.path)
        self.send_response(204)
        self.end_headers()

    def _send(self, response: Any) -> None:
        body = response.body if isinstance(response.body, bytes) else response.body.encode()
        self.send_response(response.status_code)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """A test prints nothing."""


@contextmanager
def served() -> Iterator[tuple[str, list[str]]]:
    """The gallery's address on loopback, and the list of paths that were posted to."""
    server = _Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", server.posts
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
