"""Standard Webhooks: ours against the published vectors and the published package, and against hostile headers."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
import standardwebhooks
from hypothesis import given
from hypothesis import strategies as st

from services.alerts.webhooks.signatures import BadSignature, key_of, signed_headers, verify

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
KEY = key_of(SECRET)
BODY = b'{"test": 2432232314}'
ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
SENT_AT = datetime.fromtimestamp(1614265330, UTC)
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
"""The vector that the specification and its libraries share."""


def headers(**changes: str) -> dict[str, str]:
    """The vector's headers, some changed; `_` stands for `-`."""
    good = {"webhook-id": ID, "webhook-timestamp": "1614265330", "webhook-signature": SIGNATURE}
    return good | {name.replace("_", "-"): value for name, value in changes.items()}


def refused(given_headers: dict[str, str], body: bytes = BODY, now: datetime = SENT_AT) -> str:
    """The answer to what must not pass."""
    with pytest.raises(BadSignature) as caught:
        verify(given_headers, body, [KEY], now)
    return f"{caught.value.status} {caught.value.message}"


def test_we_sign_the_published_vector() -> None:
    """Any conforming library accepts what we send."""
    assert signed_headers(ID, SENT_AT, BODY, [KEY]) == headers()


def test_we_accept_the_published_vector() -> None:
    """And we accept what any conforming library sends."""
    assert verify(headers(), BODY, [KEY], SENT_AT) == ID


def test_the_published_package_accepts_ours() -> None:
    """An implementation that nobody here wrote is the oracle, on the exact bytes."""
    now = datetime.now(UTC)
    body = '{"lieu":"Héricourt","poste":"soudeur·se"}'.encode()
    sealed = signed_headers("0b5f6a1e-8f5c-5c1e-9d0e-2f3a4b5c6d7e", now, body, [KEY])
    assert standardwebhooks.Webhook(SECRET).verify(body, sealed) == {"lieu": "Héricourt", "poste": "soudeur·se"}


@given(body=st.binary(max_size=200), seconds=st.integers(1, 9_999_999_999))
def test_the_published_package_signs_the_same(body: bytes, seconds: int) -> None:
    """Byte for byte, whatever is said and whenever."""
    text = base64.b64encode(body).decode()
    instant = datetime.fromtimestamp(seconds, UTC)
    theirs = standardwebhooks.Webhook(SECRET).sign(ID, instant, text)
    assert signed_headers(ID, instant, text.encode(), [KEY])["webhook-signature"] == theirs


def test_during_a_rotation_both_keys_are_accepted() -> None:
    """Two signatures in one header; the receiver may know either key."""
    other = b"o" * 32
    both = signed_headers(ID, SENT_AT, BODY, [other, KEY])
    assert verify(both, BODY, [KEY], SENT_AT) == verify(both, BODY, [other], SENT_AT) == ID


def test_unknown_versions_of_signatures_are_passed_over() -> None:
    """A sender may add newer ones."""
    assert verify(headers(webhook_signature=f"v1a,zzzz v2,xx {SIGNATURE}"), BODY, [KEY], SENT_AT) == ID


@pytest.mark.parametrize("seconds", [-300, 300])
def test_five_minutes_are_tolerated(seconds: int) -> None:
    """Clocks differ."""
    assert verify(headers(), BODY, [KEY], SENT_AT + timedelta(seconds=seconds)) == ID


@pytest.mark.parametrize("seconds", [-301, 301])
def test_more_than_five_minutes_are_not(seconds: int) -> None:
    """A message recorded elsewhere cannot be played later."""
    refused(headers(), now=SENT_AT + timedelta(seconds=seconds))


HOSTILE = [
    {"webhook_timestamp": value}
    for value in ("", "1614265330.7", "1.6e9", " 1614265330", "+1614265330", "161_4265330", "١٦١٤٢٦٥٣٣٠", "01614265330")
] + [
    *({"webhook_id": value} for value in ("", "msg.p5j", "é", "x" * 65, "a b", ID + "\n")),
    *(
        {"webhook_signature": value}
        for value in ("", "v1", "v1,", "v1,é", "v1,\udc80", SIGNATURE[3:], "v2" + SIGNATURE[2:])
    ),
    *({"webhook_signature": value} for value in (f"{SIGNATURE}=", f"{SIGNATURE},x", SIGNATURE.replace("=", ""))),
    {"webhook_signature": SIGNATURE.replace("/", "_")},
    {"webhook_signature": SIGNATURE.upper()},
]


@pytest.mark.parametrize("changes", HOSTILE)
def test_every_hostile_header_is_answered_alike(changes: dict[str, str]) -> None:
    """One generic 401, never another error: the package that we compare with raises undeclared ones here."""
    assert refused(headers(**changes)) == refused({})


@given(position=st.integers(0, len(BODY) - 1), bit=st.integers(0, 7))
def test_no_bit_of_the_body_can_be_changed(position: int, bit: int) -> None:
    """The signature is over the exact bytes."""
    changed = bytearray(BODY)
    changed[position] ^= 1 << bit
    refused(headers(), bytes(changed))


@pytest.mark.parametrize(
    "secret", ["", "whsec_", "whsec_éé", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_YWJj", "whsec_!!!!"]
)
def test_a_secret_is_prefixed_base64_of_24_to_64_bytes(secret: str) -> None:
    """Anything else is not a key."""
    with pytest.raises(ValueError, match=r"."):
        key_of(secret)


@pytest.mark.parametrize("size", [24, 25, 63, 64])
def test_a_secret_is_the_key_that_it_spells(size: int) -> None:
    """The bytes themselves, up to both ends of the range."""
    key = bytes(range(size))
    assert key_of("whsec_" + base64.b64encode(key).decode()) == key


@pytest.mark.parametrize("size", [0, 23, 65, 128])
def test_a_key_too_short_or_too_long_is_none(size: int) -> None:
    """The specification says 24 to 64 bytes."""
    with pytest.raises(ValueError, match="not a webhook secret"):
        key_of("whsec_" + base64.b64encode(bytes(size)).decode())


def test_a_secret_with_noise_in_it_is_refused() -> None:
    """Other readers would skip the noise, and find a key that nobody gave."""
    with pytest.raises(ValueError, match="Only base64 data is allowed"):
        key_of(SECRET[:10] + "!" + SECRET[10:])


@pytest.mark.parametrize("missing", ["webhook-id", "webhook-timestamp", "webhook-signature"])
@pytest.mark.parametrize("stand_in", ["", "x"])
def test_a_missing_header_stands_for_nothing(missing: str, stand_in: str) -> None:
    """Also when somebody who has the key signs as if it stood for a text."""
    signed = signed_headers(stand_in if missing == "webhook-id" else ID, SENT_AT, BODY, [KEY])
    refused({name: value for name, value in signed.items() if name != missing})


def test_the_refusal_is_named_for_machines() -> None:
    """The same 401, under the same code, for whatever was wrong."""
    refusal = BadSignature()
    assert (refusal.status, refusal.code) == (401, "signature")
