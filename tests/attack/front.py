"""The gateway in memory: finds the function of an address as the declarations say, and asks its real resolver."""

from __future__ import annotations

import base64
import json
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import urlencode

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from shared.aws import Aws
from shared.identity import COOKIE
from shared.runtime.web import endpoint
from shared.topology import Function, Serves, Service
from tests.attack.cloud import AUDIENCE, ISSUER, SITE, MemoryAws

SERVICES = Path(__file__).resolve().parents[2] / "services"


@dataclass(frozen=True)
class Answer:
    """What came back; `crash` is the traceback of what the product did not expect."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    cookies: tuple[str, ...] = ()
    crash: str = ""

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Route:
    """One method of one address; the names between `<>` stand for what a request fills in."""

    service: str
    function: str
    bearer: bool
    method: str
    path: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class Served:
    """A function that answers HTTP, built over the cloud in memory."""

    service: str
    declared: Function
    trigger: Serves
    resolver: APIGatewayHttpResolver
    handler: Any

    def routes(self) -> list[Route]:
        """Its routes, from the resolver's own table."""
        known = [*self.resolver._static_routes, *self.resolver._dynamic_routes]
        place = (self.service, self.declared.name, self.trigger.bearer)
        return [Route(*place, method, route.path) for route in known for method in sorted(_methods(route))]


@dataclass
class Front:
    """All functions that answer HTTP."""

    aws: MemoryAws = field(default_factory=MemoryAws)
    served: list[Served] = field(init=False)

    def __post_init__(self) -> None:
        self.served = [self._built(service.name, each) for service in services() for each in service.functions]
        self.served = [each for each in self.served if each is not None]

    def routes(self) -> list[Route]:
        """Every route of the site, whoever adds it."""
        return [route for each in self.served for route in each.routes()]

    def ask(
        self,
        method: str,
        path: str,
        *,
        who: str | None = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        body: bytes = b"",
        claims: Mapping[str, str] | None = None,
    ) -> Answer:
        """Passes a request on; `who` holds a session here, or a token whose claims may be replaced."""
        served = self.serving(path)
        event = _event(method, path, query or {}, headers or {}, body)
        if served.trigger.bearer:
            known = {"iss": ISSUER, "client_id": AUDIENCE, "token_use": "access", "sub": who} if who else {}
            event["requestContext"]["authorizer"] = {"jwt": {"claims": {**known, **(claims or {})}}}
        elif who:
            event["cookies"] = [f"{COOKIE}={who}"]
        try:
            return _answer(served.handler(event, SimpleNamespace()))
        except Exception:  # noqa: BLE001 - whatever comes out here is what the gateway answers 500 to
            return Answer(500, {}, b"", crash=traceback.format_exc())

    def call(self, method: str, path: str, given: Any = None, *, who: str, key: str = "a-key-long-enough") -> Answer:
        """Asks the JSON API as a program does."""
        headers = {"content-type": "application/json", "idempotency-key": key}
        return self.ask(method, path, who=who, headers=headers, body=json.dumps(given).encode() if given else b"")

    def post(self, path: str, fields: Mapping[str, str], *, who: str | None) -> Answer:
        """Posts a form as a browser does."""
        headers = {"content-type": "application/x-www-form-urlencoded", "origin": SITE}
        return self.ask("POST", path, who=who, headers=headers, body=urlencode(fields).encode())

    def serving(self, path: str) -> Served:
        """The function whose prefix fits best, as the gateway chooses."""
        found = [
            (len(prefix), each) for each in self.served for prefix in each.trigger.prefixes if _under(path, prefix)
        ]
        return max(found, key=lambda pair: pair[0])[1]

    def _built(self, service: str, declared: Function) -> Any:
        if not isinstance(declared.trigger, Serves):
            return None
        module = import_module(f"services.{service}.handlers.{declared.name}")
        resolver = module.build(cast(Aws, self.aws))
        return Served(service, declared, declared.trigger, resolver, _Handler(resolver))


class _Handler:
    """The resolver behind the product's own way in, whose errors come out as they are."""

    def __init__(self, resolver: APIGatewayHttpResolver) -> None:
        self._ask, self._head = resolver, endpoint(lambda _aws: resolver)

    def __call__(self, event: dict[str, Any], context: Any) -> Any:
        if event["requestContext"]["http"]["method"] == "HEAD":
            return self._head(event, context)
        return self._ask(event, context)


def services() -> list[Service]:
    """Every service's declaration."""
    names = sorted(path.parent.name for path in SERVICES.glob("*/service.py"))
    return [cast(Service, import_module(f"services.{name}.service").SERVICE) for name in names]


def _methods(route: Any) -> list[str]:
    return [route.method] if isinstance(route.method, str) else list(route.method)


def _under(path: str, prefix: str) -> bool:
    return prefix in ("/", path) or path.startswith(prefix + "/")


def _event(method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """An HTTP API payload 2.0: names of headers in lower case, the body in base 64 unless it is text."""
    encoded, text = False, ""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        encoded, text = True, base64.b64encode(body).decode()
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": urlencode(query),
        "queryStringParameters": dict(query),
        "headers": {name.lower(): value for name, value in headers.items()},
        "requestContext": {"http": {"method": method, "path": path, "sourceIp": "192.0.2.1"}, "stage": "$default"},
        "body": text,
        "isBase64Encoded": encoded,
    }


def _answer(response: Mapping[str, Any]) -> Answer:
    body = response.get("body") or ""
    raw = base64.b64decode(body) if response.get("isBase64Encoded") else body.encode()
    return Answer(response["statusCode"], response.get("headers", {}), raw, tuple(response.get("cookies") or ()))
