"""Signed requests bent in every way that a hostile or careless sender may think of, each with what must become of it."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from random import Random

KEY = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
OTHER_KEY = b"k" * 32
SECONDS = 1614265330
NOW = datetime.fromtimestamp(SECONDS, UTC)
NOISE = (
    " ",
    "\t",
    "\n",
    "\r\n",
    "\x00",
    "=",
    "==",
    ",",
    "v1,",
    "v1a,",
    "é",
    "\udc80",
    "\u200b",
    "!",
    "-",
    "_",
    "/",
    "+",
)
TIMES = (
    *("1614265330.7", "1614265330.0", "1.61426533e9", "+1614265330", " 1614265330", "1614265330 ", "161_4265330"),
    *(
        "01614265330",
        "١٦١٤٢٦٥٣٣٠",
        "１６１４２６５３３０",
        "0x6037b9f2",
        "1614265330\n",
        "-1",
        "0",
        "",
        "nan",
        "inf",
        "1e999",
    ),
    *("9" * 400, str(SECONDS - 301), str(SECONDS + 301), str(SECONDS * 1000), str(-SECONDS)),
)
IDS = ("msg.1", "", "a b", "é", "m\n", "\x00", "x" * 65, "msg_1.1614265330", "\udc80", "a/b", "'--")


@dataclass(frozen=True)
class Signed:
    """A request: what a receiver has before it verifies."""

    body: bytes
    message_id: str
    timestamp: str
    signature: str

    @property
    def headers(self) -> dict[str, str]:
        return {
            "webhook-id": self.message_id,
            "webhook-timestamp": self.timestamp,
            "webhook-signature": self.signature,
        }


def sign(body: bytes, message_id: str, timestamp: str, key: bytes = KEY) -> str:
    """The specification's signature, written here a second time: the tests' own idea of what is right."""
    content = f"{message_id}.{timestamp}.".encode(errors="surrogatepass") + body
    return "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()


def valid(random: Random) -> Signed:
    """A request as a partner's system sends it."""
    body = random.choice(
        (b'{"test": 2432232314}', b"{}", '{"lieu":"Héricourt"}'.encode(), b'{"a":"' + b"x" * 900 + b'"}')
    )
    message_id, timestamp = f"msg_{random.getrandbits(64):x}", str(SECONDS + random.randint(-300, 300))
    return Signed(body, message_id, timestamp, sign(body, message_id, timestamp))


def is_right(bent: Signed, good: Signed) -> bool:
    """Whether a bent request still says the same, in the one form that is taken, with a signature that is right."""
    untouched = (bent.body, bent.message_id, bent.timestamp) == (good.body, good.message_id, good.timestamp)
    return untouched and sign(good.body, good.message_id, good.timestamp) in bent.signature.split(" ")


def bent(good: Signed, random: Random) -> Signed:
    """The request after one to three changes."""
    made = good
    for _ in range(random.randint(1, 3)):
        made = random.choice(CHANGES)(made, random)
    return made


def _body(made: Signed, random: Random) -> Signed:
    raw = bytearray(made.body or b"x")
    at = random.randrange(len(raw))
    kind = random.randrange(5)
    if kind == 0:
        raw[at] ^= 1 << random.randrange(8)
    elif kind == 1:
        del raw[at:]
    elif kind == 2:
        raw.extend(random.choice((b" ", b"\n", b"\x00", b"}", bytes(raw))))
    elif kind == 3:
        raw.insert(0, random.choice(b" \xef\n."))
    else:
        raw = bytearray(random.randbytes(random.randrange(40)))
    return replace(made, body=bytes(raw))


def _text(value: str, random: Random) -> str:
    """A text with something in it changed, cut, doubled or added."""
    at = random.randrange(len(value) + 1)
    kind = random.randrange(6)
    changed = value[:at] + chr(random.choice((random.randrange(128), random.randrange(0x3000)))) + value[at + 1 :]
    cut, doubled = value[:at], value + value
    noisy = value[:at] + random.choice(NOISE) + value[at:]
    return (changed, cut, doubled, noisy, value.swapcase(), value[::-1])[kind]


def _id(made: Signed, random: Random) -> Signed:
    return replace(made, message_id=random.choice((_text(made.message_id, random), random.choice(IDS))))


def _time(made: Signed, random: Random) -> Signed:
    return replace(made, timestamp=random.choice((_text(made.timestamp, random), random.choice(TIMES))))


def _signature(made: Signed, random: Random) -> Signed:
    return replace(made, signature=_text(made.signature, random))


def _tokens(made: Signed, random: Random) -> Signed:
    """Several signatures, of which the right one may or may not be."""
    strange = [
        _text(made.signature, random),
        "v2," + made.signature[3:],
        "v1a,AAAA",
        "v1,",
        ",",
        sign(b"", "", "", OTHER_KEY),
    ]
    tokens = [*random.sample(strange, random.randint(1, 4)), *([made.signature] if random.random() < 0.5 else [])]
    random.shuffle(tokens)
    return replace(made, signature=random.choice((" ", " ", ",", "  ", "\t")).join(tokens))


def _padding(made: Signed, random: Random) -> Signed:
    """Base64 that other readers take for the same bytes."""
    text = made.signature
    loose = (
        text.rstrip("="),
        text + "=",
        text.replace("+", "-").replace("/", "_"),
        text[:9] + "\n" + text[9:],
        text + "!!",
    )
    return replace(made, signature=random.choice(loose))


def _other_key(made: Signed, random: Random) -> Signed:
    return replace(
        made, signature=sign(made.body, made.message_id, made.timestamp, random.choice((OTHER_KEY, b"", KEY[:-1])))
    )


def _dot(made: Signed, _random: Random) -> Signed:
    """The dots that stand between id, time and body, moved: the same bytes are signed."""
    return replace(made, message_id=f"{made.message_id}.{made.timestamp}", timestamp="", body=made.body)


def _strange_but_signed(made: Signed, random: Random) -> Signed:
    """Somebody who has the key signs an id or a time in a form that two readers may read differently."""
    message_id = random.choice((made.message_id, random.choice(IDS)))
    timestamp = random.choice(TIMES)
    return Signed(made.body, message_id, timestamp, sign(made.body, message_id, timestamp))


CHANGES: tuple[Callable[[Signed, Random], Signed], ...] = (
    *(_body, _id, _time, _signature, _signature, _tokens, _padding, _other_key, _dot, _strange_but_signed),
)
