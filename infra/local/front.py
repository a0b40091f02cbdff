"""The site on localhost: API Gateway's routes with payload 2.0 and the JWT authorizer, and the local pages beside them."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from werkzeug.wrappers import Request, Response

from infra.local.arns import ACCOUNT
from infra.local.authorizing import Denied, JwtCheck
from infra.local.children import Functions, Outcome
from infra.local.cloud import Api, Route
from infra.local.local_site import LocalSite
from infra.local.locking import World

_BODY_BYTES = 6_000_000
"""Lambda takes 6 MB, of which the envelope needs some; API Gateway itself would take 10."""
_ANY = "ANY"


class Front:
    """A WSGI application: `local` answers under `/_local/`, functions everything that a route names."""

    def __init__(self, world: World, api: Api, functions: Functions, jwt_check: JwtCheck, local: LocalSite) -> None:
        self._world = world
        self._api = api
        self._functions = functions
        self._jwt_check = jwt_check
        self._local = local

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        if request.path == "/_local" or request.path.startswith("/_local/"):
            return self._local(environ, start_response)
        return self._answer(request)(environ, start_response)

    def functions_served(self) -> set[str]:
        """The functions behind the routes."""
        return set(self._api.integrations.values())

    def _answer(self, request: Request) -> Response:
        found = find_route(self._api.routes, request.method, request.path)
        if found is None:
            return _message(404, "Not Found")
        if (request.content_length or 0) > _BODY_BYTES:
            return _message(413, "Request Entity Too Large")
        route, parameters = found
        try:
            claims = self._claims(route, request)
        except Denied:
            return _message(401, "Unauthorized", {"www-authenticate": "Bearer"})
        event = _event(request, route, parameters, claims)
        with self._world.invocation():
            outcome = self._functions.invoke(self._api.integrations[route.integration], event)
        return _response(outcome)

    def _claims(self, route: Route, request: Request) -> Mapping[str, Any] | None:
        if not route.authorizer:
            return None
        return self._jwt_check.claims(request.headers.get("Authorization", ""), self._api.authorizers[route.authorizer])


def find_route(routes: Iterable[Route], method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """The route that API Gateway would choose, with its path parameters: literal before variable before `{proxy+}`."""
    matching: list[tuple[tuple[int, ...], bool, Route, dict[str, str]]] = []
    for route in routes:
        if route.key == "$default":
            matching.append(((3,), True, route, {}))
            continue
        route_method, template = route.key.split(" ", 1)
        parameters = _match(template, path)
        if parameters is not None and route_method in (method, _ANY):
            matching.append((_specificity(template), route_method == _ANY, route, parameters))
    if not matching:
        return None
    _, _, route, parameters = min(matching, key=lambda found: (found[0], found[1]))
    return route, parameters


def _specificity(template: str) -> tuple[int, ...]:
    return tuple(2 if part.endswith("+}") else 1 if part.startswith("{") else 0 for part in template.split("/"))


def _match(template: str, path: str) -> dict[str, str] | None:
    wanted, given = template.strip("/").split("/"), path.strip("/").split("/")
    parameters: dict[str, str] = {}
    for position, part in enumerate(wanted):
        if part.endswith("+}"):
            rest = "/".join(given[position:])
            return parameters | {part[1:-2]: rest} if rest else None
        if position >= len(given):
            return None
        if part.startswith("{"):
            parameters[part[1:-1]] = given[position]
        elif part != given[position]:
            return None
    return parameters if len(wanted) == len(given) else None


def _event(
    request: Request, route: Route, parameters: dict[str, str], claims: Mapping[str, Any] | None
) -> dict[str, Any]:
    body = request.get_data()
    text, encoded = _body_text(body, request.headers.get("Content-Type", ""))
    cookies = request.headers.get("Cookie", "")
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": route.key,
        "rawPath": request.path,
        "rawQueryString": request.query_string.decode(),
        "headers": {name.lower(): value for name, value in request.headers.items() if name.lower() != "cookie"},
        "requestContext": _context(request, route, claims),
        "isBase64Encoded": encoded,
    }
    optional = {
        "cookies": [cookie.strip() for cookie in cookies.split(";") if cookie.strip()],
        "queryStringParameters": {name: ",".join(values) for name, values in request.args.lists()},
        "pathParameters": parameters,
        "body": text,
    }
    return event | {name: value for name, value in optional.items() if value}


def _body_text(body: bytes, content_type: str) -> tuple[str, bool]:
    """Text as it is, anything else in base64, as API Gateway decides by the content type."""
    textual = content_type.startswith(("text/", "application/json", "application/javascript", "application/xml"))
    if not body or textual:
        return body.decode(errors="replace"), False
    return base64.b64encode(body).decode(), True


def _context(request: Request, route: Route, claims: Mapping[str, Any] | None) -> dict[str, Any]:
    now = datetime.now(UTC)
    context: dict[str, Any] = {
        "accountId": ACCOUNT,
        "apiId": "local0api0",
        "domainName": request.host,
        "domainPrefix": "local",
        "http": {
            "method": request.method,
            "path": request.path,
            "protocol": "HTTP/1.1",
            "sourceIp": request.remote_addr or "127.0.0.1",
            "userAgent": request.headers.get("User-Agent", ""),
        },
        "requestId": str(uuid.uuid4()),
        "routeKey": route.key,
        "stage": "$default",
        "time": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "timeEpoch": int(now.timestamp() * 1000),
    }
    if claims is not None:
        scopes = str(claims["scope"]).split() if "scope" in claims else None
        context["authorizer"] = {"jwt": {"claims": {n: _as_text(v) for n, v in claims.items()}, "scopes": scopes}}
    return context


def _as_text(value: Any) -> str:
    """API Gateway hands every claim over as text; a list becomes `[a b]`."""
    return f"[{' '.join(map(str, value))}]" if isinstance(value, list) else str(value)


def _response(outcome: Outcome) -> Response:
    result = outcome.result
    if outcome.error:
        return _message(500, "Internal Server Error")
    if not isinstance(result, dict) or "statusCode" not in result:
        return Response(json.dumps(result), 200, content_type="application/json")
    body = result.get("body") or ""
    content = base64.b64decode(body) if result.get("isBase64Encoded") else body
    response = Response(content, int(result["statusCode"]))
    headers = {
        **{n: ",".join(v) for n, v in (result.get("multiValueHeaders") or {}).items()},
        **result.get("headers", {}),
    }
    for name, value in headers.items():
        response.headers[name] = str(value)
    for cookie in result.get("cookies") or []:
        response.headers.add("Set-Cookie", cookie)
    return response


def _message(status: int, text: str, headers: dict[str, str] | None = None) -> Response:
    return Response(json.dumps({"message": text}), status, headers, content_type="application/json")
