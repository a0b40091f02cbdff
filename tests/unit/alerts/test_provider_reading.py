"""The providers' events become one word about one attempt; what is not ours is harmless, what is nobody's is refused."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.alerts.deliveries.delivery import Said
from services.alerts.provider_events.reading import ProviderWord, read_word
from shared.errors import Unreadable
from tests.unit.alerts.delivery_scene import ALERT_ID, TERRITORY, delivery
from tests.unit.alerts.provider_words import LATER, enveloped, of_mail, of_text

MAIL = delivery(fence=2)
TEXT = delivery(channel="sms", fence=2)


@pytest.mark.parametrize(
    ("kind", "meant"),
    [
        ("Send", "accepted"),
        ("Delivery", "delivered"),
        ("Bounce", "bounced"),
        ("Complaint", "complained"),
        ("Reject", "rejected"),
        ("DeliveryDelay", "delayed"),
        ("Rendering Failure", "rejected"),
    ],
)
def test_what_ses_says_names_the_delivery_and_the_attempt(kind: str, meant: Said) -> None:
    """Our tags come back; the topic's envelope makes no difference."""
    event = of_mail(kind, MAIL)
    word = read_word(json.dumps(event))
    assert word == ProviderWord(meant, LATER, TERRITORY, ALERT_ID, MAIL.sk, 3, "EXAMPLE7c191be45", "a@b.example")
    assert word.is_ours
    assert read_word(enveloped(event)) == word


@pytest.mark.parametrize(
    ("status", "meant"),
    [
        ("SENT", "accepted"),
        ("QUEUED", "accepted"),
        ("SUCCESSFUL", "accepted"),
        ("UNKNOWN", "accepted"),
        ("DELIVERED", "delivered"),
        ("INVALID", "bounced"),
        ("UNREACHABLE", "failed"),
        ("CARRIER_UNREACHABLE", "failed"),
        ("BLOCKED", "failed"),
        ("TTL_EXPIRED", "failed"),
        ("PROTECT_BLOCKED", "rejected"),
    ],
)
def test_what_the_carriers_say_names_the_delivery_and_the_attempt(status: str, meant: Said) -> None:
    """A carrier that took a text has not shown it: only DELIVERED is the telephone's word."""
    word = read_word(json.dumps(of_text(status, TEXT)))
    assert word == ProviderWord(meant, LATER, TERRITORY, ALERT_ID, TEXT.sk, 3, "862a8790", "+33612345678")


@pytest.mark.parametrize("bounce", ["Transient", "Undetermined"])
def test_a_passing_failure_does_not_condemn_the_address(bounce: str) -> None:
    """A full mailbox, or an automatic answer taken for a failure."""
    assert read_word(json.dumps(of_mail("Bounce", MAIL, bounceType=bounce))).kind == "failed"


def test_what_is_not_about_a_delivery_of_ours_says_nothing() -> None:
    """A test message from the console, an event that nobody asked for, the topic's greeting."""
    foreign = of_mail("Delivery", MAIL)
    foreign["mail"]["tags"] = {"ses:configuration-set": ["vigie"], "attempt": ["one"]}
    silent = [json.dumps(foreign), json.dumps(of_mail("Open", MAIL)), json.dumps(of_text("TODAY", TEXT))]
    greeting = "Successfully validated SNS topic for Amazon SES event publishing."
    assert not any(read_word(body).is_ours for body in (*silent, greeting))


@pytest.mark.parametrize(
    "body",
    [
        "[]",
        "3",
        "{}",
        '{"eventType": "Bounce"}',
        '{"eventType": "Bounce", "mail": {"tags": []}}',
        '{"eventType": "TEXT_DELIVERED"}',
        '{"eventType": "TEXT_DELIVERED", "eventTimestamp": "soon"}',
        '{"Type": "Notification", "Message": "[]"}',
    ],
)
def test_what_no_provider_writes_is_refused_with_a_reason(body: str) -> None:
    """It ends in the dead-letter queue, where somebody reads the reason."""
    with pytest.raises(Unreadable, match=r"illisible|objet"):
        read_word(body)


@given(
    st.recursive(st.none() | st.text() | st.integers(), lambda deeper: st.dictionaries(st.text(), deeper), max_leaves=8)
)
def test_whatever_comes_there_is_a_word_or_a_refusal(value: object) -> None:
    """No other error leaves the reader."""
    event = of_mail("Bounce", MAIL) | {"mail": value}
    with suppress(Unreadable):
        assert not read_word(json.dumps(event)).is_ours
