"""Text messages: the telephone's alphabet, exact segments, a life that ends with the deadline."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.alerts.channels.restraints import Restraints
from services.alerts.channels.sms import SmsChannel
from services.alerts.deliveries.delivering import Unreachable
from services.alerts.messages.gsm7 import fitted, segments, transliterated
from services.alerts.messages.links import Links
from services.alerts.rules.alert import Post
from services.alerts.rules.notices import Purpose
from shared.address_book import Directory
from shared.aws import Refused, Throttled
from shared.errors import Unavailable
from shared.tables import MemoryTable
from tests.unit.alerts.delivery_scene import AGENT, ALERT, BOOK, CAP, COORDINATOR, NOON, broadcast, delivery

RESTRAINTS = Restraints(MemoryTable())
LINKS = Links(lambda: "k" * 64, "https://vigie.example")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("à ä é è ì ò ö ù ü Ç É ñ ß", "à ä é è ì ò ö ù ü Ç É ñ ß"),
        ("ç â ê ë î ï ô û ÿ œ À È Œ", "c a e e i i o u y oe A E OE"),
        ("« l’offre » – “ici”…", '"l\'offre" - "ici"...'),
        ("«\N{NO-BREAK SPACE}20\N{NARROW NO-BREAK SPACE}% »", '"20 %"'),
        ("Â À È Ê Ë Î Ï Ô Ù Û Ü Ÿ Æ æ", "A A E E E I I O U U Ü Y Æ æ"),
        ("soudeur·se, agent•e, n° 3, 35½ h, 20 m², 5 µm", "soudeur.se, agent-e, no 3, 351/2 h, 20 m2, 5 um"),
        ("Łukasz ‹Đ› 8−2 a\N{SOFT HYPHEN}b e\N{COMBINING ACUTE ACCENT}", "Lukasz 'D' 8-2 ab é"),
        ("12\N{NO-BREAK SPACE}h\N{NARROW NO-BREAK SPACE}05", "12 h 05"),
        ("a\u202eb\x00c\u200bd", "abcd"),
        ("50 €", "50 €"),
        ("日本", "??"),
    ],
)
def test_every_letter_has_a_place_in_the_alphabet(text: str, written: str) -> None:
    """One letter outside it would more than halve the room."""
    assert transliterated(text) == written


@given(st.text())
def test_any_text_can_be_counted_once_transliterated(text: str) -> None:
    """Transliteration never leaves a letter that is billed otherwise."""
    assert segments(transliterated(text)) >= 1


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 80 + "a", 2),
        ("a" * 152 + "€" + "a" * 152, 3),
        ("a" * 151 + "€" + "a" * 153, 2),
    ],
)
def test_segments_are_counted_as_the_carrier_bills_them(text: str, count: int) -> None:
    """160 alone, 153 in each of several; a letter of two septets is never split between them."""
    assert segments(text) == count


def test_one_letter_outside_the_alphabet_is_not_counted_but_refused() -> None:
    """A wrong bill would pass unseen."""
    with pytest.raises(ValueError, match="alphabet"):
        segments("ç")


def test_a_long_title_is_cut_before_the_rest() -> None:
    """What identifies the message stays whole."""
    text = fitted("Vigie : {post}, {url}", {"post": "soudeur " * 60, "url": "https://vigie.example/a"}, ("post",), 2)
    assert segments(text) == 2
    assert text.endswith("..., https://vigie.example/a")


def test_a_text_that_cannot_be_cut_enough_is_an_error() -> None:
    """Nothing is sent in three parts."""
    with pytest.raises(ValueError, match="too long"):
        fitted("{url}", {"url": "x" * 400}, (), 2)


class Carrier:
    """A provider that notes what it is given, or fails as told."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.taken: list[tuple[str, str, int, dict[str, str]]] = []

    def send(self, phone: str, body: str, time_to_live_s: int, tags: dict[str, str]) -> str:
        if self.error:
            raise self.error
        self.taken.append((phone, body, time_to_live_s, tags))
        return "sms-1"


def test_an_alert_rings_the_coordinator_with_the_page_to_open() -> None:
    """One exact text, the ids that its receipt will bring back, four hours to arrive."""
    carrier, wanted = Carrier(), delivery(channel="sms", fence=2)
    report = SmsChannel(carrier, LINKS, RESTRAINTS).prepare(wanted, ALERT, BOOK, NOON).send()
    ((phone, body, life, tags),) = carrier.taken
    assert (report.verdict, report.message_id, phone, life) == ("sent", "sms-1", COORDINATOR.phone, 4 * 3600)
    assert body == (
        "Vigie : recrutement urgent, Soudeur TIG (2 postes) à Héricourt. A transmettre avant sam. 28 nov. à 12 h 00. "
        f"https://vigie.example/alertes/{ALERT.alert_id}"
    )
    assert tags == {
        "territory": ALERT.territory_id,
        "alert": ALERT.alert_id,
        "delivery": wanted.id,
        "place": "DELIVERY@alert_raised@m-coordinatrice@sms",
        "attempt": "3",
    }


@pytest.mark.parametrize(("hours", "seconds"), [(1, 4 * 3600), (45, 3 * 3600), (47.99, 300), (49, 4 * 3600)])
def test_a_text_lives_no_longer_than_the_deadline(hours: float, seconds: int) -> None:
    """A recall that arrives after the deadline says something false; what is said after it has four hours."""
    carrier = Carrier()
    now = NOON + timedelta(hours=hours)
    SmsChannel(carrier, LINKS, RESTRAINTS).prepare(delivery(channel="sms"), ALERT, BOOK, now).send()
    assert carrier.taken[0][2] == seconds


@pytest.mark.parametrize("title", ["Soudeur·se TIG très qualifié·e " * 6, "{url}{contact}", "€" * 150, "日" * 200])
def test_whatever_the_title_two_segments_are_enough(title: str) -> None:
    """A title may be as long and as strange as the form allows."""
    post = Post.model_validate(ALERT.post.model_dump() | {"title": title[:200]})
    carrier = Carrier()
    channel = SmsChannel(carrier, Links(lambda: "k" * 64, "https://vigie.aire-urbaine-belfort.example"), RESTRAINTS)
    for recipient, purpose in ((COORDINATOR.id, Purpose.ALERT_RAISED), (CAP.id, Purpose.BROADCAST)):
        alert = broadcast(ALERT.model_copy(update={"post": post}))
        channel.prepare(delivery(purpose, recipient, "sms"), alert, BOOK, NOON).send()
    assert all(segments(body) <= 2 for _, body, *_ in carrier.taken)


def without_phone(phone: str | None) -> Directory:
    """The territory whose coordinator has another number."""
    return BOOK.model_copy(update={"members": (COORDINATOR.model_copy(update={"phone": phone}), AGENT)})


@pytest.mark.parametrize("phone", [None, "", "0612345678", "+0612345678", "+33 6 12 34 56 78", "+33612345678\n"])
def test_a_number_that_is_not_one_is_never_dialled(phone: str | None) -> None:
    """The reason says where to mend it."""
    with pytest.raises(Unreachable, match="annuaire"):
        SmsChannel(Carrier(), LINKS, RESTRAINTS).prepare(delivery(channel="sms"), ALERT, without_phone(phone), NOON)


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (Refused("", code="ValidationException"), "refused"),
        (Refused("", code="AccessDeniedException"), "later"),
        (Throttled(""), "later"),
        (Unavailable(""), "unknown"),
    ],
)
def test_the_providers_words_become_verdicts(error: Exception, verdict: str) -> None:
    """Only what speaks of this recipient is final; what speaks of our rights or of the load is tried again."""
    report = SmsChannel(Carrier(error), LINKS, RESTRAINTS).prepare(delivery(channel="sms"), ALERT, BOOK, NOON).send()
    assert report.verdict == verdict
    assert bool(report.reason) == (verdict != "unknown")
