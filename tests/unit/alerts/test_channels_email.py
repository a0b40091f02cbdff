"""E-mails: to the address of the day, with the bytes of a transmission kept as proof before they leave."""

from __future__ import annotations

import hashlib
from email import message_from_bytes
from email.policy import SMTP

import pytest

from services.alerts.channels.email import EmailChannel
from services.alerts.channels.restraints import Restraints
from services.alerts.deliveries.delivering import Unreachable
from services.alerts.messages.links import Links
from services.alerts.rules.notices import Purpose
from shared.errors import Unavailable
from shared.tables import MemoryTable
from tests.unit.alerts.delivery_scene import (
    AGENT,
    ALERT,
    BOOK,
    CAP,
    COORDINATOR,
    MISSION,
    NOON,
    broadcast,
    delivery,
    transmitted,
)


class Post:
    """A mailer and an archive that share one diary."""

    sender = "alertes@vigie.example"

    def __init__(self, *, archive_is_down: bool = False) -> None:
        self.archive_is_down = archive_is_down
        self.diary: list[tuple[str, bytes, object]] = []

    def put(self, key: str, content: bytes, content_type: str) -> None:
        if self.archive_is_down:
            raise Unavailable("S3")
        self.diary.append(("kept", content, key))

    def send(self, mime: bytes, tags: dict[str, str]) -> str:
        self.diary.append(("sent", mime, tags))
        return "mail-1"


def channel(post: Post) -> EmailChannel:
    """The channel over that diary."""
    return EmailChannel(post, post, Links(lambda: "k" * 64, "https://vigie.example"), Restraints(MemoryTable()))


def test_the_bytes_of_a_transmission_are_kept_before_they_leave() -> None:
    """The proof is the very message, under its territory, with its digest."""
    post, wanted = Post(), delivery(Purpose.TRANSMISSION, AGENT.id)
    prepared = channel(post).prepare(wanted, transmitted(), BOOK, NOON)
    assert [what for what, *_ in post.diary] == ["kept"]
    assert prepared.send().message_id == "mail-1"
    (_, kept, key), (_, sent, tags) = post.diary
    assert kept == sent
    assert prepared.proof
    assert prepared.proof.sha256 == hashlib.sha256(sent).hexdigest()
    name = f"{wanted.id}-{prepared.proof.sha256}.eml"
    assert key == prepared.proof.key == f"T#{ALERT.territory_id}/alerts/{ALERT.alert_id}/{name}"
    assert isinstance(tags, dict)
    assert tags["delivery"] == wanted.id


def test_a_subject_keeps_its_blanks() -> None:
    """However long and accented, it is read as it was written: folding must not glue two words together."""
    post, wanted = Post(), delivery(Purpose.TRANSMISSION, AGENT.id)
    channel(post).prepare(wanted, transmitted(), BOOK, NOON).send()
    (subject,) = (message_from_bytes(mime, policy=SMTP)["Subject"] for what, mime, _ in post.diary if what == "sent")
    assert ")à" not in subject
    assert f" à {ALERT.post.place.commune}" in subject


def test_without_a_kept_proof_nothing_is_transmitted() -> None:
    """The archive's failure comes before the claim and is tried again."""
    with pytest.raises(Unavailable):
        channel(Post(archive_is_down=True)).prepare(delivery(Purpose.TRANSMISSION, AGENT.id), transmitted(), BOOK, NOON)


def test_only_transmissions_are_kept() -> None:
    """Other messages leave no copy of people's data behind."""
    post = Post()
    assert channel(post).prepare(delivery(), ALERT, BOOK, NOON).proof is None
    assert post.diary == []


@pytest.mark.parametrize(
    ("purpose", "recipient", "address"),
    [
        (Purpose.ALERT_RAISED, COORDINATOR.id, COORDINATOR.email),
        (Purpose.TRANSMISSION, AGENT.id, AGENT.email),
        (Purpose.BROADCAST, MISSION.id, MISSION.address),
    ],
)
def test_a_message_goes_to_the_address_of_the_day(purpose: Purpose, recipient: str, address: str) -> None:
    """It is read from the address book when the message leaves."""
    post = Post()
    channel(post).prepare(delivery(purpose, recipient), broadcast(), BOOK, NOON).send()
    assert message_from_bytes(post.diary[-1][1])["To"] == address


@pytest.mark.parametrize("recipient", ["m-parti", CAP.id])
def test_whoever_has_no_address_any_more_is_unreachable(recipient: str) -> None:
    """A member who left, a partner who chose another channel."""
    with pytest.raises(Unreachable, match="annuaire"):
        channel(Post()).prepare(delivery(Purpose.BROADCAST, recipient), broadcast(), BOOK, NOON)
