"""Every example of `docs/webhooks.md` is run against real deliveries: it accepts them, and refuses what was changed."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.alerts.channels.outlet import Outlet
from services.alerts.channels.posting import Poster
from services.alerts.deliveries.delivery import Report
from services.alerts.endpoints.challenging import Challenger
from services.alerts.endpoints.keyring import Keyring
from services.alerts.partners.events import EVENTS, OfferBroadcast
from services.alerts.webhooks.signatures import key_of, verify
from tests.contracts.node import NODE
from tests.contracts.webhook_examples import PAGE, documented_receiver, example, needed, run
from tests.contracts.webhook_mail import KINDS, NEXT_SECRET, SECRET, received
from tests.unit.alerts.delivery_scene import broadcast
from tests.unit.alerts.endpoint_scene import Safe, portal_endpoint
from tests.unit.alerts.receivers import answers, receiver
from tests.unit.alerts.webhook_scene import OFFER, channel_to, nobody, partner_at

PYTHON = """
import json, sys
from verification import verifier
for secret, headers, body in json.load(sys.stdin):
    print(verifier(secret, headers, __import__("base64").b64decode(body)))
"""
Case = tuple[str, dict[str, str], bytes]


def cases() -> tuple[list[Case], list[bool]]:
    """Deliveries as they came, with either secret; then changed ones. And what is to be said of each."""
    headers, body = received()["offer.broadcast.v1"]
    late = {**headers, "webhook-timestamp": str(int(headers["webhook-timestamp"]) - 301)}
    good: list[Case] = [(secret, *delivery) for secret in (SECRET, NEXT_SECRET) for delivery in received().values()]
    bad: list[Case] = [
        (SECRET, headers, body + b" "),
        (SECRET, late, body),
        (SECRET, {**headers, "webhook-timestamp": "demain"}, body),
        (SECRET, {**headers, "webhook-signature": "v1,é"}, body),
        (SECRET, {}, body),
    ]
    return good + bad, [True] * len(good) + [False] * len(bad)


def as_json(given: list[Case]) -> str:
    return json.dumps([[secret, headers, base64.b64encode(body).decode()] for secret, headers, body in given])


def test_the_python_example(tmp_path: Path) -> None:
    """As it is printed, in a process of its own memory."""
    given, expected = cases()
    names: dict[str, object] = {}
    exec(compile(example("python", "def verifier"), str(PAGE), "exec"), names)  # noqa: S102 - the page's own text
    verifier = names["verifier"]
    assert callable(verifier)
    assert [verifier(*case) for case in given] == expected


def test_the_node_example(tmp_path: Path) -> None:
    """As it is printed, imported as a module."""
    given, expected = cases()
    (tmp_path / "verification.mjs").write_text(example("javascript", "export function verifier"))
    (tmp_path / "cases.json").write_text(as_json(given))
    (tmp_path / "run.mjs").write_text(
        'import { readFileSync } from "node:fs";\nimport { verifier } from "./verification.mjs";\n'
        'const cases = JSON.parse(readFileSync("cases.json", "utf8"));\n'
        'console.log(JSON.stringify(cases.map(([s, h, b]) => verifier(s, h, Buffer.from(b, "base64")))));\n'
    )
    assert json.loads(run([str(NODE), "run.mjs"], tmp_path)) == expected


def test_the_php_example(tmp_path: Path) -> None:
    """As it is printed, required as a file."""
    php = needed("php")
    given, expected = cases()
    (tmp_path / "verification.php").write_text(example("php", "function verifier"))
    (tmp_path / "cases.json").write_text(as_json(given))
    (tmp_path / "run.php").write_text(
        '<?php require "verification.php"; $said = [];\n'
        'foreach (json_decode(file_get_contents("cases.json"), true) as [$s, $h, $b]) {\n'
        "  $said[] = verifier($s, $h, base64_decode($b));\n}\necho json_encode($said);\n"
    )
    assert json.loads(run([php, "run.php"], tmp_path)) == expected


@pytest.mark.parametrize(
    ("secret", "tail", "said"), [(SECRET, b"", "vérifiée"), (NEXT_SECRET, b"", "vérifiée"), (SECRET, b" ", "refusée")]
)
def test_the_command_line_example(tmp_path: Path, secret: str, tail: bytes, said: str) -> None:
    """bash and openssl, on the bytes in the file."""
    bash = needed("bash")
    needed("openssl")
    headers, body = received()["offer.broadcast.v1"]
    (tmp_path / "corps.json").write_bytes(body + tail)
    words = run(
        [bash, "-c", example("bash", "signature refusée")],
        tmp_path,
        SECRET=secret,
        ID=headers["webhook-id"],
        INSTANT=headers["webhook-timestamp"],
        SIGNATURES=headers["webhook-signature"],
    )
    assert words == f"signature {said}"


def test_the_curl_example_sends_what_vigie_would(tmp_path: Path) -> None:
    """A partner who tries their own server with it tries the real thing."""
    bash = needed("bash")
    needed("curl")
    (tmp_path / "corps.json").write_bytes(received()["offer.ended.v1"].body)
    with receiver(answers("204 No Content")) as listening:
        address = f"http://127.0.0.1:{listening.port}/vigie"
        run([bash, "-c", example("bash", "--data-binary")], tmp_path, SECRET=SECRET, ADRESSE=address)
    head, _, body = listening.requests[0].partition(b"\r\n\r\n")
    headers = {name.lower(): said for name, said in (line.split(": ", 1) for line in head.decode().split("\r\n")[1:])}
    assert verify(headers, body, [key_of(SECRET)], datetime.now(UTC)) == "essai-1"


def test_the_whole_receiver_passes_the_challenge_and_takes_offers(tmp_path: Path) -> None:
    """It echoes the challenge, takes a delivery and its repetition, and refuses a stranger's."""
    now = datetime.now(UTC)
    outlet = Outlet(Poster(deadline_s=5), nobody, loopback=True)
    with documented_receiver(tmp_path, f"{NEXT_SECRET} {SECRET}") as port:
        url = f"http://127.0.0.1:{port}/vigie"
        challenger = Challenger(Keyring(Safe()), outlet, lambda: "defi-0123456789abcdef")
        assert challenger.challenge(portal_endpoint(), url, now).verdict == "sent"
        prepared = channel_to(outlet, url).prepare(OFFER, broadcast(), partner_at(url), now)
        assert [prepared.send().status for _ in range(2)] == [204, 204]
        strange = Safe(secret=b"whsec_c29tZWJvZHkgZWxzZSBzaWducyB0aGlzIG1lc3NhZ2U=")
        refused: Report = channel_to(outlet, url, strange).prepare(OFFER, broadcast(), partner_at(url), now).send()
        assert refused.status == 401


def test_the_page_tells_of_every_event_and_shows_a_true_one() -> None:
    """No type is missing, and the sheet that is printed is one that the class accepts."""
    page = PAGE.read_text()
    assert all(f"`{kind}`" in page for kind in KINDS)
    assert len(EVENTS) == len(KINDS)
    OfferBroadcast.model_validate_json(example("json", "offer.broadcast.v1"))
