"""What people ask of an import: to begin one, to have its file checked, to apply it, to give it up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from services.visits.importing import record
from services.visits.importing.objects import ImportObjects
from services.visits.importing.record import Import
from services.visits.importing.store import ImportStore
from services.visits.importing.work import Advance, Outlet
from services.visits.wording import OptionalLine
from shared.address_book import Role
from shared.clock import PARIS, Clock
from shared.errors import Invalid
from shared.idempotency import Request
from shared.identity import Caller, require
from shared.ids import NewId
from shared.tables import ConditionFailed
from shared.web.formats import day

IMPORTERS: tuple[Role, ...] = ("coordinator", "deputy")
"""Who may change the register of a whole territory."""


class BeginImport(BaseModel):
    """Un import à venir ; le fichier est envoyé ensuite, par le formulaire de la réponse."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="forbid")

    title: OptionalLine = Field(
        default=None, description="Intitulé, pour retrouver l’import dans la liste.", examples=["SIRENE novembre 2026"]
    )


class Begun(BaseModel):
    """The answer to the beginning of an import, the same each time that it is asked."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    import_id: str


def begin_import(
    command: BeginImport, request: Request, caller: Caller, *, store: ImportStore, clock: Clock, new_id: NewId
) -> Begun:
    """Begins an import that expects its file; raises Forbidden, or Invalid for a key used otherwise."""
    require(caller, *IMPORTERS)
    earlier = store.answer_to(request)
    if earlier is not None:
        return Begun.model_validate(earlier)
    begun = _new(command, caller, clock.now(), new_id)
    answer = Begun(import_id=begun.id)
    try:
        store.add(begun, request.claim(answer.model_dump(), begun.created_at))
    except ConditionFailed:
        # The same request, sent twice at once: one of the two writes wins, and both tell its answer.
        earlier = store.answer_to(request)
        if earlier is None:
            raise
        return Begun.model_validate(earlier)
    return answer


def _new(command: BeginImport, caller: Caller, now: datetime, new_id: NewId) -> Import:
    return Import(
        id=new_id(now),
        territory_id=caller.territory_id,
        version=1,
        state="expected",
        title=command.title or f"Import du {day(now.astimezone(PARIS))}",
        structure_id=caller.membership.structure_id,
        member_id=caller.member_id,
        created_at=now,
        moved_at=now,
    )


@dataclass(frozen=True)
class ImportCommands:
    """Commands on an import that exists. Its state makes each of them the same when it is asked again."""

    store: ImportStore
    objects: ImportObjects
    advances: Outlet
    clock: Clock

    def check(self, import_id: str, caller: Caller) -> Import:
        """Has the file read and compared: nothing is written to the register. Raises Invalid while no file was sent.

        Asked again during the work, takes it up where it stopped.
        """
        subject = self._of(import_id, caller)
        sent = self.objects.sent(subject) if subject.state == "expected" else None
        if subject.state == "expected" and sent is None:
            raise Invalid("Aucun fichier n’a encore été envoyé pour cet import.", code="fichier-attendu")
        return self._advance(subject, record.started(subject, self.clock.now(), sent.etag if sent else ""))

    def apply(self, import_id: str, caller: Caller) -> Import:
        """Has what changes written to the register; asked again during the work, takes it up where it stopped."""
        subject = self._of(import_id, caller)
        return self._advance(subject, record.agreed(subject, self.clock.now()))

    def abandon(self, import_id: str, caller: Caller) -> Import:
        """Gives an import up before it is applied."""
        subject = self._of(import_id, caller)
        after = record.abandoned(subject, self.clock.now())
        self.store.move(subject, after)
        return after

    def _of(self, import_id: str, caller: Caller) -> Import:
        require(caller, *IMPORTERS)
        return self.store.get(caller.territory_id, import_id)

    def _advance(self, before: Import, after: Import) -> Import:
        """The state first, then the message: without it the import waits, and whoever asks again sends another."""
        self.store.move(before, after)
        if after.at_work:
            self.advances.send(Advance(territory_id=after.territory_id, import_id=after.id).model_dump_json())
        return after
