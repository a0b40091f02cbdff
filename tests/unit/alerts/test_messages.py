"""What recipients read: whole, in French, in HTML and in text, and only what each may see."""

from __future__ import annotations

import re
from datetime import timedelta
from email import message_from_bytes
from email.policy import SMTP
from html.parser import HTMLParser

import pytest

from services.alerts.channels.email import Letters
from services.alerts.deliveries.delivering import Unreachable
from services.alerts.deliveries.delivery import Delivery
from services.alerts.messages import wording
from services.alerts.messages.gsm7 import fitted, segments
from services.alerts.messages.links import Links
from services.alerts.messages.message import Message, Scene, composed
from services.alerts.rules.alert import Alert, Enterprise, Post
from services.alerts.rules.notices import Purpose
from tests.unit.alerts.delivery_scene import (
    AGENT,
    ALERT,
    BOOK,
    CAP,
    MISSION,
    NOON,
    broadcast,
    closed,
    delivery,
    transmitted,
)

LINKS = Links(lambda: "k" * 64, "https://vigie.example")
LETTERS = Letters()


def written(wanted: Delivery, alert: Alert = ALERT, hours: float = 1) -> Message:
    """The message, so many hours after noon."""
    return composed(Scene(wanted, alert, BOOK, NOON + timedelta(hours=hours)), LINKS.public_url, LINKS)


EVERY = [
    *(
        (delivery(purpose, about="Cap emploi"), broadcast())
        for purpose in wording.TO_PEOPLE
        if purpose is not Purpose.CORRECTION
    ),
    (delivery(Purpose.CORRECTION), closed(ALERT, NOON)),
    (delivery(Purpose.TRANSMISSION, AGENT.id), transmitted()),
    (delivery(Purpose.OFFER_NUDGE, AGENT.id), transmitted()),
    (delivery(Purpose.CORRECTION, AGENT.id), closed(transmitted(), NOON)),
    (delivery(Purpose.BROADCAST, MISSION.id), broadcast()),
    (delivery(Purpose.BROADCAST, MISSION.id), transmitted()),
    (delivery(Purpose.CORRECTION, MISSION.id, follows="x"), broadcast()),
    (delivery(Purpose.CORRECTION, MISSION.id, follows="x"), closed(broadcast(), NOON)),
]
"""One delivery of each kind, with an alert that it may be about."""


def test_every_purpose_has_its_words() -> None:
    """Whatever the reducer may announce can be written."""
    to_partners = {Purpose.BROADCAST}
    assert set(wording.TO_PEOPLE) | set(wording.TO_AGENCY) | to_partners == set(Purpose)


_INERT = {*("html", "head", "meta", "title", "body", "table", "tr", "td", "th", "span", "div", "h1", "p", "a")}


class Lines(HTMLParser):
    """Collects what a reader of the HTML sees, and what it loads."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_data(self, data: str) -> None:
        self.seen.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


@pytest.mark.parametrize(("wanted", "alert"), EVERY)
def test_no_message_has_a_hole(wanted: Delivery, alert: Alert) -> None:
    """No brace, no None, no empty line of a sheet, in any of the three forms."""
    message = written(wanted, alert)
    seen = " ".join(Lines(LETTERS.html(message)).seen)
    sms = fitted(message.sms, message.words, ("post",), 2)
    for text in (message.subject, seen, LETTERS.text(message), sms):
        assert not re.search(r"[{}]|None|\(\)|: *$| ,|, *\.", " ".join(text.split()))
    assert all(label and value for label, value in (*message.facts, *message.highlights))


@pytest.mark.parametrize(("wanted", "alert"), EVERY)
def test_an_html_message_loads_nothing(wanted: Delivery, alert: Alert) -> None:
    """No image, script, style sheet or form: nothing to block, nothing that tells who reads."""
    page = Lines(LETTERS.html(written(wanted, alert)))
    assert {tag for tag, _ in page.tags} <= _INERT
    assert all("url(" not in (attributes.get("style") or "") for _, attributes in page.tags)


@pytest.mark.parametrize(("wanted", "alert"), EVERY)
def test_text_and_html_say_the_same(wanted: Delivery, alert: Alert) -> None:
    """Whoever reads text only misses nothing."""
    message = written(wanted, alert)
    text = " ".join(LETTERS.text(message).split())
    seen = [" ".join(part.split()) for part in (message.heading, message.lead, message.deadline, message.footer)]
    assert all(part in text for part in seen)
    assert all(f"{label} : {' '.join(value.split())}" in text for label, value in message.facts)
    assert message.button == "" or message.url in text


def test_the_coordinator_is_told_what_where_and_until_when() -> None:
    """Everything that it takes to act, and the page to act on."""
    message = written(delivery())
    assert message.url == f"https://vigie.example/alertes/{ALERT.alert_id}"
    assert message.remaining.replace("\N{NO-BREAK SPACE}", " ") == "il reste 47 h"
    assert {"Poste", "Entreprise", "SIRET", "Lieu", "Métier", "Signalé par"} <= dict(message.facts).keys()


def test_after_the_deadline_the_delay_is_told_as_passed() -> None:
    """No negative time."""
    assert written(delivery(Purpose.BREACH), hours=50).remaining.startswith("dépassé depuis")


def test_a_partner_never_sees_who_recruits() -> None:
    """Only the offer's sheet: reference, contact, post, place; neither enterprise, nor SIRET, nor capteur."""
    message = written(delivery(Purpose.BROADCAST, MISSION.id), broadcast())
    everything = LETTERS.text(message) + LETTERS.html(message) + message.subject
    for hidden in ("Vauban", "732", "CCI du", "Durand", "coordination@"):
        assert hidden not in everything
    assert dict(message.highlights) == {"Référence": "048KLTP", "Contact": "Agence de Belfort, 03 84 00 00 00"}


def test_a_text_message_names_no_person() -> None:
    """Telephones lie on tables: no name of a person nor of an enterprise, which may be a person's."""
    for wanted, alert in EVERY:
        message = written(wanted, alert)
        sms = fitted(message.sms, message.words, ("post",), 2)
        assert not re.search("Durand|Petit|Vauban", sms)


def test_the_agency_is_told_everything_and_whom_to_call() -> None:
    """The need, the enterprise, the coordinator, and one button to the page where it answers."""
    message = written(delivery(Purpose.TRANSMISSION, AGENT.id), transmitted())
    assert message.url.startswith("https://vigie.example/retour/")
    facts = {label: value.replace("\N{NO-BREAK SPACE}", " ") for label, value in message.facts}
    assert facts["Coordination"] == "Camille Durand, coordination@md3e.example, 06 12 34 56 78"
    assert facts["Entreprise"] == "Ateliers Vauban, Héricourt"


def test_without_the_key_of_the_links_no_link_is_promised() -> None:
    """A sender that cannot seal a link writes none."""
    scene = Scene(delivery(Purpose.OFFER_NUDGE, AGENT.id, "sms"), transmitted(), BOOK, NOON)
    message = composed(scene, LINKS.public_url)
    assert (message.url, "{url}" in message.sms) == ("", False)


def test_a_partner_told_before_the_offer_is_registered_reads_so() -> None:
    """A broadcast that a coordinator forced promises the reference, and invents none."""
    message = written(delivery(Purpose.BROADCAST, MISSION.id), transmitted())
    assert (message.heading, message.highlights, message.button) == (wording.UNREGISTERED_OFFER.heading, (), "")


HOSTILE_NAME = "Soudeur\r\nBcc: tous@ailleurs.example\u202e\x00\u2028<script>alert(1)</script>{contact}"


def hostile() -> Alert:
    """An alert whose free texts attack the message."""
    post = ALERT.post.model_dump() | {"title": HOSTILE_NAME}
    firm = Enterprise(name=HOSTILE_NAME, commune="Héricourt")
    return broadcast(ALERT.model_copy(update={"post": Post.model_validate(post), "enterprise": firm}))


@pytest.mark.parametrize(
    "wanted", [delivery(), delivery(Purpose.BROADCAST, MISSION.id), delivery(Purpose.BROADCAST, CAP.id)]
)
def test_what_people_typed_stays_text(wanted: Delivery) -> None:
    """No header, no markup, no pattern, no turned line comes out of a name."""
    message = written(wanted, hostile())
    mime = LETTERS.mime(message, sender="a@vigie.example", to="b@x.example", message_id="i", at=NOON)
    email = message_from_bytes(mime, policy=SMTP)
    assert (email["Bcc"], email["To"]) == (None, "b@x.example")
    assert "<script>" not in LETTERS.html(message)
    assert not {"\r", "\u202e", "\x00", "\u2028"} & set(LETTERS.html(message) + LETTERS.text(message))
    sms = fitted(message.sms, message.words, ("post",), 2)
    assert segments(sms) <= 2
    assert "\n" not in sms


def test_the_headers_say_a_machine_wrote_it_and_what_repeats_it() -> None:
    """No answer is expected, none is triggered; a repetition has the same identifier, date aside."""
    first = LETTERS.mime(
        written(delivery()), sender="alertes@vigie.example", to="b@x.example", message_id="i-1", at=NOON
    )
    email = message_from_bytes(first, policy=SMTP)
    assert email["Message-ID"] == "<i-1@vigie.example>"
    assert email["Auto-Submitted"] == "auto-generated"
    assert (email["From"], email["Reply-To"]) == ("Vigie <alertes@vigie.example>", None)
    assert email["Subject"] == "Recrutement urgent à transmettre : Soudeur TIG (2\N{NO-BREAK SPACE}postes) à Héricourt"
    assert [part.get_content_type() for part in email.iter_parts()] == ["text/plain", "text/html"]
    again = LETTERS.mime(
        written(delivery()), sender="alertes@vigie.example", to="b@x.example", message_id="i-1", at=NOON
    )
    assert first == again
    assert max(map(len, first.split(b"\r\n"))) <= 998


@pytest.mark.parametrize("address", ["", "x", "a@b\r\nBcc: c@d", "a b@c.example", "a@b, c@d", "<a@b>", "a@"])
def test_an_address_that_breaks_the_headers_is_refused(address: str) -> None:
    """It is never sent to, and the reason says where to mend it."""
    with pytest.raises(Unreachable, match="annuaire"):
        LETTERS.mime(written(delivery()), sender="a@vigie.example", to=address, message_id="i", at=NOON)


def test_a_subject_with_a_line_break_is_refused() -> None:
    """The last lock, should a view ever let one through."""
    forged = written(delivery())._replace(subject="x\r\nBcc: c@d")
    with pytest.raises(ValueError, match="linefeed"):
        LETTERS.mime(forged, sender="a@vigie.example", to="b@x.example", message_id="i", at=NOON)
