"""kill -9 at the worst moments: what was recorded goes on by itself after the restart, as after an outage."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.system.local_world import ROOT
from tests.system.people import (
    AGENCY,
    CAPTEUR,
    COORDINATOR,
    PARTNERS_BY_EMAIL,
    PARTNERS_BY_SMS,
    PARTNERS_BY_WEBHOOK,
    typed_on,
)
from tests.system.starting import Start, Starting, free_port
from tests.system.visitor import Visitor

QUIET = timedelta(minutes=59)
"""The silence that is kept before a message of which nothing is known is sent once more."""


class Process:
    """`make run`, as a process that can be killed; its clock is moved, and its outbox read, over HTTP."""

    def __init__(self, start: Start) -> None:
        self._state = start.state
        self._ports = [str(start.port), str(free_port())]
        self.site = f"http://localhost:{start.port}"

    def start(self) -> None:
        """Returns once it says that it is ready."""
        site, aws = self._ports
        command = [sys.executable, "-m", "infra.local", "--empty", "--state", str(self._state)]
        command += ["--site-port", site, "--aws-port", aws]
        self._running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True)
        assert self._running.stdout
        said = iter(self._running.stdout.readline, "")
        assert any("Vigie est prêt" in line for line in said), "it did not start"

    def kill(self) -> None:
        """Kills it and all its children at once."""
        os.killpg(self._running.pid, signal.SIGKILL)
        self._running.communicate()

    def advance(self, hours: float) -> None:
        """Moves the clock; what is due on the way is done when this returns."""
        self._exchange("POST", "/_local/clock", {"hours": hours})

    def today(self) -> date:
        """The day it is there."""
        return datetime.fromisoformat(self._exchange("GET", "/_local/clock.json")["now"]).date()

    def sent(self, kind: str, to: str) -> list[dict[str, Any]]:
        """What left the system to somebody."""
        return list(self._exchange("GET", f"/_local/outbox.json?{urlencode({'kind': kind, 'to': to})}"))

    def _exchange(self, method: str, path: str, body: Any = None) -> Any:
        return Visitor(self.site).json(method, path, body)


@pytest.fixture
def process(starting: Starting) -> Iterator[Process]:
    """A local system in a process of its own, with the demonstration that is there already."""
    process = Process(starting.prepared())
    process.start()
    yield process
    process.kill()


def link_in(mail: dict[str, Any], part: str) -> str:
    """The address in an e-mail that has `part` in it."""
    found = re.search(rf"https?://\S*{part}\S*", mail["text"])
    assert found, mail["text"]
    return found.group()


def test_nothing_is_lost_when_the_system_is_killed(process: Process) -> None:
    """Killed right after the visit, then right after the agency's answer: everybody has everything in the end."""
    capteur = Visitor(process.site)
    capteur.sign_in(CAPTEUR.login)
    form = capteur.get("/visites/nouvelle")
    capteur.submit(form, "/visites/nouvelle", **typed_on(process.today()))
    killed_and_started(process)
    told = [mail for mail in process.sent("email", COORDINATOR.email) if "Recrutement urgent" in mail["subject"]]
    assert_said_again_only_after_silence(told)
    coordinator = Visitor(process.site)
    coordinator.sign_in(COORDINATOR.login)
    page = coordinator.submit(coordinator.get(link_in(told[0], "/alertes/")), "/prise-en-charge")
    coordinator.submit(page, "/transmission", channel="mail")
    process.advance(0.01)
    agency = Visitor(process.site)
    page = agency.get(link_in(process.sent("email", AGENCY.email)[0], "/retour/"))
    agency.submit(page, page.forms[0].action, reference="048KLTP", contact="03 53 01 10 07")
    killed_and_started(process)
    for kind, addresses in (("email", PARTNERS_BY_EMAIL), ("sms", PARTNERS_BY_SMS)):
        for address in addresses:
            assert_said_again_only_after_silence(process.sent(kind, address))
    for partner in PARTNERS_BY_WEBHOOK:
        offers = [request for request in process.sent("webhook", partner) if '"type":"offer.' in request["text"]]
        assert len({request["headers"]["webhook-id"] for request in offers}) == 1


def assert_said_again_only_after_silence(messages: list[dict[str, Any]]) -> None:
    """One message, or a second one an hour later: killed before it could note the first, the system cannot know."""
    instants = [datetime.fromisoformat(message["at"]) for message in messages]
    assert instants
    assert all(later - earlier >= QUIET for earlier, later in pairwise(instants))


def killed_and_started(process: Process) -> None:
    """Out and on again, and ninety minutes go by: longer than the silence that is kept before something is sent once more."""
    process.kill()
    process.start()
    process.advance(1.5)
