"""A territory with a register and two structures, to test programmes in: people, enterprises, and the ways to ask."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import count
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from services.visits.programmes import api, calendar, pages
from services.visits.programmes.calendar_store import CalendarStore
from services.visits.programmes.claiming import TargetCommand
from services.visits.programmes.commands import CommitProgramme, DraftProgramme
from services.visits.programmes.committing import commit_programme
from services.visits.programmes.desk import Desk
from services.visits.programmes.drafting import draft_programme
from services.visits.programmes.populating import Populating
from services.visits.programmes.programme import Programme
from services.visits.register.enterprise import Enterprise
from services.visits.register.store import RegisterStore
from services.visits.visit import Visit
from services.visits.visit_items import visit_put
from shared.address_book import AddressBook
from shared.clock import FixedClock
from shared.events import Recorded, parse
from shared.events.visits import ProgrammeCommitted
from shared.idempotency import Request
from shared.identity import COOKIE, Caller, Identity, session_key
from shared.ids import new_id
from shared.tables import Item, MemoryTable

NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 27)
HERE = "belfort"
SITE = "https://vigie.example"
ISSUER, AUDIENCE = "https://issuer.example", "client"
STRUCTURES = {"cci": "CCI du Doubs", "opco": "OPCO 2i", "md3e": "Maison de l’emploi"}
PEOPLE = {
    "claire": ("Claire Martin", "cci", "capteur"),
    "karim": ("Karim Benali", "cci", "capteur"),
    "marie": ("Marie Petit", "cci", "manager"),
    "oscar": ("Oscar Leroy", "opco", "manager"),
    "carole": ("Carole Faure", "md3e", "coordinator"),
    "franck": ("Franck Noël", "md3e", "agency"),
}
SIRETS = ("73282932000074", "35600000049837", "55208131766522", "44306184100047", "40483304800022", "78945610000013")


@dataclass(frozen=True)
class Answer:
    """What came back from a request."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


def enterprise(siret: str, **changes: Any) -> Enterprise:
    """An enterprise of the register; `changes` replace its attributes."""
    known = {
        "id": siret,
        "siret": siret,
        "territory_id": HERE,
        "name": f"Atelier {siret[:4]}",
        "commune": "Belfort",
        "insee": "90010",
        "naf": "29.32Z",
        "size_band": "11",
        "source": "sirene",
    }
    return Enterprise.model_validate(known | changes)


def draft(**changes: Any) -> dict[str, Any]:
    """The JSON of a draft: ten visits a month for six months from October, to the automotive industry of Belfort."""
    return {
        "title": "Sous-traitants de l’automobile",
        "first_month": "2026-10",
        "months": 6,
        "per_month": 10,
        "population": {"communes": ["90010"], "naf": ["29"]},
    } | changes


@dataclass
class World:
    """The service over tables in memory, with a clock that stands still."""

    visits: MemoryTable = field(default_factory=MemoryTable)
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOW))
    sessions: MemoryTable = field(default_factory=MemoryTable)
    people: MemoryTable = field(default_factory=MemoryTable)
    known: MemoryTable = field(default_factory=MemoryTable)

    def __post_init__(self) -> None:
        self.register = RegisterStore(self.known)
        self.book = AddressBook(self.people)
        self.desk = Desk.over(self.visits, self.register, self.book, self.clock)
        self.identity = Identity(self.sessions, self.book)
        self.keys = count()
        self.settle()
        for name, (full_name, structure, role) in PEOPLE.items():
            self._welcome(name, full_name, structure, role)

    @cached_property
    def site(self) -> Callable[[Mapping[str, Any], Any], Mapping[str, Any]]:
        return pages.resolver(self.desk, CalendarStore(self.visits), self.identity, SITE)

    @cached_property
    def feed(self) -> Callable[[Mapping[str, Any], Any], Mapping[str, Any]]:
        reader = calendar.PlanReader(CalendarStore(self.visits), self.visits, self.book, self.clock)
        return calendar.resolver(reader, SITE)

    @cached_property
    def interface(self) -> Callable[[Mapping[str, Any], Any], Mapping[str, Any]]:
        return api.resolver(self.desk, self.identity, ISSUER, AUDIENCE)

    def settle(self, **settings: int) -> None:
        """What the territory chose about its visits."""
        self._put(self.people, f"T#{HERE}", "TERRITORY", id=HERE, name="Aire urbaine", visit_settings=settings)

    def keep(self, *enterprises: Enterprise) -> None:
        """Adds to the register."""
        self.register.keep(enterprises)

    def caller(self, who: str) -> Caller:
        return self.identity.of_page({COOKIE: who}, self.clock.now())

    def request(self, who: str, content: str = "") -> Request:
        """A request with a key of its own."""
        return Request.of(HERE, who, f"key-{next(self.keys):06}", content)

    def draft(self, who: str = "marie", **changes: Any) -> Programme:
        """A programme drafted straight through the use case."""
        command = DraftProgramme.model_validate(draft(**changes))
        programme_id = draft_programme(command, self.request(who), self.caller(who), self.desk)
        return self.programme(programme_id)

    def commit(self, programme: Programme, who: str = "marie") -> Programme:
        """The same, committed: its targets are not written yet."""
        command = CommitProgramme(expected_version=programme.version)
        commit_programme(command, programme.id, self.request(who), self.caller(who), self.desk)
        return self.programme(programme.id)

    def active(self, who: str = "marie", **changes: Any) -> Programme:
        """A programme whose targets can be claimed."""
        programme = self.commit(self.draft(who, **changes), who)
        self.populate(programme)
        return self.programme(programme.id)

    def populate(self, programme: Programme) -> None:
        """Hears of the commitment as the bus tells it."""
        store, surroundings = self.desk.store, self.desk.surroundings
        Populating(store, surroundings, self.register, self.clock).populate(self.told(programme))

    def told(self, programme: Programme) -> Recorded[ProgrammeCommitted]:
        """The fact of a commitment."""
        events = [event for entry in self.outbox() for event in entry["events"]]
        details = [json.loads(event["detail"]) for event in events if event["detail_type"] == "ProgrammeCommitted.v1"]
        detail = next(detail for detail in details if detail["data"]["programme_id"] == programme.id)
        return parse({"detail-type": "ProgrammeCommitted.v1", "detail": detail}, ProgrammeCommitted)

    def programme(self, programme_id: str) -> Programme:
        return self.desk.store.programme(HERE, programme_id)

    def asked(self, who: str, programme: Programme, enterprise_id: str) -> TargetCommand:
        """A command on a target."""
        return TargetCommand(programme.id, enterprise_id, self.request(who), self.caller(who))

    def outbox(self) -> list[Item]:
        """The facts not yet told."""
        return self.visits.query(f"T#{HERE}#OUTBOX").items

    def facts(self) -> list[str]:
        """Their names."""
        return [event["detail_type"].partition(".")[0] for entry in self.outbox() for event in entry["events"]]

    def visit(self, day: str, *, state: str = "reported", structure: str = "cci", **changes: Any) -> None:
        """A visit as the visits themselves are written; `changes` replace its attributes."""
        known = {
            "id": new_id(self.clock.now()),
            "territory_id": HERE,
            "version": 1,
            "state": state,
            "day": day,
            "planned_on": day,
            "structure_id": structure,
            "structure_name": STRUCTURES[structure],
            "member_id": "claire",
            "enterprise_id": SIRETS[0],
            "establishment": {"name": "Atelier 7328", "commune": "Belfort", "insee": "90010"},
            "recorded_at": "2026-11-20T08:00:00Z",
        }
        self.visits.write(visit_put(Visit.model_validate(known | changes)))

    def open(self, path: str, *, who: str | None = "claire", **query: str) -> Answer:
        """Opens a page."""
        return _answer(self.site(_event("GET", path, query) | _cookies(who), SimpleNamespace()))

    def post(self, path: str, fields: Mapping[str, str], *, who: str = "claire", origin: str = SITE) -> Answer:
        """Posts a form as a browser does."""
        headers = {"content-type": "application/x-www-form-urlencoded", "origin": origin}
        body = base64.b64encode(urlencode(fields).encode()).decode()
        event = _event("POST", path, {}, headers, body) | _cookies(who) | {"isBase64Encoded": True}
        return _answer(self.site(event, SimpleNamespace()))

    def call(
        self, method: str, path: str, body: Any = None, *, who: str = "marie", key: str = "", **query: str
    ) -> Answer:
        """Asks the JSON API with a verified token."""
        headers = {"content-type": "application/json", "idempotency-key": key or f"api-key-{next(self.keys):06}"}
        event = _event(method, path, query, headers, json.dumps(body) if body is not None else "")
        claims = {"iss": ISSUER, "client_id": AUDIENCE, "token_use": "access", "sub": who}
        event["requestContext"]["authorizer"] = {"jwt": {"claims": claims}}
        return _answer(self.interface(event, SimpleNamespace()))

    def subscribe(self, path: str, **headers: str) -> Answer:
        """Reads a feed as a calendar does, without a session."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return _answer(self.feed(_event("GET", path, {}, named), SimpleNamespace()))

    def _welcome(self, name: str, full_name: str, structure: str, role: str) -> None:
        until = int((NOW + timedelta(days=3650)).timestamp())
        membership = {
            "territory_id": HERE,
            "territory_name": "Aire urbaine",
            "structure_id": structure,
            "structure_name": STRUCTURES[structure],
            "member_id": name,
            "roles": [role],
        }
        self._put(self.people, f"USER#{name}", "USER", subject=name, name=full_name, memberships=[membership])
        self._put(self.sessions, session_key(name), "SESSION", subject=name, expires_at=until)
        member = {"id": name, "structure_id": structure, "name": full_name, "roles": [role]}
        self._put(self.people, f"T#{HERE}", f"MEMBER#{name}", **member)
        known = {"id": structure, "name": STRUCTURES[structure], "kind": "chambre"}
        self._put(self.people, f"T#{HERE}", f"STRUCTURE#{structure}", **known)

    @staticmethod
    def _put(table: MemoryTable, pk: str, sk: str, **attributes: Any) -> None:
        table.items[(pk, sk)] = {**attributes, "pk": pk, "sk": sk}


def _cookies(who: str | None) -> dict[str, Any]:
    return {"cookies": [f"{COOKIE}={who}"] if who else []}


def _event(
    method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str] | None = None, body: str = ""
) -> dict[str, Any]:
    """An HTTP API payload 2.0."""
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": urlencode(query),
        "queryStringParameters": dict(query),
        "headers": dict(headers or {}),
        "requestContext": {"http": {"method": method, "path": path}, "stage": "$default"},
        "body": body,
        "isBase64Encoded": False,
    }


def _answer(response: Mapping[str, Any]) -> Answer:
    body = response["body"] or ""
    text = base64.b64decode(body).decode() if response["isBase64Encoded"] else body
    return Answer(response["statusCode"], response["headers"], text)
