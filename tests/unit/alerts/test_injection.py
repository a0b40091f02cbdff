"""What people type in names, titles and contacts stays text, whatever it tries to be, in e-mails and in texts."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.policy import SMTP
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.alerts.channels.email import Letters
from services.alerts.channels.sms import _SHRINKABLE
from services.alerts.messages.gsm7 import fitted, segments
from services.alerts.messages.links import Links
from services.alerts.messages.message import Message, Scene, composed
from services.alerts.rules.alert import Alert, Enterprise
from services.alerts.rules.notices import Purpose
from tests.unit.alerts.delivery_scene import ALERT, BOOK, CAP, COORDINATOR, MISSION, NOON, OFFER, broadcast, delivery

LETTERS = Letters()
LINKS = Links(lambda: "k" * 64, "https://vigie.example")
HEADERS = {
    *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Language", "MIME-Version"),
    *("Content-Type", "List-Unsubscribe", "List-Unsubscribe-Post"),
}
CORPUS = (
    "Soudeur\r\nBcc: tous@ailleurs.example",
    "Soudeur\n\n<html>",
    "Soudeur\u2028Bcc: x@y\u2029\x85\x0b\x0c",
    "=?utf-8?q?Bcc=3A_x=40y?=",
    "\u202eruedos\u2066\u200b\ufeff",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    '"><a href="https://ailleurs.example">ici</a>',
    "{{ 7*7 }}{% raw %}${7*7}{url}{0.__class__}",
    "--=_i\r\nContent-Type: text/html\r\n\r\n<b>",
    "=1+1\t@SUM(A1)",
    "\x00\x1b[31m",
    "A" * 200,
)
_TYPED = st.one_of(st.sampled_from(CORPUS), st.text(min_size=1, max_size=120)).filter(lambda text: bool(text.strip()))


class Tags(HTMLParser):
    """The tags of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def typed(title: str, contact: str) -> Alert:
    """An alert whose free texts say this; whatever the commands would refuse, were it read back from the table."""
    post = ALERT.post.model_copy(update={"title": title})
    firm = Enterprise.model_construct(name=title, commune=contact, siret=None)
    offer = OFFER.model_copy(update={"contact": contact, "ft_reference": title[:40]})
    return broadcast(ALERT.model_copy(update={"post": post, "enterprise": firm})).model_copy(
        update={"offers": (offer,)}
    )


def messages(alert: Alert) -> list[Message]:
    """What a coordinator, a partner by e-mail and one by text receive about it."""
    wanted = (
        delivery(Purpose.OFFER_RETURNED, COORDINATOR.id),
        delivery(Purpose.BROADCAST, MISSION.id),
        delivery(Purpose.BROADCAST, CAP.id, "sms"),
    )
    return [composed(Scene(each, alert, BOOK, NOON), LINKS.public_url, LINKS) for each in wanted]


@settings(max_examples=25, deadline=None)
@given(title=_TYPED, contact=_TYPED)
def test_no_header_no_tag_no_third_segment_comes_out_of_a_text(title: str, contact: str) -> None:
    """The headers are ours and no others, the links too; a text has two segments of printable letters."""
    for message in messages(typed(title, contact)):
        mime = LETTERS.mime(message, sender="a@vigie.example", to="b@x.example", message_id="i", at=NOON)
        email = message_from_bytes(mime, policy=SMTP)
        assert set(email.keys()) <= HEADERS
        assert (email["To"], len(list(email.iter_parts()))) == ("b@x.example", 2)
        tags = Tags(LETTERS.html(message)).found
        assert not {"script", "img", "style", "iframe", "form"} & {tag for tag, _ in tags}
        assert {attributes["href"] for tag, attributes in tags if tag == "a"} <= {message.url, message.stop}
        short = fitted(message.sms, message.words, _SHRINKABLE, 2)
        assert segments(short) <= 2
        assert short.isprintable()
        assert not re.search(
            "[\u202a-\u202e\u2066-\u2069\u200b-\u200f]", message.subject + LETTERS.text(message) + short
        )


@pytest.mark.parametrize("field", ["subject", "stop"])
@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\x85", "\u2028", "\x00"])
def test_a_header_of_several_lines_is_refused(field: str, break_: str) -> None:
    """The last lock, should a view ever let one through."""
    message, words = messages(typed("Soudeur", "Agence"))[1], f"x{break_}Bcc: c@d"
    forged = message._replace(subject=words) if field == "subject" else message._replace(stop=words)
    with pytest.raises(ValueError, match="header"):
        LETTERS.mime(forged, sender="a@vigie.example", to="b@x.example", message_id="i", at=NOON)
