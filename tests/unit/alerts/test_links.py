"""Signed links: the same for ever, for one alert and one agency, and mute about why they do not work."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.alerts.messages.links import LASTS, Link, Links, alert_url, refusal, serial_of
from services.alerts.rules.facts import Fact
from shared.errors import NotFound
from tests.unit.alerts.delivery_scene import AGENT, ALERT, ALERT_ID, NOON, TERRITORY, transmitted

LINKS = Links(lambda: "k" * 64, "https://vigie.example/")
URL = LINKS.answer_url(transmitted(), AGENT.id)
TOKEN = URL.removeprefix("https://vigie.example/retour/")
VALID = Link(TERRITORY, ALERT_ID, AGENT.id, int((ALERT.deadline_at + LASTS).timestamp()), 0)


def test_a_link_says_what_it_was_made_for() -> None:
    """Territory, alert, recipient, expiry and serial come back."""
    assert LINKS.read(TOKEN, NOON) == VALID


def test_the_same_message_sent_again_carries_the_same_link() -> None:
    """A repeated e-mail is the same e-mail."""
    assert LINKS.answer_url(transmitted(), AGENT.id) == URL


def test_a_link_outlives_the_deadline_by_fourteen_days_to_the_second() -> None:
    """A late answer is worth more than none."""
    end = ALERT.deadline_at + LASTS
    assert LINKS.read(TOKEN, end - timedelta(seconds=1)) == VALID
    with pytest.raises(NotFound):
        LINKS.read(TOKEN, end)


def test_a_late_transmission_prolongs_the_link() -> None:
    """Fourteen days count from whichever comes last."""
    alert = transmitted()
    assert alert.transmission
    late = alert.transmission.model_copy(update={"at": ALERT.deadline_at + timedelta(days=3)})
    token = LINKS.answer_url(alert.model_copy(update={"transmission": late}), AGENT.id).rpartition("/")[2]
    assert LINKS.read(token, NOON).expires_at == VALID.expires_at + 3 * 86_400


def refused(token: str) -> str:
    """The whole of what a bad token is answered."""
    with pytest.raises(NotFound) as caught:
        LINKS.read(token, NOON)
    return f"{caught.value.code} {caught.value.message}"


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a",
        "é",
        "x" * 4000,
        TOKEN + "=",
        TOKEN + "A",
        TOKEN[:-1],
        TOKEN.replace("-", "+") + " ",
        "A" + TOKEN[1:],
        TOKEN[:-1] + ("A" if TOKEN[-1] != "A" else "B"),
        Links(lambda: "z" * 64, "https://vigie.example").token(VALID),
        base64.urlsafe_b64encode(b"\0" * 60).decode(),
        LINKS.token(Link(TERRITORY, ALERT_ID, AGENT.id, 1, 0)),
    ],
)
def test_forged_expired_and_malformed_are_answered_alike(token: str) -> None:
    """Whoever tries learns nothing."""
    assert refused(token) == f"{refusal().code} {refusal().message}"


@given(position=st.integers(0, len(TOKEN) - 1), letter=st.sampled_from("ABCabc019-_"))
def test_no_letter_of_a_link_can_be_changed(position: int, letter: str) -> None:
    """Each letter is sealed."""
    changed = TOKEN[:position] + letter + TOKEN[position + 1 :]
    if changed != TOKEN:
        refused(changed)


def test_a_revocation_gives_later_links_another_serial() -> None:
    """The page compares the serial with the alert's: every earlier link is void."""
    revoked = transmitted().model_copy(update={"facts": (Fact(kind="link_revoked", at=NOON, by="m"),)})
    assert (serial_of(transmitted()), serial_of(revoked)) == (0, 1)
    assert LINKS.read(LINKS.answer_url(revoked, AGENT.id).rpartition("/")[2], NOON).serial == 1


def test_a_short_key_is_no_key() -> None:
    """A missing secret stops the request instead of sealing with nothing."""
    with pytest.raises(ValueError, match="short"):
        Links(lambda: "", "https://vigie.example").token(VALID)


def test_people_of_the_platform_need_no_token() -> None:
    """They sign in."""
    assert alert_url("https://vigie.example", ALERT_ID) == f"https://vigie.example/alertes/{ALERT_ID}"
