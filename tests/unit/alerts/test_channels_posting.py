"""One request to a stranger's server: over in time, to the checked address only, whatever the receiver does."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from services.alerts.channels.outlet import Outlet
from services.alerts.channels.posting import Poster, dial
from services.alerts.deliveries.delivery import Report
from tests.unit.alerts.delivery_scene import BOOK, NOON, broadcast
from tests.unit.alerts.receivers import Behaviour, Receiver, answers, drips, hangs_up, pours, receiver
from tests.unit.alerts.webhook_scene import DEADLINE_S, OFFER, channel_to, exchanged, nobody, partner_at, sent_to

DRIP_HEADERS = drips(b"HTTP/1.1 200 OK\r\nX-Drip: ", b"x")
HOSTILE: dict[str, Behaviour] = {
    "says nothing": drips(b"", b"", for_s=0.4),
    "drips a status line": drips(b"HTTP/1.1 2", b"0"),
    "drips headers": DRIP_HEADERS,
    "repeats 100 Continue": drips(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "hangs up": hangs_up,
    "speaks another protocol": pours(b"", b"SSH-2.0-OpenSSH_9.9\r\n", 3),
    "sends a thousand headers": pours(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n", 1000),
    "sends an endless header": pours(b"HTTP/1.1 200 OK\r\nX-A: ", b"x" * 65_536, 4),
}


@pytest.mark.parametrize("behave", HOSTILE.values(), ids=list(HOSTILE))
def test_a_hostile_receiver_costs_one_deadline_and_is_tried_again(behave: Behaviour) -> None:
    """Whatever trickles or floods, the send is over in time, and nobody concludes that it was received."""
    report, _, seconds = exchanged(behave)
    assert report.verdict == "later"
    assert report.reason
    assert seconds < DEADLINE_S + 0.5


@pytest.mark.parametrize(
    "behave",
    [
        drips(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"x"),
        drips(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        pours(b"HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n", b"x" * 65_536, 800),
        pours(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"nonsense", 100),
    ],
    ids=["drips a body", "drips chunks", "pours 50 MB", "breaks its chunks"],
)
def test_a_receiver_that_has_answered_has_received(behave: Behaviour) -> None:
    """A slow, endless or broken body changes nothing; at most a kilobyte of it is kept."""
    report, _, seconds = exchanged(behave)
    assert (report.verdict, report.status) == ("sent", 200)
    assert len(report.answer) <= 1000
    assert seconds < DEADLINE_S + 0.5


def test_a_closed_port_is_tried_again() -> None:
    """The partner may be restarting."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert sent_to(port).verdict == "later"


def test_no_proxy_of_the_environment_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection goes to the checked address and nowhere else."""
    with receiver(answers("200 OK")) as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        report, listening, _ = exchanged(answers("200 OK"))
        assert (report.verdict, len(listening.requests), proxy.requests) == ("sent", 1, [])


class Spy:
    """Notes where connections go, and takes them all to one local port."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.asked: list[tuple[str, int]] = []

    def __call__(self, address: str, port: int, timeout_s: float) -> socket.socket:
        self.asked.append((address, port))
        return dial("127.0.0.1", self.port, timeout_s)


def test_no_connection_is_made_to_a_name_that_leads_inside() -> None:
    """The address is checked before any socket is opened, at each attempt."""
    spy = Spy(1)
    for answer in (["169.254.169.254"], ["8.8.8.8", "127.0.0.1"], ["::1"], []):
        outlet = Outlet(Poster(DEADLINE_S, spy), lambda host, port, answer=answer: answer)  # type: ignore[misc]
        prepared = channel_to(outlet).prepare(OFFER, broadcast(), BOOK, NOON)
        assert prepared.send().verdict == "refused"
    assert spy.asked == []


@pytest.mark.parametrize(
    "url", ["http://portail.example/", "https://10.0.0.1/", "http://127.0.0.1:80/", "https://a@b.fr/"]
)
def test_an_address_that_is_not_plain_is_refused_without_a_look_up(url: str) -> None:
    """Without the local system's switch, loopback is an address like any other private one."""
    outlet = Outlet(Poster(DEADLINE_S, Spy(1)), nobody)
    report = channel_to(outlet, url).prepare(OFFER, broadcast(), partner_at(url), NOON).send()
    assert report.verdict == "refused"


def test_a_name_that_does_not_resolve_is_tried_again() -> None:
    """Domain name servers break too."""

    def fails(host: str, port: int) -> list[str]:
        raise OSError("no answer")

    outlet = Outlet(Poster(DEADLINE_S, Spy(1)), fails)
    assert channel_to(outlet).prepare(OFFER, broadcast(), BOOK, NOON).send().verdict == "later"


def certificate(folder: Path, name: str) -> Path:
    """A self-signed certificate and its key in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    begun = dt.datetime.now(dt.UTC) - timedelta(days=1)
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begun)
        .not_valid_after(begun + timedelta(days=9))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + built.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture(name="over_tls")
def _over_tls(tmp_path: Path) -> Callable[[str], tuple[Report, Spy, Receiver]]:
    def send(certified_name: str) -> tuple[Report, Spy, Receiver]:
        file = certificate(tmp_path, certified_name)
        server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.load_cert_chain(file)
        with receiver(answers("200 OK"), server) as listening:
            spy = Spy(listening.port)
            poster = Poster(DEADLINE_S * 4, spy, ssl.create_default_context(cafile=str(file)))
            channel = channel_to(Outlet(poster, lambda host, port: ["93.184.216.34"]))
            return channel.prepare(OFFER, broadcast(), BOOK, NOON).send(), spy, listening

    return send


def test_the_connection_goes_to_the_checked_address_with_the_certificate_of_the_name(
    over_tls: Callable[[str], tuple[Report, Spy, Receiver]],
) -> None:
    """One look-up: what was checked is what is connected to."""
    report, spy, listening = over_tls("portail.example")
    assert report.verdict == "sent"
    assert spy.asked == [("93.184.216.34", 443)]
    assert b"Host: portail.example\r\n" in listening.requests[0]


def test_a_certificate_of_another_name_gets_nothing(over_tls: Callable[[str], tuple[Report, Spy, Receiver]]) -> None:
    """The offer is not told to whoever answers at that address."""
    report, _, listening = over_tls("ailleurs.example")
    assert (report.verdict, listening.requests) == ("later", [])


def test_a_handshake_that_never_ends_is_cut() -> None:
    """The watchdog covers TLS too."""
    with socket.create_server(("127.0.0.1", 0)) as mute:
        poster = Poster(DEADLINE_S, Spy(mute.getsockname()[1]))
        channel = channel_to(Outlet(poster, lambda host, port: ["93.184.216.34"]))
        begun = time.monotonic()
        assert channel.prepare(OFFER, broadcast(), BOOK, NOON).send().verdict == "later"
        assert time.monotonic() - begun < DEADLINE_S + 0.5
