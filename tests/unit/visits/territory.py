"""A small territory to test visits in: three members of two structures, one neighbour, and the ways to ask as each."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from services.visits import api, pages
from services.visits.attaching import cabinet_of
from services.visits.commands import ReportVisit
from services.visits.desk import VisitDesk
from services.visits.register.store import RegisterStore
from services.visits.reporting_visit import Reported, report_visit
from services.visits.store import VisitStore
from shared.address_book import AddressBook
from shared.clock import FixedClock
from shared.idempotency import Request
from shared.identity import COOKIE, Caller, Identity, session_key
from shared.objects import MemoryBucket
from shared.tables import Item, MemoryTable

FRIDAY = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
SITE = "https://vigie.example"
ISSUER, AUDIENCE = "https://issuer.example", "client"
HERE, ELSEWHERE = "belfort-montbeliard-hericourt", "vallee-de-l-arve"
KEY = "3f1d0c1e-6f0b-4a59-9d2c-6a3d6cf5a1b2"
SIRET = "73282932000074"


def membership(territory: str, structure: str, member: str, *roles: str) -> Item:
    """A membership as the directory writes it."""
    return {
        "territory_id": territory,
        "territory_name": territory.title(),
        "structure_id": structure,
        "structure_name": structure.title(),
        "member_id": member,
        "roles": list(roles),
    }


MEMBERS = {
    "capteur": membership(HERE, "cci", "capteur", "capteur"),
    "colleague": membership(HERE, "cci", "colleague", "manager"),
    "rival": membership(HERE, "opco", "rival", "capteur"),
    "coordinator": membership(HERE, "md3e", "coordinator", "coordinator"),
    "agency": membership(HERE, "france-travail", "agency", "agency"),
    "neighbour": membership(ELSEWHERE, "cci", "neighbour", "coordinator"),
}


def report(**changes: Any) -> dict[str, Any]:
    """The JSON of a visit with an urgent need; `changes` replace its attributes."""
    return {
        "enterprise": {"name": "Horlogerie du Lion", "siret": SIRET, "commune": "Montbéliard", "naf": "26.52Z"},
        "visited_on": "2026-11-26",
        "mode": "on_site",
        "persons_met": ["Gérante"],
        "needs": [urgent()],
    } | changes


def urgent(**changes: Any) -> dict[str, Any]:
    """The JSON of an urgent recruitment need; `changes` replace attributes of the post."""
    post = {
        "post": "Soudeur TIG",
        "quantity": 2,
        "contract": "cdi",
        "place": "Héricourt",
        "rome_code": "H2913",
        "wanted_on": "2026-12-15",
    }
    return {"theme": "recruitment", "urgency": "urgent", "recruitment": post | changes}


def form(**changes: str) -> dict[str, str]:
    """The fields of the visit form with an urgent need, as a browser posts them."""
    return {
        "idempotency_key": KEY,
        "enterprise_name": "Horlogerie du Lion",
        "siret": "732 829 320 00074",
        "commune": "Montbéliard",
        "visited_on-day": "26",
        "visited_on-month": "11",
        "visited_on-year": "2026",
        "mode": "on_site",
        "persons_met": "Gérante",
        "q-activity_trend": "up",
        "q-headcount_trend": "stable",
        "q-issues-recruit": "oui",
        "urgent": "oui",
        "post": "Soudeur TIG",
        "rome": "soudeur",
        "quantity": "2",
        "contract": "cdi",
        "place": "",
        "wanted_on-day": "15",
        "wanted_on-month": "12",
        "wanted_on-year": "2026",
    } | changes


@dataclass(frozen=True)
class Answer:
    """What came back from a request."""

    status: int
    headers: Mapping[str, str]
    text: str
    cookies: tuple[str, ...] = ()

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def refused(self) -> dict[str, str]:
        """The refusals of a problem document, by field."""
        return {error["field"]: error["detail"] for error in self.json.get("errors", [])}


@dataclass
class Territory:
    """The service over tables in memory, with a clock that stands still."""

    clock: FixedClock = field(default_factory=lambda: FixedClock(FRIDAY))
    table: MemoryTable = field(default_factory=MemoryTable)
    sessions: MemoryTable = field(default_factory=MemoryTable)
    book: MemoryTable = field(default_factory=MemoryTable)
    register: MemoryTable = field(default_factory=MemoryTable)
    bucket: MemoryBucket = field(default_factory=MemoryBucket)

    def __post_init__(self) -> None:
        self.store = VisitStore(self.table)
        book = AddressBook(self.book)
        self.identity = Identity(self.sessions, book)
        self.desk = VisitDesk(self.store, RegisterStore(self.register), book, self.clock)
        self.cabinet = cabinet_of(self.desk, lambda: self.bucket, SITE)
        self._api = api.resolver(self.desk, self.cabinet, self.identity, ISSUER, AUDIENCE)
        self._pages = pages.resolver(self.desk, self.cabinet, self.identity, SITE)
        until = int((FRIDAY + timedelta(days=365)).timestamp())
        for subject, member in MEMBERS.items():
            self._put(self.book, f"USER#{subject}", "USER", subject=subject, name=subject, memberships=[member])
            self._put(self.sessions, session_key(subject), "SESSION", subject=subject, expires_at=until)
            self._introduce(member)

    def caller(self, who: str = "capteur") -> Caller:
        return self.identity.of_page({COOKIE: who}, self.clock.now())

    def report(self, body: dict[str, Any], *, key: str = KEY, who: str = "capteur") -> Reported:
        """Reports a visit straight through the use case."""
        caller = self.caller(who)
        request = Request.of(caller.territory_id, caller.member_id, key, json.dumps(body))
        command = ReportVisit.model_validate(body)
        return report_visit(command, request, caller, self.desk)

    def kept(self, mark: str) -> list[Item]:
        """The items of the table whose key tells what they are."""
        return [item for (pk, sk), item in sorted(self.table.items.items()) if mark in f"{pk}/{sk}"]

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        who: str | None = "capteur",
        key: str | None = KEY,
        headers: Mapping[str, str] | None = None,
        **query: str,
    ) -> Answer:
        """Asks the JSON API with a token that the gateway has verified; without `who`, with none."""
        headers = {"content-type": "application/json", **(headers or {})} | ({"idempotency-key": key} if key else {})
        event = _event(method, path, query, headers, body if isinstance(body, str) else json.dumps(body))
        claims = {"iss": ISSUER, "client_id": AUDIENCE, "token_use": "access", "sub": who}
        event["requestContext"]["authorizer"] = {"jwt": {"claims": claims if who else {}}}
        return _answer(self._api(event, SimpleNamespace()))

    def open(
        self, path: str, *, who: str | None = "capteur", headers: Mapping[str, str] | None = None, **query: str
    ) -> Answer:
        """Opens a page as somebody who is signed in, or not."""
        event = _event("GET", path, query, headers or {}, "")
        return _answer(self._pages(event | _cookies(who), SimpleNamespace()))

    def post(
        self,
        path: str,
        fields: Mapping[str, str],
        *,
        who: str | None = "capteur",
        origin: str = SITE,
        accept: str = "text/html",
    ) -> Answer:
        """Posts a form as a browser does."""
        headers = {"content-type": "application/x-www-form-urlencoded", "origin": origin, "accept": accept}
        event = _event("POST", path, {}, headers, base64.b64encode(urlencode(fields).encode()).decode())
        return _answer(self._pages(event | _cookies(who) | {"isBase64Encoded": True}, SimpleNamespace()))

    def serve(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Passes a real HTTP request on to the pages; its cookies say who asks."""
        path, _, query = target.partition("?")
        event = _event(method, path, dict(parse_qsl(query)), headers, base64.b64encode(body).decode())
        cookies = [cookie.strip() for cookie in headers.get("cookie", "").split(";") if cookie]
        return _answer(self._pages(event | {"isBase64Encoded": True, "cookies": cookies}, SimpleNamespace()))

    def _introduce(self, member: Item) -> None:
        """Writes a member, their structure and their territory into the address book, as the directory does."""
        pk, structure = f"T#{member['territory_id']}", member["structure_id"]
        self._put(self.book, pk, "TERRITORY", id=member["territory_id"], name=member["territory_name"])
        self._put(self.book, pk, f"STRUCTURE#{structure}", id=structure, name=member["structure_name"], kind="other")
        name, roles = member["member_id"].title(), member["roles"]
        key = f"MEMBER#{member['member_id']}"
        self._put(self.book, pk, key, id=member["member_id"], structure_id=structure, name=name, roles=roles)

    @staticmethod
    def _put(table: MemoryTable, pk: str, sk: str, **attributes: Any) -> None:
        table.items[(pk, sk)] = {"pk": pk, "sk": sk, **attributes}


def _cookies(who: str | None) -> dict[str, Any]:
    return {"cookies": [f"{COOKIE}={who}"] if who else []}


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
