"""Pages made of every component with sample data, and a loopback server that shows them with the real headers."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

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


def _alert(title: str, enterprise: str, place: str, state: tuple[str, str], hours: float, meta: str) -> dict[str, Any]:
    label, tone = state
    return {
        **{"href": "/alert", "title": title, "enterprise": enterprise, "place": place},
        **{"state": label, "tone": tone, "countdown": after(hours), "meta": meta},
    }


ALERTS = [
    _alert("2 décolleteurs régleurs", "Usinages de la Savoureuse", "Danjoutin", ("Reçue", "watch"), 51.2, "Signalée par la CCI"),
    _alert("3 soudeurs TIG", "Chaudronnerie du Lion", "Héricourt", ("Prise en charge", "info"), 40.4, "Signalée par la CCI"),
    _alert("1 agente de maintenance industrielle", "Peugeot Motocycles", "Mandeure", ("Reçue", "watch"), 31, "Signalée par l’UIMM"),
    _alert("12 préparateurs de commandes", "Logistique Nord Franche-Comté", "Fontaine", ("Reçue", "watch"), 2.5, "Signalée par la chambre de métiers"),
]
DELIVERIES = [
    {"partner": "Mission locale de Belfort", "channel": "Courriel", "state": "Remis", "tone": "done", "when": NOW},
    {"partner": "Cap emploi 25-90", "channel": "SMS", "state": "Envoyé, accusé attendu", "tone": "info", "when": NOW},
    {"partner": "AFPI Nord Franche-Comté", "channel": "Webhook", "state": "Nouvel essai à 14 h 35", "tone": "watch", "when": NOW},
    {"partner": "Pôle véhicule du futur", "channel": "Courriel", "state": "Adresse refusée", "tone": "urgent", "when": NOW},
]
ENTRIES = [
    {"when": NOW, "title": "Rappel à 36 h envoyé", "text": "Suppléant et responsable de structure", "by": "", "tone": "watch"},
    {"when": NOW - timedelta(hours=30), "title": "Prise en charge", "text": "", "by": "Camille Perrin, coordination", "tone": "info"},
    {"when": NOW - timedelta(hours=40), "title": "Alerte reçue", "text": "Courriel et SMS au coordinateur", "by": "Jean Mougin, CCI", "tone": "done"},
]
ERRORS = {
    "siret": "Le SIRET doit compter 14 chiffres ; il en manque 2.",
    "visited_on": "La visite ne peut pas être dans le futur.",
    "contract": "Choisissez un type de contrat.",
    "rome": "Choisissez un métier dans la liste.",
    "urgent": "Dites si le recrutement est urgent.",
    "place": "Choisissez une commune.",
}
TYPED = {"siret": "123456789000", "visited_on-day": "27", "visited_on-month": "11", "post": "Soudeur TIG", "metier": "soud", "rome": "H2913"}


def rendered(path: str) -> str | None:
    """The HTML of a gallery page, or None."""
    makers = {
        "/board": lambda: PAGES.render("board.html", frame("/alertes", Flash("La visite est enregistrée, l’alerte est partie.")), alerts=ALERTS),
        "/alert": lambda: PAGES.render("alert.html", frame("/alertes/1"), countdown=after(40.4), deliveries=DELIVERIES, entries=ENTRIES),
        "/visit": lambda: PAGES.render("visit.html", frame("/visites/nouvelle"), form=Form(values={"contract": "cdi"})),
        "/visit-refused": lambda: PAGES.render("visit.html", frame("/visites/nouvelle"), form=Form(TYPED, ERRORS)),
        "/agency": lambda: PAGES.render("agency.html", Frame(territory=TERRITORY), form=Form(), now=NOW),
        "/error": lambda: PAGES.render("error.html", frame("/alertes/1"), error=Conflict("L’alerte a déjà été transmise par Léa Roy.")),
        "/accessibility": lambda: PAGES.render("accessibility.html", frame("/accessibilite")),
        "/personal-data": lambda: PAGES.render("personal_data.html", frame("/donnees-personnelles")),
        "/components": _components,
        "/metiers": lambda: PAGES.render("occupations.html", form=Form()),
    }
    maker = makers.get(path)
    return maker() if maker else None


def _components() -> str:
    countdowns = [after(4), after(30), after(40.4), after(51.2), after(50, stopped=6), after(60, stopped=50)]
    icon_names = re.findall(r'^  "(\w+)":', ICONS.read_text(), re.MULTILINE)
    return PAGES.render("components.html", frame("/composants"), countdowns=countdowns, icon_names=icon_names)


class _Handler(BaseHTTPRequestHandler):
    """Answers with what the responses module makes, header for header."""

    posts: list[str]

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        html = rendered(path)
        if html is not None:
            self._send(responses.page(html))
        elif path.startswith("/static/"):
            self._send(responses.static(path.removeprefix("/static/")))
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        self.posts.append(self.path)
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
    posts: list[str] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"posts": posts}))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", posts
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
