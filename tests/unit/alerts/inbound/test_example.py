"""The documentation's example, run as a partner's developer would: curl and openssl against a real socket."""

from __future__ import annotations

import os
import re
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from services.alerts.rules.alert import Alert
from tests.architecture.source import ROOT
from tests.unit.alerts.inbound.partner_system import PartnerSystem

EXAMPLE = re.compile(r"```sh\n(.*?)```", re.DOTALL)


@pytest.fixture
def address(agency: PartnerSystem) -> Iterator[str]:
    """The function behind a port of this machine, at the time that the machine has."""
    agency.platform.clock.now_is = datetime.now(UTC)

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = agency.post(body, {name.lower(): value for name, value in self.headers.items()}, self.path)
            self.send_response(answer.status)
            self.end_headers()
            self.wfile.write(answer.body.encode())

        def log_message(self, *_: Any) -> None:
            """Nothing of a request is written down."""

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/webhooks/belfort-montbeliard-hericourt/agence-belfort"
    server.shutdown()
    server.server_close()


def test_the_documented_commands_return_an_offer(agency: PartnerSystem, alert: Alert, address: str) -> None:
    """Copied from the page, with the address, the secret and the alert as they were given: taken."""
    (script,) = EXAMPLE.findall((ROOT / "docs/webhooks-in.md").read_text(encoding="utf-8"))
    told = {"PATH": os.environ["PATH"], "VIGIE_URL": address, "VIGIE_SECRET": agency.secret, "ALERTE": alert.alert_id}
    done = subprocess.run(["sh", "-euc", script], env=told, capture_output=True, text=True, check=False, timeout=20)
    assert (done.returncode, done.stderr) == (0, "")
    assert '"state":"broadcast"' in done.stdout
    assert agency.platform.now_is(alert).references == {"048KLTP"}
