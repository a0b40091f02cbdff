"""A territory as its people make it, through the product's own ways in: one of everything that an address can name."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any, cast

from services.visits.questionnaire.shipped import shipped
from services.visits.resources import VISITS
from shared.aws import Aws
from shared.events import Event, Recorded, parse
from shared.events.visits import ProgrammeCommitted
from shared.identity import session_key
from shared.outbox import Outbox
from shared.published import ADDRESS_BOOK, SESSIONS
from shared.tables import MemoryTable
from tests.attack.front import Answer, Front
from tests.unit.visits.attachments.files import PDF
from tests.unit.visits.programmes.world import draft
from tests.unit.visits.territory import report, urgent

NOON = datetime(2026, 11, 27, 11, 0, tzinfo=UTC)
"""A Friday; the attacks stop the clock there."""
HERE, ELSEWHERE = "belfort-montbeliard-hericourt", "vallee-de-l-arve"
SIRETS = {HERE: "73282932000074", ELSEWHERE: "35600000049837"}
"""Of the enterprise that each has: where both know one SIRET, each has a record of its own under it."""
ROLES = {
    "capteur": "cci",
    "manager": "cci",
    "coordinator": "md3e",
    "deputy": "md3e",
    "steering": "md3e",
    "agency": "france-travail",
    "diffusion": "opco",
}
"""One member of each role, and their structure."""
STRANGER = "nobody-known"
WORDS = {
    "/visites": {"slug": "comite"},
    "/alertes/partenaires": {"slug": "adresse"},
    "/alertes": {"slug": "prise-en-charge"},
    "/entreprises": {"act": "opposition"},
    "/static": {"digest": "0", "name": "vigie.css"},
}
"""What fills the places of a route that hold one of a few words rather than an id."""
PARTNERS = {
    "mission": {"name": "Mission locale", "channel": "email", "address": "mission@example.org"},
    "cap": {"name": "Cap emploi", "channel": "sms", "address": "+33600000009"},
    "interim": {"name": "Intérim", "channel": "webhook", "address": "https://hooks.example.org/x"},
}
SECRET = b"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
_CALENDAR = re.compile(r"/calendrier/[^/\"]+/([A-Za-z0-9_-]+\.ics)")


def subject(territory_id: str, role: str) -> str:
    """The account of the member of that role: also their session here."""
    return f"{territory_id}.{role}"


@dataclass
class Town:
    """One territory; `ids` gives, by the name that routes use, what exists in it."""

    front: Front
    territory_id: str
    spice: str = ""
    """What somebody hostile adds to every name and text."""
    ids: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._settle()
        self._register()
        self._visits()
        self._programme()
        self._others()

    def who(self, role: str) -> str:
        return subject(self.territory_id, role)

    def call(self, method: str, path: str, given: Any = None, *, role: str = "coordinator", key: str = "") -> Any:
        """What the API answers to somebody whose request is in order."""
        key = key or f"town-{path}-{role}"[:100]
        answer = self.front.call(method, path, given, who=self.who(role), key=key)
        assert 200 <= answer.status < 300, (path, answer.text, answer.crash)
        return answer.json

    def _settle(self) -> None:
        pk, book = f"T#{self.territory_id}", self.front.aws.table(ADDRESS_BOOK)
        _put(book, "TERRITORIES", self.territory_id)
        _put(book, pk, "TERRITORY", id=self.territory_id, name=self._said(self.territory_id), communes=["25388"])
        for structure in set(ROLES.values()):
            _put(book, pk, f"STRUCTURE#{structure}", id=structure, name=self._said(structure), kind="other")
        for name, partner in PARTNERS.items():
            identity = f"{name}-{self.territory_id[:4]}"
            _put(
                book,
                pk,
                f"PARTNER#{identity}",
                id=identity,
                sealed_secret=self._sealed(identity),
                **self._named(partner),
            )
            self.ids["partner_id"] = identity
        for role, structure in ROLES.items():
            self._welcome(role, structure)

    def _said(self, text: str) -> str:
        return text.title() + self.spice

    def _named(self, partner: dict[str, str]) -> dict[str, str]:
        return {**partner, "name": self._said(partner["name"])}

    def _sealed(self, partner_id: str) -> str:
        context = {"territory": self.territory_id, "partner": partner_id}
        return base64.b64encode(self.front.aws.vault().encrypt(SECRET, context)).decode()

    def _welcome(self, role: str, structure: str) -> None:
        book, who = self.front.aws.table(ADDRESS_BOOK), self.who(role)
        member = {"id": role, "structure_id": structure, "name": self._said(f"Alix {role}"), "roles": [role]}
        contact = {"email": f"{who}@example.org", "phone": "+33600000001"}
        membership = {
            "territory_id": self.territory_id,
            "territory_name": self._said(self.territory_id),
            "structure_id": structure,
            "structure_name": self._said(structure),
            "member_id": role,
            "roles": [role],
        }
        _put(book, f"T#{self.territory_id}", f"MEMBER#{role}", **member, **contact)
        _put(book, f"USER#{who}", "USER", subject=who, name=member["name"], memberships=[membership])
        until = int((datetime.now(UTC) + timedelta(days=365)).timestamp())
        _put(self.front.aws.table(SESSIONS), session_key(who), "SESSION", subject=who, expires_at=until)

    def _register(self) -> None:
        known = {"name": self._said("Horlogerie du Lion"), "commune": "Montbéliard", "insee": "25388", "naf": "26.52Z"}
        given = {**known, "siret": SIRETS[self.territory_id]}
        self.ids["enterprise_id"] = self.call("POST", "/api/v1/enterprises", given)["id"]
        path = f"/api/v1/enterprises/{self.ids['enterprise_id']}/contacts"
        person = {"name": self._said("Camille Exemple"), "phone": "03 81 00 00 00", "last_contact_on": "2026-11-20"}
        self.ids["contact_id"] = self.call("POST", path, person, role="manager")["id"]

    def _visits(self) -> None:
        made = self.call("POST", "/api/v1/visits", self.visit("Soudeur TIG"), role="capteur")
        self.ids["visit_id"] = made["id"]
        shown = self.call("GET", f"/api/v1/visits/{made['id']}", role="capteur")
        self.ids["need_id"] = shown["needs"][0]["id"]
        path = f"/api/v1/visits/{made['id']}/attachments"
        begun = self.call("POST", path, {"title": self._said("Plan"), "kind": "pdf", "shared": True}, role="capteur")
        self.ids["attachment_id"] = begun["id"]
        bucket = self.front.aws.buckets["attachments"]
        bucket.put(begun["upload"]["fields"]["key"], PDF, "application/pdf")
        self.call("POST", f"{path}/{begun['id']}/keep", role="capteur")

    def visit(self, post: str, visited_on: str = "2026-11-26") -> dict[str, Any]:
        """The report of a visit with an urgent need."""
        needed = urgent(post=self._said(post), place=self._said("Héricourt"))
        lion = {"name": self._said("Horlogerie du Lion"), "siret": SIRETS[self.territory_id], "commune": "Montbéliard"}
        return report(visited_on=visited_on, needs=[needed], enterprise=lion, persons_met=[self._said("Gérante")])

    def _programme(self) -> None:
        population = {"communes": ["25388"], "naf": ["26"]}
        made = self.call(
            "POST",
            "/api/v1/programmes",
            draft(population=population, title=self._said("Sous-traitants")),
            role="manager",
        )
        self.ids["programme_id"] = made["id"]
        shown = self.call("GET", f"/api/v1/programmes/{made['id']}", role="manager")
        given = {"expected_version": shown["version"]}
        self.call("POST", f"/api/v1/programmes/{made['id']}/commit", given, role="manager")
        self.hear("visits", "populate_programme", ProgrammeCommitted)

    def _others(self) -> None:
        self.ids["import_id"] = self.call("POST", "/api/v1/imports", {"title": self._said("SIRENE")})["id"]
        content = shipped().model_dump(mode="json", include={"title", "sections"})
        self.call("POST", "/api/v1/questionnaire/draft", {"expected_revision": None, **content})
        made = self.front.post("/programmes/calendrier", {}, who=self.who("capteur"))
        found = _CALENDAR.search(made.text)
        assert found, (made.status, made.text, made.crash)
        self.ids |= {"number": "1", "territory_id": self.territory_id, "file": found[1]}

    def address(self, path: str) -> str:
        """A route's path with each name filled in; raises KeyError for a name that no town has yet."""
        known = {**self.ids, **next((ids for start, ids in WORDS.items() if path.startswith(start)), {})}
        known |= {"token": self.ids["stop_token"]} if path.startswith("/arret") else {}
        return re.sub(r"<(\w+)>", lambda found: known[found[1]], path)

    def hear(self, service: str, function: str, event: type[Event]) -> None:
        """Takes to one function what visits has published of that kind, as the relay and the bus do."""
        handle = import_module(f"services.{service}.handlers.{function}").build(cast(Aws, self.front.aws))
        for recorded in self.published(event):
            handle(recorded)

    def published(self, event: type[Event]) -> list[Recorded[Any]]:
        """The events of that kind that this territory has published so far."""
        table, bus = self.front.aws.table(VISITS), self.front.aws.the_bus
        for item in list(table.items.values()):
            Outbox(table, bus).follow(item)
        told = [(name, json.loads(detail)) for _, name, detail in bus.published if name == event.detail_type]
        facts = [parse({"detail-type": name, "detail": detail}, event) for name, detail in told]
        return [fact for fact in facts if fact.metadata.territory_id == self.territory_id]


def _put(table: MemoryTable, pk: str, sk: str, **attributes: Any) -> None:
    table.items[pk, sk] = {"pk": pk, "sk": sk, **attributes}


__all__ = ["ELSEWHERE", "HERE", "NOON", "ROLES", "STRANGER", "WORDS", "Answer", "Town", "subject"]
