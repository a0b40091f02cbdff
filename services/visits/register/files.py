"""What visits' table holds beside an enterprise: its contacts, merges and history.

pk                   sk              what
T#<t>#ENTERPRISE#<e> CONTACT#<id>    a person to call; forgotten by the table at `expires_at`
T#<t>#ENTERPRISE#<e> MERGED          which enterprise stands for this one
T#<t>#ENTERPRISE#<e> ABSORBED#<e'>   an enterprise that this one stands for
T#<t>#ENTERPRISE#<e> NOTE#<id>       a line of its history, time-ordered
T#<t>#ENTERPRISE#<e> SUMMARY         how often and when it was visited last; written with each report
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from pydantic import BaseModel

from services.visits.register.contact import Contact
from services.visits.register.merge import Merge
from services.visits.register.note import Note
from services.visits.visit_keys import enterprise_partition
from shared.errors import NotFound, Unavailable
from shared.idempotency import Request
from shared.tables import Absent, Check, ConditionFailed, Delete, Equals, Item, Put, TableClient, Write

MOST_ITEMS = 1000
MOST_HOPS = 10
Answer = TypeVar("Answer", bound=BaseModel)


@dataclass(frozen=True)
class EnterpriseFile:
    """All that is kept beside one enterprise."""

    contacts: tuple[Contact, ...] = ()
    merged: Merge | None = None
    absorbed: tuple[Merge, ...] = ()
    notes: tuple[Note, ...] = ()


class EnterpriseFiles:
    """The files of a territory's enterprises."""

    def __init__(self, table: TableClient) -> None:
        self._table = table

    def file(self, territory_id: str, enterprise_id: str, now: datetime) -> EnterpriseFile:
        """In one Query; empty for an enterprise that nothing happened to. Contacts whose time is over are left out."""
        items = self._table.query(enterprise_partition(territory_id, enterprise_id), limit=MOST_ITEMS).items
        contacts = (Contact.model_validate(item) for item in _of("CONTACT#", items))
        return EnterpriseFile(
            tuple(contact for contact in contacts if contact.expires_at > now.timestamp()),
            next((Merge.model_validate(item) for item in items if item["sk"] == "MERGED"), None),
            tuple(Merge.model_validate(item) for item in _of("ABSORBED#", items)),
            tuple(Note.model_validate(item) for item in _of("NOTE#", items)),
        )

    def merge_of(self, territory_id: str, enterprise_id: str) -> Merge | None:
        """What the enterprise was merged into, or None."""
        item = self._table.get(enterprise_partition(territory_id, enterprise_id), "MERGED")
        return Merge.model_validate(item) if item else None

    def survivor_of(self, territory_id: str, enterprise_id: str) -> str:
        """The id of the enterprise that stands for this one: itself, unless it was merged."""
        for _ in range(MOST_HOPS):
            merge = self.merge_of(territory_id, enterprise_id)
            if merge is None:
                break
            enterprise_id = merge.survivor_id
        return enterprise_id

    def contact(self, territory_id: str, enterprise_id: str, contact_id: str) -> Contact:
        """One contact; raises NotFound."""
        item = self._table.get(enterprise_partition(territory_id, enterprise_id), f"CONTACT#{contact_id}")
        if item is None:
            raise NotFound("Ce contact n’existe pas, ou plus.")
        return Contact.model_validate(item)

    def last_visits(self, territory_id: str, enterprise_ids: Iterable[str]) -> dict[str, date]:
        """The day of the last visit to each of these enterprises that had one."""
        items = self._table.get_many([(enterprise_partition(territory_id, each), "SUMMARY") for each in enterprise_ids])
        days = {item["enterprise_id"]: item.get("last_visited_on") for item in items}
        return {enterprise_id: date.fromisoformat(day) for enterprise_id, day in days.items() if day}

    def answer_to(self, request: Request) -> dict[str, Any] | None:
        """What this very request was answered before, or None; raises Invalid for a key used otherwise."""
        return request.answered(self._table)

    def do_once(self, answer: Answer, writes: Iterable[Write], request: Request, now: datetime) -> Answer:
        """All the writes and the claim of the request, or nothing: whoever is late with the same request hears the answer
        of the first. Raises ConditionFailed, Contended, Unavailable."""
        try:
            self._table.write(request.claim(answer.model_dump(mode="json"), now), *writes)
        except (ConditionFailed, Unavailable):
            earlier = self.answer_to(request)
            if earlier is None:
                raise
            return type(answer).model_validate(earlier)
        return answer


def contact_put(contact: Contact, expected_version: int | None = None) -> Put:
    """Writes a contact: a new one, or over the version that was read."""
    item = _item(contact, contact.territory_id, contact.enterprise_id, f"CONTACT#{contact.id}")
    when = Absent() if expected_version is None else Equals({"version": expected_version})
    return Put(item | {"expires_at": contact.expires_at}, (when,))


def contact_delete(contact: Contact) -> Delete:
    """Forgets a contact, of whatever version."""
    return Delete(enterprise_partition(contact.territory_id, contact.enterprise_id), f"CONTACT#{contact.id}")


def note_put(note: Note, territory_id: str, enterprise_id: str) -> Put:
    """Adds a line to an enterprise's history."""
    return Put(_item(note, territory_id, enterprise_id, f"NOTE#{note.id}"))


def merge_writes(merge: Merge) -> tuple[Write, ...]:
    """Points from each enterprise to the other; fails unless both stand for themselves."""
    survivor = enterprise_partition(merge.territory_id, merge.survivor_id)
    return (
        Put(_item(merge, merge.territory_id, merge.absorbed_id, "MERGED"), (Absent(),)),
        Put(_item(merge, merge.territory_id, merge.survivor_id, f"ABSORBED#{merge.absorbed_id}")),
        Check(survivor, "MERGED", (Absent(),)),
    )


def unmerge_writes(merge: Merge) -> tuple[Write, ...]:
    """Takes the pointers of this very merge away."""
    same = (Equals({"id": merge.id}),)
    return (
        Delete(enterprise_partition(merge.territory_id, merge.absorbed_id), "MERGED", same),
        Delete(enterprise_partition(merge.territory_id, merge.survivor_id), f"ABSORBED#{merge.absorbed_id}", same),
    )


def _item(kept: BaseModel, territory_id: str, enterprise_id: str, sk: str) -> Item:
    return kept.model_dump(mode="json", exclude_none=True) | {
        "pk": enterprise_partition(territory_id, enterprise_id),
        "sk": sk,
    }


def _of(prefix: str, items: Iterable[Item]) -> list[Item]:
    return [item for item in items if item["sk"].startswith(prefix)]
