"""The development issuer's pages and endpoints: who would you like to be?"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from werkzeug.exceptions import BadRequest
from werkzeug.routing import Rule
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from infra.local.durability import Store
from infra.local.issuer import BadGrant, Issuer
from infra.local.rendering import Pages
from infra.stages import LOCAL
from shared.topology import physical_name
from shared.web.requests import ROLE_LABELS

ADDRESS_BOOK = physical_name(LOCAL.prefix, "directory", "address-book")
_ASKED = ("client_id", "redirect_uri", "state", "nonce", "code_challenge", "scope")
_LOOPBACK = {"localhost", "127.0.0.1"}


@dataclass(frozen=True)
class DemoUser:
    """Somebody of the address book whom one can be by a click."""

    subject: str
    name: str
    places: tuple[str, ...]
    """Roles, structure and territory of each membership, in French."""


def demo_users(store: Store) -> list[DemoUser]:
    """Everybody who can sign in, by name."""
    users = (_user(item) for item in store.items(ADDRESS_BOOK) if item["pk"]["S"].startswith("USER#"))
    return sorted((user for user in users if user.subject not in LOCAL.machines), key=lambda user: user.name)


def _user(item: dict[str, Any]) -> DemoUser:
    subject = item["pk"]["S"].removeprefix("USER#")
    memberships = [membership["M"] for membership in item.get("memberships", {}).get("L", [])]
    return DemoUser(subject, item.get("name", {}).get("S", subject), tuple(map(_place, memberships)))


def _place(membership: dict[str, Any]) -> str:
    roles = membership.get("roles", {})
    names = roles.get("SS") or [role["S"] for role in roles.get("L", [])]
    where = [membership.get(name, {}).get("S", "") for name in ("structure_name", "territory_name")]
    return ", ".join(filter(None, [*(label for role, label in ROLE_LABELS.items() if role in names), *where]))


class IssuerPages:
    """Everything under `/_local/issuer/`."""

    def __init__(self, issuer: Issuer, store: Store) -> None:
        self._issuer = issuer
        self._store = store
        self._base = urlsplit(issuer.url).path

    def rules(self, pages: Pages) -> list[Rule]:
        """The routes, drawn with these pages."""
        self._pages = pages
        endpoints = {
            ("GET", "/.well-known/openid-configuration"): lambda _: _json(self._issuer.discovery()),
            ("GET", "/.well-known/jwks.json"): lambda _: _json(self._issuer.jwks()),
            ("GET", "/oauth2/authorize"): self._ask,
            ("POST", "/oauth2/authorize"): self._sign_in,
            ("POST", "/oauth2/token"): self._token,
        }
        return [
            Rule(self._base + path, endpoint=endpoint, methods=[method])
            for (method, path), endpoint in endpoints.items()
        ]

    def _ask(self, request: Request) -> Response:
        asked = _asked(request.args)
        return self._pages.page("sign_in.html", asked=asked, users=demo_users(self._store))

    def _sign_in(self, request: Request) -> Response:
        asked, subject = _asked(request.form), request.form.get("subject", "")
        if subject not in {user.subject for user in demo_users(self._store)}:
            raise BadRequest("unknown user")
        code = self._issuer.code(subject, f"{subject}@demonstration.example", asked)
        back = urlencode({"code": code, "state": asked["state"]})
        return redirect(f"{asked['redirect_uri']}?{back}", 303)

    def _token(self, request: Request) -> Response:
        form = request.form.to_dict()
        try:
            return _json(self._granted(form, request), no_store=True)
        except BadGrant as error:
            return _json({"error": str(error)}, status=400)

    def _granted(self, form: dict[str, str], request: Request) -> dict[str, Any]:
        match form.get("grant_type"):
            case "authorization_code":
                return self._issuer.exchange(form)
            case "client_credentials":
                client = request.authorization.username if request.authorization else form.get("client_id")
                if client not in LOCAL.machines:
                    raise BadGrant("invalid_client")
                return self._issuer.client_tokens(client, form.get("scope", ""))
        raise BadGrant("unsupported_grant_type")


def _asked(given: Any) -> dict[str, str]:
    """The authorization request; a code only ever goes back to this machine."""
    asked = {name: given.get(name, "") for name in _ASKED}
    if urlsplit(asked["redirect_uri"]).hostname not in _LOOPBACK:
        raise BadRequest("redirect_uri must be on this machine")
    return asked


def _json(value: Any, *, status: int = 200, no_store: bool = False) -> Response:
    headers = {"Cache-Control": "no-store"} if no_store else {}
    return Response(json.dumps(value), status, headers, content_type="application/json")
