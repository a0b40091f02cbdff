"""The counter of imports: its pages and its API, asked as a browser or a program asks."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from services.visits.importing import api, pages
from shared.address_book import AddressBook
from shared.identity import COOKIE, Identity, session_key
from shared.tables import MemoryTable
from tests.unit.visits.importing.workshop import HERE, Workshop

SITE = "https://vigie.example"
ISSUER, AUDIENCE = "https://issuer.example", "client"
KEY = "3f1d0c1e-6f0b-4a59-9d2c-6a3d6cf5a1b2"


@dataclass(frozen=True)
class Answer:
    """What came back, its no-break spaces as plain ones."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@dataclass
class Counter:
    """The pages and the API over a workshop; `camille` coordinates, `sam` visits, `noor` coordinates elsewhere."""

    workshop: Workshop = field(default_factory=Workshop)

    def __post_init__(self) -> None:
        book, sessions = MemoryTable(), MemoryTable()
        for member, role, territory in (
            ("camille", "coordinator", HERE),
            ("sam", "capteur", HERE),
            ("noor", "coordinator", "ailleurs"),
        ):
            names = {"territory_name": "Aire urbaine", "structure_id": "md3e", "structure_name": "MD3E"}
            membership = {**names, "territory_id": territory, "member_id": member, "roles": [role]}
            person = {"id": member, "structure_id": "md3e", "name": member.title(), "roles": [role]}
            _put(book, f"USER#{member}", "USER", subject=member, name=member.title(), memberships=[membership])
            _put(book, f"T#{territory}", f"MEMBER#{member}", **person)
            _put(book, f"T#{territory}", "TERRITORY", id=territory, name="Aire urbaine")
            _put(sessions, session_key(member), "SESSION", subject=member, expires_at=2**40)
        identity = Identity(sessions, AddressBook(book))
        commands = self.workshop.commands
        self._pages = pages.resolver(commands, AddressBook(book), identity, self.workshop.clock, SITE)
        self._api = api.resolver(commands, identity, ISSUER, AUDIENCE, SITE)

    def open(self, path: str, who: str | None = "camille") -> Answer:
        """Opens a page."""
        return _answer(self._pages(_event("GET", path, {}, "") | _cookies(who), SimpleNamespace()))

    def post(self, path: str, who: str | None = "camille", origin: str = SITE, **fields: str) -> Answer:
        """Posts a form as a browser does."""
        headers = {"content-type": "application/x-www-form-urlencoded", "origin": origin}
        event = _event("POST", path, headers, urlencode(fields))
        return _answer(self._pages(event | _cookies(who), SimpleNamespace()))

    def call(self, method: str, path: str, body: Any = None, *, who: str = "camille", key: str | None = KEY) -> Answer:
        """Asks the API with a token that the gateway has verified."""
        headers = {"content-type": "application/json"} | ({"idempotency-key": key} if key else {})
        event = _event(method, path, headers, json.dumps(body) if body is not None else "")
        claims = {"iss": ISSUER, "client_id": AUDIENCE, "token_use": "access", "sub": who}
        event["requestContext"]["authorizer"] = {"jwt": {"claims": claims}}
        return _answer(self._api(event, SimpleNamespace()))

    def send(self, import_id: str, content: bytes) -> None:
        """What the browser and the bucket do between them."""
        form = self.workshop.objects.upload_form(self.workshop.get(import_id), f"{SITE}/imports/{import_id}")
        assert self.workshop.bucket.receive(form, content)


def _put(table: MemoryTable, pk: str, sk: str, **attributes: Any) -> None:
    table.items[(pk, sk)] = {"pk": pk, "sk": sk, **attributes}


def _cookies(who: str | None) -> dict[str, Any]:
    return {"cookies": [f"{COOKIE}={who}"] if who else []}


def _event(method: str, path: str, headers: Mapping[str, str], body: str) -> dict[str, Any]:
    """An HTTP API payload 2.0."""
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "queryStringParameters": {},
        "headers": dict(headers),
        "requestContext": {"http": {"method": method, "path": path}, "stage": "$default"},
        "body": body,
        "isBase64Encoded": False,
    }


def _answer(response: Mapping[str, Any]) -> Answer:
    body = response["body"] or ""
    text = base64.b64decode(body).decode() if response["isBase64Encoded"] else body
    plain = text.replace("\u00a0", " ").replace("\u202f", " ")
    return Answer(response["statusCode"], response["headers"], plain)
