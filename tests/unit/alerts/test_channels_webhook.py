"""Webhooks: what is said, how it is signed, what the answers mean."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from email.utils import format_datetime

import pytest
import standardwebhooks

from services.alerts.channels.outlet import Outlet, masked, read_answer
from services.alerts.channels.posting import Answer, Poster
from services.alerts.channels.webhook import WebhookChannel, composed_body
from services.alerts.deliveries.delivering import Unreachable
from services.alerts.deliveries.delivery import Delivery
from services.alerts.webhooks.signatures import key_of, verify
from shared.address_book import Partner
from shared.errors import Unavailable
from tests.unit.alerts.delivery_scene import BOOK, MISSION, NOON, PORTAL, broadcast, closed
from tests.unit.alerts.endpoint_scene import gate_of
from tests.unit.alerts.receivers import answers, receiver
from tests.unit.alerts.webhook_scene import OFFER, SECRET, Safe, channel_to, exchanged, nobody


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


@pytest.mark.parametrize("status", ["400 Bad", "409 No", "413 Big", "415 Type", "422 No"])
def test_a_refusal_of_these_very_words_is_final_and_said_in_french(status: str) -> None:
    """The partner and we must talk; nothing is tried again by itself."""
    report, _, _ = exchanged(answers(status))
    assert (report.verdict, report.status) == ("refused", int(status[:3]))
    assert f"({status[:3]})" in report.reason


@pytest.mark.parametrize("status", ["408 T", "410 Gone", "425 T", "429 T", "500 E", "502 E", "503 E", "599 E"])
def test_what_may_pass_is_tried_again(status: str) -> None:
    """Load and breakdowns end."""
    report, _, _ = exchanged(answers(status))
    assert (report.verdict, report.status) == ("later", int(status[:3]))


@pytest.mark.parametrize("status", ["301 Moved", "302 F", "401 No", "403 No", "404 None", "405 No", "418 Tea"])
def test_a_door_that_is_shut_to_everything_is_tried_again_and_said(status: str) -> None:
    """A deployment that went wrong must not cost an offer; the coordination reads what to check meanwhile."""
    report, _, _ = exchanged(answers(status))
    assert (report.verdict, report.status) == ("later", int(status[:3]))
    assert f"({status[:3]})" in report.reason


def test_a_redirection_is_not_followed() -> None:
    """The address that was checked is the only one that is spoken to."""
    with receiver(answers("200 OK")) as inside:
        location = f"Location: http://127.0.0.1:{inside.port}/\r\n"
        report, _, _ = exchanged(answers("307 Temporary Redirect", location))
        assert (report.verdict, inside.requests) == ("later", [])


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


def test_a_secret_is_opened_once_a_process_for_each_sealed_text() -> None:
    """A vault call costs; a rotated secret is another text."""
    safe = Safe()
    channel = channel_to(Outlet(Poster(1), nobody), safe=safe)
    rotated = PORTAL.model_copy(update={"sealed_secret": base64.b64encode(b"other").decode()})
    for partner in (PORTAL, PORTAL, rotated, rotated):
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
    channel = WebhookChannel(gate_of(Outlet(Poster(1), nobody), None))
    with pytest.raises(Unreachable):
        channel.prepare(OFFER, broadcast(), BOOK.model_copy(update={"partners": (partner,)}), NOON)


@pytest.mark.parametrize("secret", [b"", b"whsec_", b"not a secret", b"\xff"])
def test_an_unreadable_secret_is_said_and_never_signed_with(secret: bytes) -> None:
    """An empty key would sign too."""
    with pytest.raises(Unreachable, match="secret"):
        channel_to(Outlet(Poster(1), nobody), safe=Safe(secret)).prepare(OFFER, broadcast(), BOOK, NOON)


def test_a_vault_that_does_not_answer_is_tried_again() -> None:
    """Before the claim: nothing is lost."""
    channel = channel_to(Outlet(Poster(1), nobody), safe=Safe(error=Unavailable("KMS")))
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
