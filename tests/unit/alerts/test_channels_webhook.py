"""Webhooks: signed exact bytes, sent to checked addresses only, whatever the receiver does."""

from __future__ import annotations

import base64
import datetime as dt
import json
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
import standardwebhooks
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from services.alerts.channels.posting import Answer, Poster, dial
from services.alerts.channels.webhook import Outlet, WebhookChannel, composed_body, masked, read_answer
from services.alerts.delivering import Unreachable
from services.alerts.delivery import Delivery, Report
from services.alerts.notices import Purpose
from services.alerts.signatures import key_of, verify
from shared.address_book import Directory, Partner
from shared.errors import Unavailable
from tests.unit.alerts.delivery_scene import BOOK, MISSION, NOON, PORTAL, broadcast, closed, delivery
from tests.unit.alerts.receivers import Behaviour, Receiver, answers, drips, hangs_up, pours, receiver

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
DEADLINE_S = 0.25
OFFER = delivery(Purpose.BROADCAST, PORTAL.id, "webhook")


class Safe:
    """A vault that opens one secret, and counts."""

    def __init__(self, secret: bytes = SECRET.encode(), error: Exception | None = None) -> None:
        self.secret, self.error = secret, error
        self.opened: list[tuple[bytes, Mapping[str, str]]] = []

    def decrypt(self, sealed: bytes, context: Mapping[str, str]) -> bytes:
        self.opened.append((sealed, context))
        if self.error:
            raise self.error
        return self.secret


def nobody(host: str, port: int) -> list[str]:
    """A resolver that must not be asked."""
    raise AssertionError(host)


def partner_at(url: str) -> Directory:
    """The territory whose portal has that address."""
    return BOOK.model_copy(update={"partners": (PORTAL.model_copy(update={"address": url}),)})


def sent_to(port: int, path: str = "/vigie", safe: Safe | None = None, wanted: Delivery = OFFER) -> Report:
    """What comes of sending the offer to a receiver of this machine."""
    outlet = Outlet(Poster(DEADLINE_S), nobody, loopback=True)
    channel = WebhookChannel(safe or Safe(), outlet)
    book = partner_at(f"http://127.0.0.1:{port}{path}")
    return channel.prepare(wanted, broadcast(), book, NOON).send()


def exchanged(behave: Behaviour) -> tuple[Report, Receiver, float]:
    """The report, what the receiver got, and how many seconds it took."""
    with receiver(behave) as listening:
        begun = time.monotonic()
        report = sent_to(listening.port)
        return report, listening, time.monotonic() - begun


def test_the_exact_bytes_are_signed_as_the_standard_says() -> None:
    """An implementation that nobody here wrote would verify what the socket received; ours does at that instant."""
    _, listening, _ = exchanged(answers("204 No Content"))
    head, _, body = listening.requests[0].partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines[1:])
    received = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines[1:])}
    assert lines[0] == "POST /vigie HTTP/1.1"
    assert verify(received, body, [key_of(SECRET)], NOON) == OFFER.id
    theirs = standardwebhooks.Webhook(SECRET).sign(OFFER.id, NOON, body.decode())
    assert received["webhook-signature"] == theirs
    assert headers["accept-encoding"] == "identity"
    assert set(headers) == {
        *("host", "content-length", "content-type", "accept-encoding", "user-agent", "connection"),
        *("webhook-id", "webhook-timestamp", "webhook-signature"),
    }


def test_the_body_is_the_offer_sheet_and_the_same_at_each_attempt() -> None:
    """Ids, reference, contact, post and place: nothing of who recruits, nothing that changes between attempts."""
    body = composed_body(OFFER, broadcast())
    event = json.loads(body)
    assert event["type"] == "offer.broadcast.v1"
    assert event["data"]["reference"] == "048KLTP"
    assert event["data"]["sequence"] == 3
    assert "Vauban" not in body.decode()
    assert "73282932000074" not in body.decode()
    assert len(body) < 20_000
    assert composed_body(OFFER.becoming(fence=4), broadcast()) == body


@pytest.mark.parametrize(
    ("wanted", "ended", "kind"),
    [
        (OFFER.becoming(follows="x"), False, "offer.corrected.v1"),
        (OFFER.becoming(follows="x"), True, "offer.ended.v1"),
    ],
)
def test_a_correction_and_an_end_have_their_own_types(wanted: Delivery, ended: bool, kind: str) -> None:
    """A receiver need not guess."""
    alert = closed(broadcast(), NOON) if ended else broadcast()
    assert json.loads(composed_body(wanted, alert))["type"] == kind


@pytest.mark.parametrize("status", ["200 OK", "201 Created", "202 Accepted", "204 No Content"])
def test_any_2xx_is_received(status: str) -> None:
    """The receiver has it."""
    report, _, _ = exchanged(answers(status, body=b"merci" if status < "204" else b""))
    assert (report.verdict, report.status) == ("sent", int(status[:3]))


@pytest.mark.parametrize(
    "status", ["400 Bad", "401 No", "403 No", "404 None", "410 Gone", "422 No", "301 Moved", "302 F"]
)
def test_a_definite_refusal_is_final_and_said_in_french(status: str) -> None:
    """The partner and we must talk; nothing is tried again by itself."""
    report, _, _ = exchanged(answers(status))
    assert (report.verdict, report.status) == ("refused", int(status[:3]))
    assert f"({status[:3]})" in report.reason


@pytest.mark.parametrize("status", ["408 T", "425 T", "429 T", "500 E", "502 E", "503 E", "504 E", "599 E"])
def test_what_may_pass_is_tried_again(status: str) -> None:
    """Load and breakdowns end."""
    report, _, _ = exchanged(answers(status))
    assert (report.verdict, report.status) == ("later", int(status[:3]))


def test_a_redirection_is_not_followed() -> None:
    """The address that was checked is the only one that is spoken to."""
    with receiver(answers("200 OK")) as inside:
        location = f"Location: http://127.0.0.1:{inside.port}/\r\n"
        report, _, _ = exchanged(answers("307 Temporary Redirect", location))
        assert (report.verdict, inside.requests) == ("refused", [])


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        (format_datetime(NOON + timedelta(minutes=5), usegmt=True), 300),
        (format_datetime(NOON - timedelta(minutes=5), usegmt=True), 0),
        *((nonsense, 0) for nonsense in ("", "-5", "1e9", "soon", "١٢٠", "99999999999", "Thu, 99 Foo 2026")),
    ],
)
def test_retry_after_is_read_in_both_forms(text: str, seconds: int) -> None:
    """Nonsense is no wish; a wish is clamped by the delivery's own schedule."""
    report = read_answer(Answer(503, {"retry-after": text}, b""), NOON)
    assert report.wait == timedelta(seconds=seconds)


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
        prepared = WebhookChannel(Safe(), outlet).prepare(OFFER, broadcast(), BOOK, NOON)
        assert prepared.send().verdict == "refused"
    assert spy.asked == []


@pytest.mark.parametrize(
    "url", ["http://portail.example/", "https://10.0.0.1/", "http://127.0.0.1:80/", "https://a@b.fr/"]
)
def test_an_address_that_is_not_plain_is_refused_without_a_look_up(url: str) -> None:
    """Without the local system's switch, loopback is an address like any other private one."""
    outlet = Outlet(Poster(DEADLINE_S, Spy(1)), nobody)
    report = WebhookChannel(Safe(), outlet).prepare(OFFER, broadcast(), partner_at(url), NOON).send()
    assert report.verdict == "refused"


def test_a_name_that_does_not_resolve_is_tried_again() -> None:
    """Domain name servers break too."""

    def fails(host: str, port: int) -> list[str]:
        raise OSError("no answer")

    outlet = Outlet(Poster(DEADLINE_S, Spy(1)), fails)
    assert WebhookChannel(Safe(), outlet).prepare(OFFER, broadcast(), BOOK, NOON).send().verdict == "later"


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
            channel = WebhookChannel(Safe(), Outlet(poster, lambda host, port: ["93.184.216.34"]))
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
        channel = WebhookChannel(Safe(), Outlet(poster, lambda host, port: ["93.184.216.34"]))
        begun = time.monotonic()
        assert channel.prepare(OFFER, broadcast(), BOOK, NOON).send().verdict == "later"
        assert time.monotonic() - begun < DEADLINE_S + 0.5


def test_a_secret_is_opened_once_a_process_for_each_sealed_text() -> None:
    """A vault call costs; a rotated secret is another text."""
    safe = Safe()
    channel = WebhookChannel(safe, Outlet(Poster(1), nobody))
    rotated = PORTAL.model_copy(update={"sealed_secret": base64.b64encode(b"other").decode()})
    for partner in (PORTAL, PORTAL, rotated, PORTAL):
        book = BOOK.model_copy(update={"partners": (partner,)})
        channel.prepare(OFFER, broadcast(), book, NOON)
    context = {"territory": OFFER.territory_id, "partner": PORTAL.id}
    assert safe.opened == [(b"scelle", context), (b"other", context)]


@pytest.mark.parametrize(
    "partner",
    [
        MISSION.model_copy(update={"id": PORTAL.id}),
        PORTAL.model_copy(update={"sealed_secret": None}),
        PORTAL.model_copy(update={"id": "autre"}),
        PORTAL.model_copy(update={"sealed_secret": "x"}),
    ],
)
def test_a_partner_without_a_webhook_any_more_is_unreachable(partner: Partner) -> None:
    """The reason says what to do."""
    channel = WebhookChannel(Safe(), Outlet(Poster(1), nobody))
    with pytest.raises(Unreachable):
        channel.prepare(OFFER, broadcast(), BOOK.model_copy(update={"partners": (partner,)}), NOON)


@pytest.mark.parametrize("secret", [b"", b"whsec_", b"not a secret", b"\xff"])
def test_an_unreadable_secret_is_said_and_never_signed_with(secret: bytes) -> None:
    """An empty key would sign too."""
    with pytest.raises(Unreachable, match="secret"):
        WebhookChannel(Safe(secret), Outlet(Poster(1), nobody)).prepare(OFFER, broadcast(), BOOK, NOON)


def test_a_vault_that_does_not_answer_is_tried_again() -> None:
    """Before the claim: nothing is lost."""
    channel = WebhookChannel(Safe(error=Unavailable("KMS")), Outlet(Poster(1), nobody))
    with pytest.raises(Unavailable):
        channel.prepare(OFFER, broadcast(), BOOK, NOON)


def test_what_a_partner_answers_is_kept_without_addresses_and_numbers() -> None:
    """The beginning of the answer helps to find out why; it may quote people."""
    kept = masked("ok jean.dupont@x.example +33 6 12 34 56 78 \x1b[31m id 42 é".encode() + b"\xff" + b"x" * 5000)
    assert kept.startswith("ok ••• ••• \N{SPACE}[31m id 42 é�")
    assert len(kept) <= 1000


def test_the_waits_of_a_webhook_reach_past_a_day_of_outage() -> None:
    """Ten attempts over two and a half days: a partner down for 24 hours gets everything."""
    waits = WebhookChannel.patience.schedule
    assert len(waits) == 9
    assert sum(waits, timedelta()) == timedelta(hours=61, minutes=35, seconds=5)
