"""Webhooks that come in: only what is rightly signed is heard, and what is heard breaks nothing, whatever it says."""

from __future__ import annotations

import json
from dataclasses import replace
from random import Random
from typing import Any

from hypothesis import strategies as st

from services.alerts.webhooks.signatures import key_of
from tests.attack.front import Answer
from tests.attack.fuzzing import Assault
from tests.attack.mutations import Signed, bent, sign
from tests.attack.test_pages import repeat
from tests.attack.town import ELSEWHERE, NOON

FEW, MANY = 50, 20_000
"""Mutations and bodies; the second with `--soak`."""
PLACE = "/webhooks/<territory_id>/<system_id>"
TYPES = ("offer.registered.v1", "offer.filled.v1", "offer.withdrawn.v1", "offer.registered.v2", "", "é")
LEAF = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=30),
    st.sampled_from(["048KLTP", "https://x.fr"]),
)
ANYTHING = st.recursive(
    LEAF, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)


def signed(assault: Assault, body: bytes, message_id: str = "msg-1") -> Signed:
    """A message as the agency's system sends it."""
    timestamp = str(int(NOON.timestamp()))
    return Signed(body, message_id, timestamp, sign(body, message_id, timestamp, key_of(assault.here.secret)))


def post(assault: Assault, message: Signed, path: str = "") -> Answer:
    """What the address answers."""
    headers = {"content-type": "application/json", **message.headers}
    return assault.front.ask("POST", path or assault.here.address(PLACE), headers=headers, body=message.body)


def fact(assault: Assault, **changes: Any) -> bytes:
    """That the offer of an alert is registered."""
    data = {"alert_id": assault.here.ids["alert_id"], "reference": "048KLTP", "contact": "Sofia Petit"}
    return json.dumps({"type": "offer.registered.v1", "data": {**data, **changes}}).encode()


def test_a_message_in_order_is_heard(assault: Assault) -> None:
    """The tests below would pass on an address that refuses everybody."""
    answer = post(assault, signed(assault, fact(assault)))
    assert answer.status == 200, answer.text
    assert not assault.snapshot.is_intact()
    assault.snapshot.restore()


def test_no_mutation_of_a_message_is_heard(assault: Assault, soak: bool) -> None:
    """Each is the same 401 to the byte, and nothing is written; unless the change is none that counts."""
    random, refusals = Random(20261127), set()  # noqa: S311 - the same mutations each time
    good = signed(assault, fact(assault))
    for _ in range(MANY if soak else FEW):
        wrong = bent(good, random)
        answer = post(assault, replace(wrong, body=wrong.body or b" "))
        if answer.status == 200:
            assert good.signature in wrong.signature.split(" ")
            assert (wrong.body, wrong.message_id, wrong.timestamp) == (good.body, good.message_id, good.timestamp)
            assault.snapshot.restore()
        else:
            refusals.add((answer.status, answer.body))
    assert [status for status, _ in refusals] == [401]
    assert assault.snapshot.is_intact()


def test_no_signed_body_breaks_the_hearing(assault: Assault, soak: bool) -> None:
    """A partner's system may be wrong, or taken over: whatever it says is heard, or refused in order."""
    data = st.fixed_dictionaries(
        {}, optional=dict.fromkeys(("alert_id", "reference", "contact", "url", "x"), LEAF | ANYTHING)
    )
    told = st.fixed_dictionaries({}, optional={"type": st.sampled_from(TYPES) | LEAF, "data": data | ANYTHING})
    bodies = st.one_of(
        told.map(json.dumps).map(str.encode), ANYTHING.map(json.dumps).map(str.encode), st.binary(max_size=40)
    )

    def attack(body: bytes, ours: bool) -> None:
        whose = assault.here if ours else assault.elsewhere
        named = body.replace(b'"048KLTP"', json.dumps(whose.ids["alert_id"]).encode(), 1)
        answer = post(assault, signed(assault, named))
        assert answer.status in {200, 404, 409, 422}, (named, answer.status, answer.crash)
        assert assault.snapshot.is_intact(ELSEWHERE)
        assault.snapshot.restore()

    repeat(MANY if soak else FEW, bodies, st.booleans())(attack)


def test_a_system_speaks_for_its_own_territory_alone(assault: Assault) -> None:
    """At the other one's address its signature is worth nothing; about the other one's alert it speaks of nothing."""
    message = signed(assault, fact(assault))
    for path in (
        assault.elsewhere.address(PLACE),
        assault.elsewhere.address("/webhooks/<territory_id>/") + assault.here.ids["system_id"],
        assault.here.address("/webhooks/<territory_id>/") + assault.elsewhere.ids["system_id"],
        "/webhooks/nowhere/nobody",
        "/webhooks/" + "x" * 3000 + "/y",
    ):
        answer = post(assault, message, path)
        assert (answer.status, answer.json["type"].rpartition("/")[2]) == (401, "signature"), path
    theirs = post(assault, signed(assault, fact(assault, alert_id=assault.elsewhere.ids["alert_id"])))
    unknown = post(assault, signed(assault, fact(assault, alert_id="0" * 36), "msg-2"))
    assert (theirs.status, theirs.body) == (unknown.status, unknown.body) == (404, theirs.body)
    assert assault.snapshot.is_intact()
