"""The site answers as API Gateway's HTTP API would."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from email.message import Message
from typing import Any

import pytest

from infra.local.cloud import Route
from infra.local.front import find_route
from infra.local.system import LocalSystem


@dataclass(frozen=True)
class Got:
    """An HTTP answer."""

    status: int
    headers: Message
    body: bytes


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def send(system: LocalSystem, path: str, data: bytes | None = None, **headers: str) -> Got:
    opener = urllib.request.build_opener(_Stay)
    request = urllib.request.Request(system.loopback_url + path, data, headers)  # noqa: S310 - loopback
    try:
        answer = opener.open(request)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        return Got(answer.status, answer.headers, answer.read())


@pytest.fixture(autouse=True)
def _settled(system: LocalSystem) -> Iterator[None]:
    yield
    system.settle()


def test_function_gets_payload_2_0(system: LocalSystem) -> None:
    """Method, path, parameters, cookies, query and body arrive where API Gateway puts them."""
    path = "/pages/a%20b/c?x=1&x=2"
    got = send(system, path, "é=1".encode(), Cookie="s=1; t=2", **{"Content-Type": "text/plain", "X-Own": "y"})
    event = json.loads(got.body)
    assert (event["version"], event["routeKey"], event["rawPath"]) == ("2.0", "ANY /pages/{proxy+}", "/pages/a b/c")
    assert event["pathParameters"] == {"proxy": "a b/c"}
    assert (event["rawQueryString"], event["queryStringParameters"]) == ("x=1&x=2", {"x": "1,2"})
    assert (event["cookies"], event["headers"]["x-own"]) == (["s=1", "t=2"], "y")
    assert (event["body"], event["isBase64Encoded"]) == ("é=1", False)
    assert event["requestContext"]["http"]["method"] == "POST"


def test_form_arrives_in_base64(system: LocalSystem) -> None:
    """A body whose type is not text is encoded."""
    event = json.loads(send(system, "/pages", b"a=1").body)
    assert (event["body"], event["isBase64Encoded"]) == ("YT0x", True)


def test_answer_of_the_function_is_the_answer(system: LocalSystem) -> None:
    """Status, headers, cookies and binary bodies go out as the function said."""
    got = send(system, "/pages?answer=cookies")
    assert (got.status, got.headers["location"]) == (303, "/x")
    assert got.headers.get_all("set-cookie") == ["a=1; Path=/", "b=2"]
    got = send(system, "/pages?answer=binary")
    assert (got.headers["content-type"], got.body) == ("image/png", b"\x89PNG")


@pytest.mark.parametrize(
    ("path", "status"), [("/nowhere", 404), ("/pages?answer=error", 500), ("/api/x", 401), ("/pages", 200)]
)
def test_statuses_of_the_gateway_itself(system: LocalSystem, path: str, status: int) -> None:
    """No route, a function that fails, a token that is missing."""
    assert send(system, path).status == status


def test_oversized_body_is_refused_before_the_function(system: LocalSystem) -> None:
    """Lambda takes six megabytes."""
    assert send(system, "/pages", b"x" * 6_000_001).status == 413


def test_bearer_token_of_the_issuer_opens(system: LocalSystem) -> None:
    """The function gets the verified claims as text; another issuer's token, or an altered one, gets 401."""
    token = system.issuer.client_tokens("partner", "vigie/alerts")["access_token"]
    got = send(system, "/api/x", Authorization=f"Bearer {token}")
    jwt = json.loads(got.body)["requestContext"]["authorizer"]["jwt"]
    assert (jwt["claims"]["sub"], jwt["claims"]["token_use"], jwt["scopes"]) == ("partner", "access", ["vigie/alerts"])
    head, body, signature = token.split(".")
    for forged in (f"{head}.{body}.{signature[::-1]}", f"{head}.{body}x.{signature}", f"{head}.{body}."):
        assert send(system, "/api/x", Authorization=f"Bearer {forged}").status == 401


def test_expired_token_is_refused(system: LocalSystem) -> None:
    """An hour of the movable clock ends a token."""
    token = system.issuer.client_tokens("partner", "")["access_token"]
    system.advance(timedelta(minutes=61))
    assert send(system, "/api/x", Authorization=f"Bearer {token}").status == 401


ROUTES = [
    Route(key, key)
    for key in ("ANY /a", "GET /a", "ANY /a/{proxy+}", "ANY /a/{id}", "ANY /a/b", "ANY /", "POST /a/{id}/c")
]


@pytest.mark.parametrize(
    ("method", "path", "key"),
    [
        ("GET", "/a", "GET /a"),
        ("POST", "/a", "ANY /a"),
        ("GET", "/a/b", "ANY /a/b"),
        ("GET", "/a/x", "ANY /a/{id}"),
        ("GET", "/a/x/y", "ANY /a/{proxy+}"),
        ("POST", "/a/x/c", "POST /a/{id}/c"),
        ("GET", "/", "ANY /"),
    ],
)
def test_most_specific_route_wins(method: str, path: str, key: str) -> None:
    """Literal before variable before greedy; a method before ANY."""
    found = find_route(ROUTES, method, path)
    assert found is not None
    assert found[0].key == key
