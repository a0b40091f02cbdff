"""Who may speak: one refusal for whatever is wrong, on the bytes that came, with every live key and no other."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import standardwebhooks
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.alerts.inbound.admitting import _DECOY, LONGEST_BODY, Gate
from services.alerts.inbound.keys import Keyring, seal
from services.alerts.inbound.system import System, SystemStore
from services.alerts.rules.alert import Alert
from services.alerts.webhooks.signatures import signed_headers
from shared.clock import FixedClock
from shared.tables import MemoryTable
from tests.unit.alerts.fake_platform import ELSEWHERE, TERRITORY
from tests.unit.alerts.inbound.partner_system import AGENCY, Answer, PartnerSystem, Vault

VECTOR_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
VECTOR_BODY = b'{"test": 2432232314}'
VECTOR_HEADERS = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}


def test_the_published_vector_comes_in() -> None:
    """What any conforming library signs is let in, the bytes untouched."""
    now, store, vault = datetime.fromtimestamp(1614265330, UTC), SystemStore(MemoryTable()), Vault()
    born = System(territory_id="t", id="s", name="S", keys=(), created_at=now)
    key = seal(VECTOR_SECRET, vault, born.context, "k", now)
    store.replace(None, born.model_copy(update={"keys": (key,)}))
    gate = Gate(store, Keyring(vault), FixedClock(now))
    admitted = gate.admit("t", "s", {"headers": VECTOR_HEADERS, "body": VECTOR_BODY.decode(), "isBase64Encoded": False})
    assert (admitted.message_id, admitted.body) == (VECTOR_HEADERS["webhook-id"], VECTOR_BODY)


def test_the_published_package_can_speak_to_us(agency: PartnerSystem, alert: Alert) -> None:
    """A sender that nobody here wrote, with blanks and letters that no second writing would give back."""
    body = f'{{ "type":"offer.filled.v1",\n "data":{{"alert_id":"{alert.alert_id}"}}, "note":"Héricourt — 1.0" }}'
    now = agency.platform.clock.now()
    signature = standardwebhooks.Webhook(agency.secret).sign("msg_1", now, body)
    headers = {
        "Webhook-Id": "msg_1",
        "Webhook-Timestamp": str(int(now.timestamp())),
        "Webhook-Signature": signature,
    }
    assert agency.post(b"", headers, body=body, isBase64Encoded=False).status == 200


def refusals(agency: PartnerSystem, alert: Alert) -> dict[str, Answer]:
    """What must not come in, by what is wrong with it."""
    body = json.dumps({"type": "offer.filled.v1", "data": {"alert_id": alert.alert_id}}).encode()
    good = agency.headers(body)
    signature, now = good["webhook-signature"], agency.platform.clock.now()
    agency.operator.create(ELSEWHERE, AGENCY, "Le même nom, ailleurs")
    decoyed = signed_headers("msg_000000", now, body, [_DECOY])
    other = f"/webhooks/{TERRITORY}"
    return {
        "unknown territory": agency.post(body, good, f"/webhooks/nulle-part/{AGENCY}"),
        "another territory": agency.post(body, good, f"/webhooks/{ELSEWHERE}/{AGENCY}"),
        "unknown system": agency.post(body, good, f"{other}/inconnu"),
        "unknown system, decoy's signature": agency.post(body, decoyed, f"{other}/inconnu"),
        "no key of theirs": agency.post(body, agency.headers(body, "msg_000000", VECTOR_SECRET)),
        "other bytes": agency.post(body + b" ", good),
        "not even JSON": agency.post(b"\xff{", good),
        "no header": agency.post(body, {}),
        "no headers at all": agency.post(body, {}, headers=None),
        "a header twice, by case": agency.post(body, {**good, "Webhook-Id": "msg_000000"}),
        "a header twice, joined": agency.post(body, {**good, "webhook-id": "msg_000000,msg_000000"}),
        "two signatures, joined": agency.post(body, {**good, "webhook-signature": f"v1,eA==,v1,eA== {signature}"}),
        "two signatures, joined with a blank": agency.post(
            body, {**good, "webhook-signature": f"v1,eA==, {signature}"}
        ),
        "an old timestamp": agency.post(body, signed_headers("m", now - timedelta(seconds=301), body, [b"k" * 32])),
        "a timestamp that is none": agency.post(body, {**good, "webhook-timestamp": "1.6e9"}),
        "not base64": agency.post(body, good, body="!", isBase64Encoded=True),
        "half a letter": agency.post(body, good, body="\ud800", isBase64Encoded=False),
        "too large": agency.send(b" " * (LONGEST_BODY + 1)),
        "far too large": agency.send(b" " * LONGEST_BODY * 4),
        "an address too short": agency.post(body, good, "/webhooks"),
        "an address too long": agency.post(body, good, f"{other}/{AGENCY}/x"),
        "an address that is no key": agency.post(body, good, f"{other}/" + "é" * 3000),
        "half a letter in the address": agency.post(body, good, f"{other}/\ud800"),
        "another method": agency.post(body, good, method="GET"),
    }


def test_whatever_is_wrong_the_answer_is_the_same(agency: PartnerSystem, alert: Alert) -> None:
    """Status, body and headers tell nothing; and nothing has happened to the alert."""
    answers = refusals(agency, alert)
    assert {name: answer.status for name, answer in answers.items()} == dict.fromkeys(answers, 401)
    assert len({answer.whole for answer in answers.values()}) == 1
    assert agency.platform.now_is(alert) == alert


def test_an_old_message_is_refused_even_well_signed(agency: PartnerSystem, alert: Alert) -> None:
    """A recording cannot be played later, nor an answer be had to one that was taken."""
    body = json.dumps({"type": "offer.filled.v1", "data": {"alert_id": alert.alert_id}}).encode()
    headers = agency.headers(body)
    assert agency.post(body, headers).status == 200
    agency.platform.later(seconds=301)
    assert agency.post(body, headers).status == 401


def test_during_a_rotation_nothing_is_refused_and_afterwards_only_the_new_key_counts(
    agency: PartnerSystem, alert: Alert
) -> None:
    """Old and new secrets are good for the overlap; from its end on, every message of the old one is refused."""
    old = agency.secret
    new = agency.operator.rotate(TERRITORY, AGENCY, timedelta(hours=24))

    def statuses(secret: str) -> set[int]:
        agency.secret = secret
        return {agency.registered(alert).status for _ in range(20)}

    assert statuses(old) == statuses(new) == {200}
    agency.platform.later(hours=24)
    assert (statuses(old), statuses(new)) == ({401}, {200})


@pytest.mark.parametrize("emergency", [True, False])
def test_a_revoked_key_is_refused_always_and_at_once(agency: PartnerSystem, alert: Alert, emergency: bool) -> None:
    """Also in a process that has opened it before: replaced without overlap, or taken back altogether."""
    assert agency.registered(alert).status == 200
    if emergency:
        agency.operator.rotate(TERRITORY, AGENCY, timedelta())
    else:
        agency.operator.revoke(TERRITORY, AGENCY)
    assert {agency.registered(alert).status for _ in range(50)} == {401}


def test_a_key_is_opened_once(agency: PartnerSystem, alert: Alert) -> None:
    """The vault is asked once a process for each secret, not at each message."""
    for _ in range(3):
        agency.registered(alert)
    assert agency.vault.opened == 1


def test_a_secret_that_cannot_be_read_lets_nothing_in(agency: PartnerSystem, alert: Alert) -> None:
    """It counts as no key at all."""
    system = agency.systems.get(TERRITORY, AGENCY)
    assert system
    broken = seal("whsec_", agency.vault, system.context, "k", agency.platform.clock.now())
    agency.systems.replace(system, system.model_copy(update={"keys": (broken,)}))
    assert agency.registered(alert).status == 401


_ANY = st.one_of(st.none(), st.text(max_size=40))
_QUIETLY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@_QUIETLY
@given(
    headers=st.dictionaries(
        st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature", "Webhook-Id", "x"]),
        st.text(max_size=60),
    ),
    body=_ANY,
    encoded=st.booleans(),
    tail=st.text(max_size=30),
)
def test_nothing_unsigned_is_let_in_or_makes_us_fail(
    agency: PartnerSystem, headers: dict[str, str], body: Any, encoded: bool, tail: str
) -> None:
    """Whatever the bytes, the headers and the address: 401, without an exception."""
    assert agency.post(b"", headers, f"/webhooks/{tail}", body=body, isBase64Encoded=encoded).status == 401
    assert agency.post(b"", headers, body=body, isBase64Encoded=encoded).status == 401


@_QUIETLY
@given(
    data=_JSON | st.fixed_dictionaries({"alert_id": st.text(max_size=70), "reference": _JSON, "contact": _JSON}),
    kind=st.sampled_from(["offer.registered.v1", "offer.filled.v1", "offer.withdrawn.v1"]),
)
def test_a_signed_message_never_makes_us_fail(agency: PartnerSystem, data: Any, kind: str) -> None:
    """Whatever it says: taken, or refused with a status that tells whose fault it is."""
    body = json.dumps({"type": kind, "data": data}).encode()
    assert agency.post(body, agency.headers(body)).status in {404, 422}


def test_text_and_base64_are_the_same_bytes(agency: PartnerSystem, alert: Alert) -> None:
    """The gateway hands a body over in either way."""
    body = json.dumps({"type": "offer.filled.v1", "data": {"alert_id": alert.alert_id}}).encode()
    headers = agency.headers(body)
    first = agency.post(body, headers, body=body.decode(), isBase64Encoded=False)
    again = agency.post(body, headers, body=base64.b64encode(body).decode(), isBase64Encoded=True)
    assert first.whole == again.whole
    assert first.status == 200
