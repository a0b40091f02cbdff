"""The link by which a partner stops the offers that reach it: short, signed, silent about everything else."""

from __future__ import annotations

import base64
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from services.alerts.channels.email import Letters
from services.alerts.channels.providers import heed
from services.alerts.channels.restraints import Restraints
from services.alerts.channels.sms import SmsChannel
from services.alerts.deliveries.delivering import Withheld
from services.alerts.deliveries.delivery import DeliveryState
from services.alerts.deliveries.replaying import is_missed
from services.alerts.deliveries.silences import Silences
from services.alerts.deliveries.work import Work
from services.alerts.messages.gsm7 import fitted, segments
from services.alerts.messages.links import Links
from services.alerts.messages.message import Scene, composed
from services.alerts.messages.stop_links import Stop, stop_of, stop_url, territory_of
from services.alerts.rules.notices import Purpose
from services.alerts.site.stop_pages import Stopping, resolver
from shared.published import Registry
from shared.tables import MemoryTable, Put
from tests.unit.alerts.courier_scene import Ledger
from tests.unit.alerts.delivery_scene import BOOK, CAP, COORDINATOR, MISSION, NOON, broadcast, delivery
from tests.unit.alerts.fake_platform import ELSEWHERE, TERRITORY, Platform

LINKS = Links(lambda: "k" * 64, "https://vigie.example")
OTHER_KEY = Links(lambda: "o" * 64, "https://vigie.example")
TEXTED = Stop(TERRITORY, "p-cap", "sms", "+33600000009")
MAILED = Stop(TERRITORY, "p-mission", "email", "mission@example.org")


class Reader:
    """Somebody who opens the link, or a mailbox that posts to it."""

    def __init__(self, platform: Platform) -> None:
        self.silences = Silences(platform.table)
        registry = Registry(platform.directory)
        self._page = resolver(Stopping(registry, platform.book, LINKS, self.silences, platform.clock))

    def ask(self, method: str, url: str, body: str = "", content_type: str = "") -> tuple[int, str, dict[str, str]]:
        path = url.removeprefix("https://vigie.example")
        event: dict[str, Any] = {
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": path,
            "rawQueryString": "",
            "headers": {"content-type": content_type},
            "requestContext": {"http": {"method": method, "path": path}, "stage": "$default"},
            "body": body,
            "isBase64Encoded": False,
        }
        answer = self._page(event, SimpleNamespace())
        text = base64.b64decode(answer["body"]).decode() if answer["isBase64Encoded"] else answer["body"]
        return answer["statusCode"], text, answer["headers"]

    def cause(self, stop: Stop) -> str | None:
        return self.silences.cause(stop.territory_id, stop.channel, stop.address)


@pytest.fixture
def reader(platform: Platform) -> Reader:
    """Who holds a link of that platform."""
    return Reader(platform)


@pytest.mark.parametrize("stop", [TEXTED, MAILED])
def test_the_button_stops_and_lets_come_again(reader: Reader, stop: Stop) -> None:
    """Opening changes nothing, however often; the button says what it did; changing one's mind takes one more."""
    url = stop_url(LINKS, stop)
    for _ in range(10):
        assert "Ne plus recevoir les offres" in reader.ask("GET", url)[1]
    assert reader.cause(stop) is None
    for _ in range(2):
        status, page, headers = reader.ask("POST", url)
        assert (status, headers["Referrer-Policy"], headers["Cache-Control"]) == (200, "no-referrer", "no-store")
        assert "Vous ne recevez plus ces offres" in page
    assert reader.cause(stop) == "opted_out"
    assert "Recevoir de nouveau" in reader.ask("GET", url)[1]
    assert "Ne plus recevoir les offres" in reader.ask("POST", f"{url}/reprise")[1]
    assert reader.cause(stop) is None


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"),
        (
            '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--',
            "multipart/form-data",
        ),
    ],
)
def test_a_mailboxs_own_button_is_enough(reader: Reader, body: str, content_type: str) -> None:
    """RFC 8058: a POST without cookie nor origin, in either form, answered without redirection."""
    assert reader.ask("POST", stop_url(LINKS, MAILED), body, content_type)[0] == 200
    assert reader.cause(MAILED) == "opted_out"


def test_a_link_stops_one_address_of_one_channel(reader: Reader) -> None:
    """The other partners of the territory, and its other channels, go on."""
    reader.ask("POST", stop_url(LINKS, TEXTED))
    assert reader.cause(MAILED) is None


BAD = ["x", "A" * 20, "é", "A" * 3000, "%00", "a.b"]


def test_a_bad_link_tells_nothing(reader: Reader, platform: Platform) -> None:
    """Forged, cut, lengthened, of another key, or of somebody who is gone: one and the same page, and nothing is written."""
    good = stop_url(LINKS, TEXTED)
    forged = [
        stop_url(OTHER_KEY, TEXTED),
        stop_url(LINKS, Stop(TERRITORY, "p-inconnu", "sms", "+33600000009")),
        stop_url(LINKS, Stop("nulle-part", "p-cap", "sms", "+33600000009")),
        stop_url(LINKS, Stop(TERRITORY, "p-cap", "email", "+33600000009")),
        good[:-1],
        f"{good}A",
        *(f"https://vigie.example/arret/{token}" for token in BAD),
    ]
    before = dict(platform.table.items)
    answers = {reader.ask(method, url)[:2] for url in forged for method in ("GET", "POST")}
    assert {status for status, _ in answers} == {404}
    assert len(answers) == 1
    assert platform.table.items == before


def test_a_link_is_void_once_the_address_has_changed(reader: Reader, platform: Platform) -> None:
    """Who has the number now did not ask for anything."""
    url = stop_url(LINKS, TEXTED)
    moved = {"id": "p-cap", "name": "Cap emploi", "channel": "sms", "address": "+33600000010"}
    platform.directory.write(Put({"pk": f"T#{TERRITORY}", "sk": "PARTNER#p-cap", **moved}))
    assert reader.ask("POST", url)[0] == 404
    assert reader.cause(TEXTED) is None


def test_a_link_belongs_to_its_territory(platform: Platform) -> None:
    """The same partner at the same address elsewhere has another link."""
    token = stop_url(LINKS, TEXTED).rpartition("/")[2]
    assert territory_of(token, [ELSEWHERE, TERRITORY]) == TERRITORY
    assert stop_of(LINKS, token, platform.book.directory(ELSEWHERE)) is None


def test_what_the_address_is_to_blame_for_is_not_taken_back(reader: Reader) -> None:
    """A bounce is not the reader's wish: only who mends the address, or calls, ends it."""
    reader.silences.silence(TERRITORY, "email", MAILED.address, "bounced", NOON)
    page = reader.ask("POST", f"{stop_url(LINKS, MAILED)}/reprise")[1]
    assert reader.cause(MAILED) == "bounced"
    assert "appelez la coordination" in page


def test_the_link_is_in_every_offer_and_in_no_alert() -> None:
    """In the text message, in the e-mail's two forms, in its headers; whoever has a part in the 48 hours has none."""
    letters = Letters()
    texted = composed(Scene(delivery(Purpose.BROADCAST, CAP.id, "sms"), broadcast(), BOOK, NOON), "", LINKS)
    short = fitted(texted.sms, texted.words, ("post",), 2)
    assert short.endswith(f" Stop : {stop_url(LINKS, Stop(BOOK.territory.id, CAP.id, 'sms', CAP.address))}")
    assert segments(short) <= 2
    mailed = composed(Scene(delivery(Purpose.BROADCAST, MISSION.id), broadcast(), BOOK, NOON), "", LINKS)
    mime = letters.mime(mailed, sender="a@vigie.example", to="b@x.example", message_id="i", at=NOON).decode()
    assert f"\r\nList-Unsubscribe: <{mailed.stop}>\r\n" in mime
    assert "\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in mime
    assert mailed.stop in letters.html(mailed)
    assert mailed.stop in letters.text(mailed)
    alert = composed(Scene(delivery(), broadcast(), BOOK, NOON), LINKS.public_url, LINKS)
    sent = letters.mime(alert, sender="a@vigie.example", to="b@x.example", message_id="i", at=NOON).decode()
    assert (alert.stop, "List-Unsubscribe" in sent, "{stop}" in alert.sms) == ("", False, False)


def test_stopping_offers_never_stops_an_alert(platform: Platform) -> None:
    """A coordinator who is a partner too may share a mailbox with themselves: the 48 hours go on."""
    silences = Silences(platform.table)
    silences.silence(BOOK.territory.id, "email", "commune@example.org", "opted_out", NOON)
    with pytest.raises(Withheld, match="ne plus recevoir"):
        heed(silences, delivery(Purpose.BROADCAST, MISSION.id), "commune@example.org", BOOK)
    heed(silences, delivery(Purpose.ALERT_RAISED, COORDINATOR.id), "commune@example.org", BOOK)


def test_who_stopped_is_shown_as_such_and_left_in_peace() -> None:
    """Nothing leaves by any channel, nothing has failed and nobody is called: the coordinator reads whose wish it was."""
    table = MemoryTable()
    Silences(table).silence(BOOK.territory.id, "sms", CAP.address, "opted_out", NOON)
    person = COORDINATOR.model_copy(
        update={"id": "m-cap", "structure_id": "cap", "roles": ("diffusion",), "phone": None}
    )
    partner = CAP.model_copy(update={"structure_id": "cap"})
    book = BOOK.model_copy(update={"members": (person,), "partners": (partner,)})
    wanted = delivery(Purpose.BROADCAST, CAP.id, "sms")
    ledger = Ledger(broadcast(), book).having(wanted)
    courier = ledger.courier()
    replace(courier, channel=SmsChannel(_Nobody(), LINKS, Restraints(table))).deliver(
        Work(territory_id=wanted.territory_id, alert_id=wanted.alert_id, sk=wanted.sk)
    )
    (stopped,) = ledger.store.of_alert(wanted.territory_id, wanted.alert_id)
    assert (stopped.state, stopped.state.label) == (DeliveryState.SUPERSEDED, "Sans objet")
    assert stopped.last_error.startswith("Ce destinataire a demandé à ne plus recevoir d’offres")
    assert not is_missed(stopped)


class _Nobody:
    """A provider that must not be called."""

    def send(self, phone: str, body: str, time_to_live_s: int, tags: dict[str, str]) -> str:
        raise AssertionError(body)
