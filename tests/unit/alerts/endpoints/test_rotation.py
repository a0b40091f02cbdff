"""A secret is replaced while messages leave: the receiver refuses none during the overlap, and knows only the new one after."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import timedelta

import pytest

from services.alerts.endpoints import endpoint as rules
from services.alerts.endpoints.endpoint import MACHINE
from services.alerts.endpoints.keyring import Keyring
from services.alerts.webhooks.sealed_keys import MOST_KEYS, SealedKey
from shared.errors import Unavailable
from tests.unit.alerts.delivery_scene import BOOK, NOON, PORTAL
from tests.unit.alerts.endpoint_scene import SECRET, Receiver, Safe, portal_endpoint, sealed
from tests.unit.alerts.endpoints.outage import Outage

NEW = "whsec_" + base64.b64encode(b"n" * 32).decode()
OVERLAP = timedelta(hours=24)


def turned(outage: Outage, overlap: timedelta) -> None:
    """Somebody asks for a new secret."""
    key = SealedKey(id="neuf", sealed=sealed(NEW), created_at=outage.now)
    assert outage.endpoints.replace(outage.endpoint, rules.rotated(outage.endpoint, key, overlap, MACHINE, outage.now))


def sent(outage: Outage, numbers: range, secret: str, spread: timedelta = timedelta()) -> list[bool]:
    """Whether each of these messages was signed by that secret, from the receiver's point of view."""
    outage.receiver.secrets = (secret,)
    outage.receiver.signed.clear()
    for number in numbers:
        outage.clock.now_is += spread
        outage.send(outage.meant(number))
    return list(outage.receiver.signed)


def test_no_message_is_refused_during_the_overlap_whichever_secret_the_receiver_has() -> None:
    """The partner changes when it suits it, within the day; messages leave all the time."""
    outage = Outage(Receiver(), portal_endpoint())
    assert sent(outage, range(10), SECRET) == [True] * 10
    turned(outage, OVERLAP)
    assert sent(outage, range(10, 30), SECRET, timedelta(hours=0.5)) == [True] * 20
    assert sent(outage, range(30, 50), NEW, timedelta(hours=0.5)) == [True] * 20


def test_after_the_overlap_the_old_secret_signs_nothing_any_more() -> None:
    """Whoever has stolen it cannot be taken for us, and the new one signs everything."""
    outage = Outage(Receiver(), portal_endpoint())
    turned(outage, OVERLAP)
    outage.clock.now_is = NOON + OVERLAP
    assert sent(outage, range(10), SECRET) == [False] * 10
    assert sent(outage, range(10, 20), NEW) == [True] * 10


def test_the_operator_may_change_the_secret_however_many_are_live() -> None:
    """A worker has nobody to ask which one to drop: the oldest goes, messages leave, and the new one signs."""
    keys = tuple(SealedKey(id=f"k{number}", sealed=sealed(SECRET), created_at=NOON) for number in range(MOST_KEYS))
    outage = Outage(Receiver(), portal_endpoint().becoming(keys=keys))
    partner = PORTAL.model_copy(update={"sealed_secret": sealed(NEW)})
    outage.book = BOOK.model_copy(update={"partners": (partner,)})
    assert sent(outage, range(1), NEW) == [True]
    assert [key.id for key in outage.endpoint.keys][:-1] == [f"k{number}" for number in range(1, MOST_KEYS)]
    assert len(outage.endpoint.signing(NOON)) == MOST_KEYS


def test_an_emergency_revokes_at_once_even_in_a_worker_that_has_the_key_open() -> None:
    """No overlap: the very next message is signed by the new secret alone."""
    outage = Outage(Receiver(), portal_endpoint())
    assert sent(outage, range(1), SECRET) == [True]
    turned(outage, timedelta())
    assert sent(outage, range(1, 6), SECRET) == [False] * 5
    assert sent(outage, range(6, 11), NEW) == [True] * 5


def test_a_key_is_sealed_for_one_partner_of_one_territory() -> None:
    """The vault is given both to seal and to open: another record's ciphertext is of no use."""
    contexts: list[Mapping[str, str]] = []

    class Watching(Safe):
        def encrypt(self, plain: bytes, context: Mapping[str, str]) -> bytes:
            contexts.append(context)
            return super().encrypt(plain, context)

    safe, endpoint = Watching(), portal_endpoint()
    key, secret = Keyring(safe).sealed(endpoint, b"k" * 32, NOON)
    opened = Keyring(safe).signing(endpoint.becoming(keys=(key,)), NOON)
    assert (opened, secret.startswith("whsec_")) == ([b"k" * 32], True)
    expected = {"territory": endpoint.territory_id, "partner": endpoint.partner_id}
    assert [*contexts, *(context for _, context in safe.opened)] == [expected, expected]


def test_a_vault_that_is_away_seals_nothing() -> None:
    """A secret that could not be kept is not shown."""

    class Away(Safe):
        def encrypt(self, plain: bytes, context: Mapping[str, str]) -> bytes:
            raise Unavailable("KMS")

    with pytest.raises(Unavailable):
        Keyring(Away()).sealed(portal_endpoint(), b"k" * 32, NOON)
