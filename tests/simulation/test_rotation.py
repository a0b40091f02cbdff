"""A partner's secret changes while messages leave: nothing is refused as long as both sign, everything once one does not."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import timedelta

from services.alerts.endpoints.administering import rotate
from tests.simulation.checker import Expected
from tests.simulation.endpoints import PARTNER, endpoint_desk, endpoint_order
from tests.simulation.machine import HOUR, MINUTE
from tests.simulation.plans import NoFaults
from tests.simulation.playing import Play, staged
from tests.simulation.scenarios import traffic
from tests.simulation.territory import SECRET

ALERTS, EVERY = 16, 2 * HOUR
ROTATED_AT = 5 * HOUR + 20 * MINUTE
HOST = f"{PARTNER}.example"


def is_signed(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    """As a partner checks it: any of the signatures, over the id, the instant and the exact bytes."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = b".".join((headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body))
    mine = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return f"v1,{mine}" in headers["webhook-signature"].split(" ")


class Receiver:
    """A partner's server that checks with the secret it knows, and answers 401 when it does not fit."""

    def __init__(self) -> None:
        self.secret = SECRET
        self.answers: list[tuple[int, int]] = []

    def __call__(self, now: int, headers: Mapping[str, str], body: bytes) -> int:
        status = 204 if is_signed(self.secret, headers, body) else 401
        if b'"endpoint.' not in body:
            self.answers.append((now, status))
        return status


def _rotating(overlap: timedelta, learns_after: int) -> tuple[Play, Receiver]:
    """Alerts every two hours; the secret changes, and the partner learns it so much later."""
    play, receiver = staged(traffic("webhook", ALERTS, EVERY), NoFaults()), Receiver()
    world = play.world
    world.partners.behaviours[HOST] = receiver
    desk = endpoint_desk(world)

    def change() -> None:
        secret = rotate(desk, endpoint_order("rotation-1"), overlap).secret
        world.hub.at(world.hub.now + learns_after, lambda: setattr(receiver, "secret", secret))

    world.hub.at(ROTATED_AT, lambda: world.hub.start("person rotation", change))
    return play, receiver


def test_nothing_is_refused_while_both_secrets_sign() -> None:
    """The partner takes twelve of the twenty-four hours to learn the new one."""
    play, receiver = _rotating(timedelta(hours=24), 12 * HOUR)
    assert play.run().broken == []
    assert [status for _, status in receiver.answers] == [204] * ALERTS
    assert receiver.secret != SECRET


def test_a_secret_that_is_revoked_signs_nothing_more() -> None:
    """No overlap: each message after the rotation is refused until the partner has the new secret, none before or after."""
    play, receiver = _rotating(timedelta(), 12 * HOUR)
    play.expected = Expected(excused=True, waiting=frozenset({PARTNER}))
    assert play.run().broken == []
    during = [status for at, status in receiver.answers if ROTATED_AT < at < ROTATED_AT + 12 * HOUR]
    others = [status for at, status in receiver.answers if not ROTATED_AT < at < ROTATED_AT + 12 * HOUR]
    assert set(during) == {401}
    assert set(others) == {204}
