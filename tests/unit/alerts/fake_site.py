"""The pages and the API of alerts over a platform in memory, asked as the gateway passes requests on."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from services.alerts.messages.links import Links
from services.alerts.rules.alert import Alert
from services.alerts.site import api, pages
from shared.identity import COOKIE, Identity, session_key
from shared.tables import MemoryTable
from tests.unit.alerts.fake_platform import ELSEWHERE, MEMBERS, STRUCTURES, TERRITORY, Platform

SITE = "https://vigie.example"
ISSUER, AUDIENCE = "https://issuer.example", "client-1"
LINK_KEY = "a key of the links that only the tests know"
_TAGS = re.compile(r"<[^>]+>")
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


@dataclass(frozen=True)
class Answer:
    """What came back from a request."""

    status: int
    headers: Mapping[str, str]
    body: str
    cookies: tuple[str, ...] = ()

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        """The words of a page, without tags, spaces made plain."""
        return " ".join(unescape(_TAGS.sub(" ", self.body)).split())

    @property
    def hidden(self) -> dict[str, str]:
        """The hidden fields of the page's forms."""
        return dict(_HIDDEN.findall(self.body))

    @property
    def code(self) -> str:
        """The last part of a problem's type."""
        return str(self.json["type"].rpartition("/")[2])


class Site:
    """The service's two web functions; every member of the platform has an account, named by the member's id."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.sessions = MemoryTable()
        self.links = Links(lambda: LINK_KEY, SITE)
        self.identity = Identity(self.sessions, platform.book)
        self._api = api.resolver(platform.desk, platform.deliveries, self.identity, ISSUER, AUDIENCE)
        self._pages = pages.resolver(platform.desk, platform.deliveries, self.identity, self.links, SITE)
        for entry in MEMBERS:
            self._add_account(entry["id"], TERRITORY, entry)
        self._add_account("stranger", ELSEWHERE, MEMBERS[2])

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        who: str | None = "m-coord",
        key: str | None = "",
        **query: str,
    ) -> Answer:
        """Asks the JSON API with a token that the gateway has verified; a fresh key each time unless one is given."""
        key = f"key-{self.platform.new_id(self.platform.clock.now())}" if key == "" else key
        headers = {"content-type": "application/json"} | ({"idempotency-key": key} if key else {})
        event = _event(method, path, query, headers, body if isinstance(body, str) else json.dumps(body))
        claims = {"iss": ISSUER, "client_id": AUDIENCE, "token_use": "access", "sub": who}
        event["requestContext"]["authorizer"] = {"jwt": {"claims": claims if who else {}}}
        return _answer(self._api(event, SimpleNamespace()))

    def open(
        self, path: str, *, who: str | None = "m-coord", method: str = "GET", fragment: bool = False, **query: str
    ) -> Answer:
        """Opens a page as somebody who is signed in, or not; a `fragment` is asked for by htmx."""
        event = _event(method, path, query, {"hx-request": "true"} if fragment else {}, "") | {
            "cookies": [f"{COOKIE}={who}"] if who else []
        }
        return _answer(self._pages(event, SimpleNamespace()))

    def post(
        self, path: str, fields: Mapping[str, str], *, who: str | None = "m-coord", origin: str | None = SITE
    ) -> Answer:
        """Posts a form as a browser does."""
        headers = {"content-type": "application/x-www-form-urlencoded"} | ({"origin": origin} if origin else {})
        event = _event("POST", path, {}, headers, base64.b64encode(urlencode(fields).encode()).decode())
        event |= {"isBase64Encoded": True, "cookies": [f"{COOKIE}={who}"] if who else []}
        return _answer(self._pages(event, SimpleNamespace()))

    def fill_in(self, alert: Alert, slug: str, who: str = "m-coord", **fields: str) -> Answer:
        """Opens an action's form, types, and posts it with its hidden fields."""
        path = f"/alertes/{alert.alert_id}/{slug}"
        return self.post(path, {**self.open(path, who=who).hidden, **fields}, who=who)

    def token(self, alert: Alert, who: str = "m-agency") -> str:
        """The agency's signed token for this alert."""
        return self.links.answer_url(alert, who).rpartition("/")[2]

    def _add_account(self, subject: str, territory_id: str, entry: Mapping[str, Any]) -> None:
        until = int((self.platform.clock.now() + timedelta(days=365)).timestamp())
        membership = {
            "territory_id": territory_id,
            "territory_name": territory_id.title(),
            "structure_id": entry["structure_id"],
            "structure_name": STRUCTURES[entry["structure_id"]],
            "member_id": entry["id"],
            "roles": entry["roles"],
        }
        user = {"subject": subject, "name": entry["name"], "memberships": [membership]}
        _put(self.platform.directory, f"USER#{subject}", "USER", user)
        _put(self.sessions, session_key(subject), "SESSION", {"subject": subject, "expires_at": until})


def _put(table: MemoryTable, pk: str, sk: str, attributes: dict[str, Any]) -> None:
    table.items[pk, sk] = {"pk": pk, "sk": sk, **attributes}


def _event(method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str], body: str) -> dict[str, Any]:
    """An HTTP API payload 2.0."""
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": urlencode(query),
        "queryStringParameters": dict(query),
        "headers": dict(headers),
        "requestContext": {"http": {"method": method, "path": path}, "stage": "$default"},
        "body": body,
        "isBase64Encoded": False,
    }


def _answer(response: Mapping[str, Any]) -> Answer:
    body = response["body"] or ""
    text = base64.b64decode(body).decode() if response["isBase64Encoded"] else body
    return Answer(response["statusCode"], response["headers"], text, tuple(response.get("cookies", ())))
