"""Merges two records that somebody knows to be one enterprise, and undoes it: pointers are set, nothing is moved."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from services.visits.register.adding import note_of
from services.visits.register.commands import MergeEnterprises, UndoMerge
from services.visits.register.desk import RegisterDesk
from services.visits.register.enterprise import Enterprise
from services.visits.register.files import merge_writes, note_put, unmerge_writes
from services.visits.register.merge import Merge, check_mergeable
from services.visits.register.note import NoteKind
from services.visits.register.rights import MERGERS
from services.visits.register.telling import merged_entry, undone_entry
from shared.errors import NotFound
from shared.idempotency import Request
from shared.identity import Caller, require
from shared.tables import Write


class Merged(BaseModel):
    """The answer to a merge and to its undoing, the same each time that it is sent again."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    merge_id: str
    absorbed_id: str
    survivor_id: str


@dataclass(frozen=True)
class Registrar:
    """Carries out decisions about two records; each may raise Unavailable, and is then asked again."""

    desk: RegisterDesk

    def merge(self, command: MergeEnterprises, request: Request, caller: Caller) -> Merged:
        """The absorbed record leads to the survivor from now on; raises Forbidden, NotFound, Invalid, Conflict.

        The decision and its fact are one transaction; the register's own table follows, again at each retry.
        """
        require(caller, *MERGERS)
        earlier = self.desk.files.answer_to(request)
        answer = Merged.model_validate(earlier) if earlier else self._decide(command, request, caller)
        self._list(caller.territory_id, answer.absorbed_id)
        return answer

    def undo(self, absorbed_id: str, command: UndoMerge, request: Request, caller: Caller) -> Merged:
        """Both records stand for themselves again, the decision and its undoing stay in their history."""
        require(caller, *MERGERS)
        earlier = self.desk.files.answer_to(request)
        answer = Merged.model_validate(earlier) if earlier else self._undo(absorbed_id, command, request, caller)
        self._list(caller.territory_id, answer.absorbed_id)
        return answer

    def _decide(self, command: MergeEnterprises, request: Request, caller: Caller) -> Merged:
        absorbed = self.desk.store.get(caller.territory_id, command.absorbed_id)
        survivor = self.desk.store.get(caller.territory_id, command.survivor_id)
        check_mergeable(absorbed, survivor)
        merge = self._merge(absorbed, survivor, command.reason, caller)
        told = merged_entry(merge, survivor, caller, request.key, self.desk.new_id)
        writes = [*merge_writes(merge), *self._notes(merge, caller, "merged", "absorbed", command.reason), told]
        return self.desk.files.do_once(_answer(merge), writes, request, merge.merged_at)

    def _undo(self, absorbed_id: str, command: UndoMerge, request: Request, caller: Caller) -> Merged:
        merge = self.desk.files.merge_of(caller.territory_id, absorbed_id)
        if merge is None:
            raise NotFound("Cette fiche n’est fusionnée avec aucune autre.")
        told = undone_entry(merge, caller, request.key, self.desk.clock.now(), self.desk.new_id)
        notes = self._notes(merge, caller, "unmerged", "unmerged", command.reason)
        return self.desk.files.do_once(
            _answer(merge), [*unmerge_writes(merge), *notes, told], request, self.desk.clock.now()
        )

    def _merge(self, absorbed: Enterprise, survivor: Enterprise, reason: str, caller: Caller) -> Merge:
        now = self.desk.clock.now()
        return Merge(
            id=self.desk.new_id(now),
            territory_id=caller.territory_id,
            absorbed_id=absorbed.id,
            absorbed_name=absorbed.shown_name,
            survivor_id=survivor.id,
            survivor_name=survivor.shown_name,
            reason=reason,
            member_id=caller.member_id,
            structure_name=caller.membership.structure_name,
            merged_at=now,
        )

    def _notes(self, merge: Merge, caller: Caller, there: NoteKind, here: NoteKind, reason: str) -> list[Write]:
        """A line in the history of each: `there` for the absorbed one, `here` for the one that stays."""
        now = self.desk.clock.now()
        absorbed = note_of(there, caller, self.desk.new_id(now), now, reason)
        survivor = note_of(here, caller, self.desk.new_id(now), now, reason)
        to_survivor = {"other_id": merge.survivor_id, "other_name": merge.survivor_name}
        to_absorbed = {"other_id": merge.absorbed_id, "other_name": merge.absorbed_name}
        return [
            note_put(absorbed.model_copy(update=to_survivor), merge.territory_id, merge.absorbed_id),
            note_put(survivor.model_copy(update=to_absorbed), merge.territory_id, merge.survivor_id),
        ]

    def _list(self, territory_id: str, absorbed_id: str) -> None:
        """Brings the register's record to what was decided: out of the indexes, or back in."""
        merge = self.desk.files.merge_of(territory_id, absorbed_id)
        self.desk.store.mark_merged(territory_id, absorbed_id, merge.survivor_id if merge else None)


def _answer(merge: Merge) -> Merged:
    return Merged(merge_id=merge.id, absorbed_id=merge.absorbed_id, survivor_id=merge.survivor_id)
