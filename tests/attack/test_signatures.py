"""The verifier of webhooks against published vectors and seeded mutations, with the published package beside it."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from random import Random

import pytest
import standardwebhooks
import time_machine

from services.alerts.webhooks.signatures import BadSignature, verify
from tests.attack.mutations import KEY, NOW, Signed, bent, is_right, valid

FEW, MANY = 2_000, 200_000
"""Mutations; the second with `--soak`."""
VECTORS = (
    # The specification's own, and Svix's documentation of it.
    ("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}',
     "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
    # https://docs.svix.com/receiving/verifying-payloads/how-manual
    ("plJ3nmyCDGBKInavdOK15jsl", "msg_loFOjxBNrRLzqYUf", 1731705121, b'{"event_type":"ping","data":{"success":true}}',
     "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0="),
)  # fmt: skip


@pytest.mark.parametrize(("secret", "message_id", "seconds", "body", "signature"), VECTORS)
def test_every_published_vector_is_right(
    secret: str, message_id: str, seconds: int, body: bytes, signature: str
) -> None:
    """Accepted as it stands, also among signatures of other versions, and with nothing else changed."""
    key, now = base64.b64decode(secret), datetime.fromtimestamp(seconds, UTC)
    for given in (signature, f"v2,xx {signature}", f"{signature} v1a,yy"):
        assert verify(Signed(body, message_id, str(seconds), given).headers, body, [key], now) == message_id
    for given in (signature[:-1], signature.replace("v1", "v2"), ""):
        with pytest.raises(BadSignature):
            verify(Signed(body, message_id, str(seconds), given).headers, body, [key], now)


def ours(request: Signed) -> str:
    """What the product says: accepted, refused, or the name of an error that nobody may see."""
    return _verdict(lambda: verify(request.headers, request.body, [KEY], NOW), BadSignature)


def theirs(request: Signed) -> str:
    """What the package says."""
    webhook = standardwebhooks.Webhook(base64.b64encode(KEY).decode())
    refusal = standardwebhooks.WebhookVerificationError
    return _verdict(lambda: webhook.verify(request.body, request.headers, json_parse=False), refusal)


def _verdict(ask: Callable[[], object], refusal: type[Exception]) -> str:
    try:
        ask()
    except refusal:
        return "refused"
    except Exception as error:  # noqa: BLE001 - what is looked for
        return type(error).__name__
    return "accepted"


def looseness(request: Signed, good: Signed) -> str:
    """Why the package took what we refuse: the first form that differs."""
    if request.message_id != good.message_id:
        return "an id that may hold the separator, or anything else"
    if request.timestamp != good.timestamp:
        return "a time that is not a plain number of seconds"
    return "base64 that is not in its one form"


def test_no_mutation_passes_or_breaks_the_verifier(soak: bool, capsys: pytest.CaptureFixture[str]) -> None:
    """Each is accepted exactly when it says the same with a right signature, and refused by BadSignature alone otherwise."""
    random, said, loose = Random(20261127), Counter[str](), Counter[str]()  # noqa: S311 - the same mutations each time
    with time_machine.travel(NOW, tick=False):
        for number in range(MANY if soak else FEW):
            good = valid(random)
            request = bent(good, random)
            verdict = ours(request)
            assert verdict == ("accepted" if is_right(request, good) else "refused"), (number, request)
            package = theirs(request)
            said.update([f"{verdict} here, {package} by the package"])
            if (verdict, package) == ("refused", "accepted"):
                loose.update([looseness(request, good)])
    if soak:
        table = "\n".join(f"{count:>8}  {what}" for what, count in [*said.most_common(), *loose.most_common()])
        with capsys.disabled():
            print(f"\n{table}")  # noqa: T201 - what the long run is for
    assert said["accepted here, accepted by the package"]
    assert not [what for what in said if what.startswith("accepted") and "refused by the package" in what]
    assert set(loose) <= {
        "an id that may hold the separator, or anything else",
        "a time that is not a plain number of seconds",
        "base64 that is not in its one form",
    }
