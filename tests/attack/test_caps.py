"""Sizes: what is too big is refused before it is read, and what the gateway lets through breaks nothing."""

from __future__ import annotations

import json

import pytest

from shared.web.sizes import LONGEST_BODY
from tests.attack.cloud import SITE
from tests.attack.front import Route
from tests.attack.fuzzing import Assault

GATEWAY_HEADERS = 10_240
"""Bytes of request line and headers that API Gateway lets through, in all (its quota for HTTP APIs)."""
KEY = "a-key-long-enough"


def posting(assault: Assault, *, bearer: bool) -> list[Route]:
    """The routes that take a body, of programs or of people."""
    return [route for route in assault.front.routes() if route.method == "POST" and route.bearer is bearer]


def test_a_command_over_its_cap_is_refused_unread(assault: Assault) -> None:
    """413 as a problem document on every route of the APIs, to whoever asks; up to the cap it is read."""
    headers = {"content-type": "application/json", "idempotency-key": KEY}
    for route in posting(assault, bearer=True):
        path = assault.here.address(route.path)
        for who in (None, assault.here.who("coordinator")):
            for size in (LONGEST_BODY, LONGEST_BODY + 1):
                body = b'{"x":"' + b"a" * (size - 8) + b'"}'
                answer = assault.front.ask("POST", path, who=who, headers=headers, body=body)
                assert (answer.status == 413) == (size > LONGEST_BODY), (path, size, answer.status)
        assert answer.headers["Content-Type"] == "application/problem+json"
        assault.snapshot.restore()


def test_a_form_over_its_cap_is_refused_unread(assault: Assault) -> None:
    """413 as a page in French on every route that a form is posted to, in plain text or in base 64; nothing is written.

    A webhook is answered as one whose signature is wrong.
    """
    headers = {"content-type": "application/x-www-form-urlencoded", "origin": SITE}
    for route in posting(assault, bearer=False):
        path, is_webhook = assault.here.address(route.path), route.path.startswith("/webhooks")
        for body in (b"a=" + b"b" * LONGEST_BODY, b"a=\xff" + b"b" * LONGEST_BODY):
            for who in (None, assault.here.who("coordinator")):
                answer = assault.front.ask("POST", path, who=who, headers=headers, body=body)
                assert answer.status == (401 if is_webhook else 413), (path, who, answer.status)
                assert is_webhook or "Raccourcissez" in answer.text, path
    assert assault.snapshot.is_intact()


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 60_000,
        b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
        b'{"expected_version":' + b"9" * 5_000 + b"}",
        b'{"expected_version":NaN}',
        b'{"expected_version":1e400}',
        b'{"expected_version":-0}',
        b'{"expected_version":1,"expected_version":2}',
        b'{"expected_version":true}',
        b'{"\\ud800":"\\udfff"}',
        b"\xff\xfe{",
        b"null",
        b"",
    ],
    ids=[
        "brackets",
        "depth",
        "digits",
        "NaN",
        "infinity",
        "-0",
        "twice",
        "a boolean",
        "half letters",
        "UTF-16",
        "null",
        "none",
    ],
)
def test_no_json_breaks_a_command(assault: Assault, body: bytes) -> None:
    """What Python's own reader accepts or trips over is a refusal like any other."""
    headers = {"content-type": "application/json", "idempotency-key": KEY}
    for route in posting(assault, bearer=True):
        path = assault.here.address(route.path)
        answer = assault.front.ask("POST", path, who=assault.here.who("coordinator"), headers=headers, body=body)
        assert answer.status < 500, (path, answer.crash)
        json.loads(answer.body)
        assault.snapshot.restore()


def test_the_longest_headers_that_come_through_break_nothing(assault: Assault) -> None:
    """A query and headers as long as the gateway lets in, on each function, by each of its methods."""
    long = "é%" * (GATEWAY_HEADERS // 4)
    given = {"accept": long, "hx-current-url": f"https://{long}", "vigie-territory": long, "idempotency-key": long}
    routes = {(each.service, each.function, each.method): each for each in assault.front.routes()}
    for route in (each for each in routes.values() if each.function != "sign_in"):
        path = assault.here.address(route.path)
        who = assault.here.who("coordinator")
        answer = assault.front.ask(route.method, path, who=who, headers=given, query={"cursor": long, "q": long})
        assert answer.status < 500, (str(route), answer.crash)
    assert assault.snapshot.is_intact()
