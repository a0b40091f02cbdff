"""The visit pages over tables in memory, on a network that can fail in every way that a telephone meets."""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, cast
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from services.visits.commands import PlanVisit
from services.visits.offline import WORKER, service_worker
from services.visits.planning import plan_visit
from shared.idempotency import Request
from shared.web import responses
from tests.unit.visits.territory import SIRET, SITE, Territory

Fault = Literal["busy", "lost", "silent"]
"""`busy`: a 503. `lost`: the request is served, its answer never leaves. `silent`: nothing comes, and nothing ends."""
SESSION = "vigie_session"


@dataclass
class Site:
    """What the server does, what it was sent, and how it fails."""

    url: str
    territory: Territory = field(default_factory=Territory)
    faults: deque[Fault] = field(default_factory=deque)
    """What happens to the next visits that are posted, one each."""
    posted: list[dict[str, str]] = field(default_factory=list)
    unplugged: bool = False
    mute: bool = False
    """Pages are asked for and never come."""
    worker_patience_ms: int = 300
    delays: dict[str, int] = field(default_factory=lambda: {"timeout": 500, "pause": 60_000})
    closing: threading.Event = field(default_factory=threading.Event)

    def visits(self) -> list[str]:
        """The enterprises visited, one for each visit that the server holds."""
        made = [item for item in self.territory.kept("/VISIT") if item["state"] == "reported"]
        return sorted(item["establishment"]["name"] for item in made)

    def plan(self, name: str) -> str:
        """Plans a visit of the capteur for today; returns its id."""
        caller, desk = self.territory.caller(), self.territory.desk
        enterprise = {"name": name, "siret": SIRET, "commune": "Montbéliard"}
        command = PlanVisit.model_validate({"enterprise": enterprise, "planned_on": desk.today()})
        request = Request.of(caller.territory_id, caller.member_id, f"planned-{uuid4()}", name)
        return plan_visit(command, request, caller, desk).visit_id

    def keys(self) -> list[str]:
        """The idempotency keys that came, in their order."""
        return [fields["idempotency_key"] for fields in self.posted]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    site: Site


class _Handler(BaseHTTPRequestHandler):
    """One request a connection: a browser repeats by itself what fails on a connection that it uses again."""

    @property
    def site(self) -> Site:
        return cast(_Server, self.server).site

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if self.site.unplugged:
            return
        if path.startswith("/static/"):
            self._send(responses.static(path.removeprefix("/static/")))
        elif path == WORKER:
            self._write(200, {"Content-Type": "text/javascript"}, service_worker(self.site.worker_patience_ms).encode())
        elif path == "/connexion":
            self._write(
                200, {"Content-Type": "text/html"}, b"<!doctype html><title>Connexion</title><h1>Connexion</h1>"
            )
        elif self.site.mute:
            self.site.closing.wait()
        else:
            self._pass_on(b"")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.site.unplugged:
            return
        if self.path == "/deconnexion":
            self._write(303, {"Location": "/connexion", "Set-Cookie": f"{SESSION}=; Path=/; Max-Age=0"}, b"")
            return
        self.site.posted.append({name: values[0] for name, values in parse_qs(body.decode()).items()})
        fault = self.site.faults.popleft() if self.site.faults else None
        if fault == "silent":
            self.site.closing.wait()
        elif fault == "busy":
            self._write(503, {"Content-Type": "application/problem+json"}, b'{"status": 503}')
        else:
            self._pass_on(body, answered=fault is None)

    def _pass_on(self, body: bytes, *, answered: bool = True) -> None:
        headers = {name.lower(): value for name, value in self.headers.items() if name != "Accept-Encoding"}
        if headers.get("origin") == self.site.url:
            headers["origin"] = SITE
        answer = self.site.territory.serve(self.command, self.path, headers, body)
        if not answered:
            return
        text = self._hurried(answer.text).encode()
        self._write(answer.status, dict(answer.headers), text, answer.cookies)

    def _hurried(self, html: str) -> str:
        """The page with delays that suit a test."""
        for name, value in self.site.delays.items():
            html = re.sub(rf'data-{name}="\d+"', f'data-{name}="{value}"', html)
        return html

    def _send(self, response: Any) -> None:
        body = response.body if isinstance(response.body, bytes) else response.body.encode()
        self._write(response.status_code, {**response.headers, "Content-Type": response.content_type}, body)

    def _write(self, status: int, headers: dict[str, str], body: bytes, cookies: tuple[str, ...] = ()) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in {"content-length", "content-encoding"}:
                self.send_header(name, value)
        for cookie in cookies:
            self.send_header("Set-Cookie", cookie)
        self.send_header("Content-Length", str(len(body)))
        with suppress(ConnectionError):  # a page that was closed no longer listens
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """A test prints nothing."""


@contextmanager
def served() -> Iterator[Site]:
    """A site of its own on a free port of this machine."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.site = Site(f"http://localhost:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.site
    finally:
        server.site.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
