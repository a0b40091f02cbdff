"""The whole pipeline of imports in memory: queues that drain when told, a bucket, two tables; and files to feed it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from services.visits.importing.advancing import ImportAdvancer
from services.visits.importing.chunking import ChunkHandler
from services.visits.importing.commands import BeginImport, ImportCommands, begin_import
from services.visits.importing.objects import ImportObjects
from services.visits.importing.record import Import
from services.visits.importing.settling import Settler
from services.visits.importing.store import ImportStore
from services.visits.importing.work import Advance, ChunkWork
from services.visits.register.enterprise import Enterprise, enterprise_of
from services.visits.register.store import RegisterStore
from shared.address_book import Membership, Territory
from shared.clock import FixedClock
from shared.idempotency import Request
from shared.identity import Caller
from shared.ids import new_id
from shared.objects import MemoryBucket
from shared.tables import MemoryTable

FRIDAY = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
HERE = "belfort-montbeliard-hericourt"
SIRETS = ("73282932000074", "00542002100031", "35600000049837", "55208131766522")
"""Valid ones: an ordinary one, one that begins with zeros, one of La Poste, one of an energy company."""
OFFICIAL: dict[str, str] = {
    "siren": "732829320",
    "nic": "00074",
    "siret": SIRETS[0],
    "statutDiffusionEtablissement": "O",
    "dateCreationEtablissement": "2001-03-01",
    "trancheEffectifsEtablissement": "11",
    "anneeEffectifsEtablissement": "2023",
    "activitePrincipaleEtablissement": "26.52Z",
    "nomenclatureActivitePrincipaleEtablissement": "NAFRev2",
    "activitePrincipaleNAF25Etablissement": "26.52Y",
    "codePostalEtablissement": "25200",
    "codeCommuneEtablissement": "25388",
    "libelleCommuneEtablissement": "MONTBELIARD",
    "etatAdministratifEtablissement": "A",
    "enseigne1Etablissement": "",
    "denominationUsuelleEtablissement": "HORLOGERIE DU LION",
    "caractereEmployeurEtablissement": "O",
    "etablissementSiege": "true",
    "numeroVoieEtablissement": "4",
    "typeVoieEtablissement": "RUE",
    "libelleVoieEtablissement": "DES GRANGES",
}


def official(**changes: str) -> dict[str, str]:
    """A row of SIRENE's file; `changes` replace its cells."""
    return OFFICIAL | changes


def table(rows: Sequence[Mapping[str, str]], separator: str = ",", encoding: str = "utf-8") -> bytes:
    """Rows as a CSV file whose columns are the keys of the first one."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


@dataclass
class MemoryQueue:
    """The fake: messages in a list."""

    bodies: list[str] = field(default_factory=list)

    def send(self, body: str) -> None:
        self.bodies.append(body)

    def take(self) -> str:
        return self.bodies.pop(0)


@dataclass
class Workshop:
    """The parts of the pipeline, wired as the handlers wire them."""

    communes: tuple[str, ...] = ()
    clock: FixedClock = field(default_factory=lambda: FixedClock(FRIDAY))
    table: MemoryTable = field(default_factory=MemoryTable)
    register_table: MemoryTable = field(default_factory=MemoryTable)
    bucket: MemoryBucket = field(default_factory=MemoryBucket)
    advances: MemoryQueue = field(default_factory=MemoryQueue)
    chunks: MemoryQueue = field(default_factory=MemoryQueue)

    def __post_init__(self) -> None:
        self.store, self.objects = ImportStore(self.table), ImportObjects(self.bucket)
        self.register = RegisterStore(self.register_table)
        settler = Settler(self.store, self.clock, new_id)
        self.advancer = ImportAdvancer(self.store, self.objects, settler, self.chunks, self._territory, self.clock)
        self.chunker = ChunkHandler(self.store, self.objects, self.register, settler)
        self.commands = ImportCommands(self.store, self.objects, self.advances, self.clock)

    def _territory(self, territory_id: str) -> Territory:
        return Territory(id=territory_id, name=territory_id.title(), communes=self.communes)

    def caller(self, *roles: str) -> Caller:
        ids = {"territory_id": HERE, "structure_id": "md3e", "member_id": "camille"}
        names = {"territory_name": "Aire urbaine", "structure_name": "MD3E"}
        member = Membership.model_validate({**ids, **names, "roles": roles or ("coordinator",)})
        return Caller("camille", "Camille", member)

    def begin(self, key: str = "a-key-of-this-test", title: str | None = None) -> Import:
        """An import that expects its file."""
        caller = self.caller()
        request = Request.of(HERE, caller.member_id, key, title or "")
        begun = begin_import(
            BeginImport(title=title), request, caller, store=self.store, clock=self.clock, new_id=new_id
        )
        return self.get(begun.import_id)

    def check(self, content: bytes) -> Import:
        """An import whose file was sent, read and compared."""
        begun = self.begin(f"request-{len(self.table.items)}-{len(self.bucket.objects)}")
        form = self.objects.upload_form(begun, "https://vigie.example/imports")
        assert self.bucket.receive(form, content)
        self.commands.check(begun.id, self.caller())
        self.drain()
        return self.get(begun.id)

    def apply(self, content: bytes) -> Import:
        """An import taken to its end."""
        checked = self.check(content)
        assert checked.state == "checked", checked.failure
        self.commands.apply(checked.id, self.caller())
        self.drain()
        return self.get(checked.id)

    def drain(self) -> None:
        """Handles all messages, as the functions would."""
        while self.advances.bodies or self.chunks.bodies:
            if self.advances.bodies:
                self.advancer.advance(Advance.model_validate_json(self.advances.take()))
            else:
                self.chunker.handle(ChunkWork.model_validate_json(self.chunks.take()))

    def get(self, import_id: str) -> Import:
        return self.store.get(HERE, import_id)

    def enterprises(self) -> dict[str, Enterprise]:
        """What the register holds, by id."""
        items = self.register_table.items.values()
        return {item["id"]: enterprise_of(item) for item in items if "id" in item}
