"""E-mails and texts are checked as AWS checks them, and end in the outbox."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local import queues
from infra.local.arns import arn
from infra.local.outbox import segments
from infra.local.receipts import Outcome
from infra.local.system import LocalSystem
from services.alerts.provider_events.reading import read_word


def message(**headers: str) -> EmailMessage:
    made = EmailMessage()
    for name, value in (
        {"From": "Vigie <a@vigie.localhost>", "To": "b@example.org", "Subject": "Été"} | headers
    ).items():
        made[name] = value
    made.set_content("Voici le lien : https://example.org/x")
    made.add_alternative("<p>Voici</p>", subtype="html")
    return made


def send(system: LocalSystem, mime: EmailMessage, **parameters: Any) -> None:
    system.client("sesv2").send_email(Content={"Raw": {"Data": mime.as_bytes()}}, **parameters)


def text(system: LocalSystem, **parameters: Any) -> None:
    good = {
        "DestinationPhoneNumber": "+33639981001",
        "OriginationIdentity": "VIGIE",
        "MessageBody": "Une alerte vous attend.",
        "ConfigurationSetName": "small",
    }
    system.client("pinpoint-sms-voice-v2").send_text_message(**(good | parameters))


def test_email_is_in_the_outbox_as_the_recipient_sees_it(system: LocalSystem) -> None:
    """Subject, addresses, both parts and the tags."""
    send(system, message(), ConfigurationSetName="small", EmailTags=[{"Name": "delivery", "Value": "d-1"}])
    sent = system.outbox("email", to="b@example")[-1]
    assert (sent.subject, sent.to, sent.body["sender"]) == ("Été", ("b@example.org",), "Vigie <a@vigie.localhost>")
    assert "https://example.org/x" in sent.text
    assert "<p>Voici</p>" in sent.html
    assert sent.body["tags"] == {"delivery": "d-1"}


@pytest.mark.parametrize(
    ("headers", "parameters", "code"),
    [
        ({"From": "a@elsewhere.example"}, {}, "MessageRejected"),
        ({"To": "nobody"}, {}, "BadRequestException"),
        ({"To": ""}, {}, "BadRequestException"),
        ({"To": ", ".join(f"p{n}@example.org" for n in range(51))}, {}, "BadRequestException"),
        ({}, {"ConfigurationSetName": "none"}, "NotFoundException"),
        ({}, {"EmailTags": [{"Name": "n", "Value": "é"}]}, "BadRequestException"),
    ],
)
def test_email_that_ses_refuses(
    system: LocalSystem, headers: dict[str, str], parameters: dict[str, Any], code: str
) -> None:
    """A sender nobody verified, no recipient or too many, an unknown configuration set, a tag out of its alphabet."""
    before = len(system.outbox())
    with pytest.raises(ClientError, match=code):
        send(system, message(**headers), **parameters)
    assert len(system.outbox()) == before


def test_text_is_in_the_outbox(system: LocalSystem) -> None:
    """The number, the sender's name and the words."""
    text(system)
    sent = system.outbox("sms")[-1]
    assert (sent.to, sent.text, sent.body["sender"]) == (("+33639981001",), "Une alerte vous attend.", "VIGIE")


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"DestinationPhoneNumber": "0639981001"}, "ValidationException"),
        ({"MessageBody": "x" * 1601}, "ValidationException"),
        ({"OriginationIdentity": "OTHER"}, "ResourceNotFoundException"),
        ({"ConfigurationSetName": "none"}, "ResourceNotFoundException"),
        ({"DestinationPhoneNumber": "+41791234567"}, "ConflictException"),
    ],
)
def test_text_that_is_refused(system: LocalSystem, parameters: dict[str, str], code: str) -> None:
    """A number that is not E.164, too long a text, an unknown sender or set, a country that is not allowed."""
    with pytest.raises(ClientError, match=code):
        text(system, **parameters)


def receipts() -> list[dict[str, Any]]:
    """What the providers have said so far, shown yet or not."""
    return queues.contents(arn("sqs", "receipts"))


TAGS = {"territory": "t-1", "alert": "a-1", "place": "DELIVERY@k@r@email", "attempt": "2"}


@pytest.mark.parametrize(
    ("outcome", "mail", "phone"),
    [
        ("delivered", ["delivered"], ["delivered"]),
        ("accepted", ["accepted"], ["accepted"]),
        ("bounced", ["bounced"], ["bounced"]),
        ("full", ["failed"], ["failed"]),
        ("complained", ["delivered", "complained"], ["failed"]),
        ("silent", [], []),
    ],
)
def test_the_providers_say_afterwards_what_became_of_a_message(
    system: LocalSystem, outcome: Outcome, mail: list[str], phone: list[str]
) -> None:
    """In AWS's own words, which the service understands, about the address that was told to end so."""
    before = len(receipts())
    for address in ("b@example.org", "+33639981001"):
        system.receipts.set_outcome(address, outcome)
    named = [{"Name": name, "Value": value} for name, value in TAGS.items()]
    send(system, message(), ConfigurationSetName="small", EmailTags=named)
    text(system, Context=TAGS)
    words = [read_word(each["body"]) for each in receipts()[before:]]
    assert [word.kind for word in words] == mail + phone
    assert {(word.territory_id, word.alert_id, word.sk, word.attempt) for word in words} <= {
        ("t-1", "a-1", "DELIVERY#k#r#email", 2)
    }
    assert [word.address for word in words] == ["b@example.org"] * len(mail) + ["+33639981001"] * len(phone)


def test_a_message_outside_of_every_configuration_set_is_told_of_to_nobody(system: LocalSystem) -> None:
    """As on AWS: it is the configuration set that has a topic."""
    before = receipts()
    send(system, message())
    assert receipts() == before


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("a" * 160, (1, "GSM-7")),
        ("a" * 161, (2, "GSM-7")),
        ("€" * 80, (1, "GSM-7")),
        ("€" * 81, (2, "GSM-7")),
        ("ê" * 70, (1, "UCS-2")),
        ("ê" * 71, (2, "UCS-2")),
        ("é" * 160, (1, "GSM-7")),
    ],
)
def test_segments_of_a_text(words: str, expected: tuple[int, str]) -> None:
    """One accent outside the basic alphabet more than halves what a part holds (3GPP TS 23.038)."""
    assert segments(words) == expected
