"""What people read when a partner's server does not answer: what happened and what to do, in French."""

from __future__ import annotations

import http.client
import re
import ssl
from collections.abc import Mapping

import pytest

from services.alerts.channels.outlet import Outlet
from services.alerts.channels.posting import Answer, Poster
from services.alerts.webhooks.addresses import Target
from tests.unit.alerts.delivery_scene import NOON, PORTAL
from tests.unit.alerts.endpoint_scene import public
from tests.unit.alerts.receivers import Behaviour, answers, drips, hangs_up
from tests.unit.alerts.webhook_scene import exchanged


class Broken(Poster):
    """Posts nothing: the same thing happens each time."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def post(self, target: Target, address: str, headers: Mapping[str, str], body: bytes) -> Answer:
        raise self.error


@pytest.mark.parametrize(
    ("error", "words", "doubtful"),
    [
        (TimeoutError(), "Délai dépassé", True),
        (ConnectionRefusedError(), "Connexion refusée", False),
        (ssl.SSLCertVerificationError(), "certificat", True),
        (ssl.SSLEOFError(), "connexion chiffrée", True),
        (ConnectionResetError(), "coupé la connexion", True),
        (http.client.RemoteDisconnected("closed"), "coupé la connexion", True),
        (http.client.BadStatusLine("x"), "Réponse illisible", True),
        (http.client.LineTooLong("header"), "Réponse illisible", True),
        (OSError("unreachable"), "injoignable", True),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_each_failure_is_said_in_words_with_what_to_do(error: Exception, words: str, doubtful: bool) -> None:
    """No name of a program's error: the partner's people could do nothing with it."""
    report = Outlet(Broken(error), public).post(PORTAL.address, {}, b"{}", NOON).report
    assert words in report.reason
    assert re.search(r"voyez|vérifiez|demandez-lui", report.reason)
    assert type(error).__name__ not in report.reason
    assert (report.verdict, report.doubtful) == ("later", doubtful)


@pytest.mark.parametrize(
    ("behave", "words"),
    [
        (drips(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"z"), "Délai dépassé"),
        (drips(b"", b""), "Délai dépassé"),
        (hangs_up, "coupé la connexion"),
        (answers("nothing like a status"), "Réponse illisible"),
    ],
    ids=["drips its headers", "says nothing", "hangs up", "speaks something else"],
)
def test_a_server_too_slow_is_said_to_be_slow_however_its_answer_ends(behave: Behaviour, words: str) -> None:
    """The watchdog's own cut looks like a server that hangs up, and is not blamed on the connection."""
    report, _, _ = exchanged(behave)
    assert words in report.reason
