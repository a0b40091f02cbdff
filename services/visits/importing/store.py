"""Where imports are kept.

pk                    sk              what
T#<t>#IMPORTS         <import>        an import, the latest last
T#<t>#IMPORT#<i>      CHUNK#<number>  what a chunk would change (`found`), then is to change (`planned`); its stage
T#<t>#IMPORT#<i>      NOTES           the first cells refused or repaired
T#<t>#IMPORTED        <sha256>        the last import that applied a file of these very bytes
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple

from services.visits.importing.reading import Note
from services.visits.importing.record import Import, Twin
from shared.errors import NotFound
from shared.idempotency import Request
from shared.published import partition
from shared.tables import Absent, ConditionFailed, Equals, Item, Put, TableClient, Update, Write


@dataclass(frozen=True)
class ImportPage:
    """Some imports, the latest first, and the cursor of the next ones."""

    imports: tuple[Import, ...]
    cursor: str | None


class Progress(NamedTuple):
    """How far the chunks of an import are."""

    compared: frozenset[int]
    written: frozenset[int]
    found: Counter[str]
    planned: Counter[str]


class ImportStore:
    """The imports of every territory, one territory at a time."""

    def __init__(self, table: TableClient) -> None:
        self._table = table

    def add(self, new: Import, claim: Put) -> None:
        """Keeps a new import with the claim of its request; raises ConditionFailed when that was answered meanwhile."""
        self._table.write(claim, Put(_item(new), (Absent(),)))

    def answer_to(self, request: Request) -> dict[str, Any] | None:
        """What this very request was answered before, or None; raises Invalid for a key used otherwise."""
        return request.answered(self._table)

    def get(self, territory_id: str, import_id: str) -> Import:
        """One import; raises NotFound."""
        item = self._table.get(_list_pk(territory_id), import_id)
        if item is None:
            raise NotFound("Cet import n’existe pas, ou vous n’y avez pas accès.")
        return Import.model_validate(item)

    def latest(self, territory_id: str, limit: int, cursor: str | None = None) -> ImportPage:
        """The imports of a territory, the latest first; raises Invalid for a cursor of another list."""
        page = self._table.query(_list_pk(territory_id), limit=limit, cursor=cursor, newest_first=True)
        return ImportPage(tuple(map(Import.model_validate, page.items)), page.cursor)

    def move(self, before: Import, after: Import, *writes: Write) -> None:
        """Replaces an import as it was by what it becomes, with `writes`; raises ConditionFailed when it moved meanwhile."""
        if after is not before:
            self._table.write(Put(_item(after), (Equals({"version": before.version}),)), *writes)

    def keep_found(self, subject: Import, number: int, found: Mapping[str, int]) -> None:
        """Keeps what a chunk would change, the first time that it is compared."""
        item = _chunk_key(subject, number) | {"stage": "found", "found": dict(found), "planned": {}}
        with suppress(ConditionFailed):
            self._table.write(Put(item, (Absent(),)))

    def keep_planned(self, subject: Import, number: int, planned: Mapping[str, int]) -> None:
        """Keeps what a chunk is about to change: begun again after a stop, it will find less to do and count the same."""
        with suppress(ConditionFailed):
            changes = {"stage": "planned", "planned": dict(planned)}
            self._table.write(_chunk_update(subject, number, changes, (Equals({"stage": "found"}),)))

    def keep_written(self, subject: Import, number: int) -> None:
        """Keeps that a chunk is in the register."""
        self._table.write(_chunk_update(subject, number, {"stage": "written"}))

    def progress(self, subject: Import) -> Progress:
        """How far all chunks are: one read unit for some thirty of them."""
        items = [item for item in partition(self._table, _chunk_pk(subject)) if item["sk"].startswith("CHUNK#")]
        written = [item for item in items if item["stage"] == "written"]
        return Progress(
            frozenset(map(_number, items)),
            frozenset(map(_number, written)),
            _total(item["found"] for item in items),
            _total(item["planned"] for item in written),
        )

    def notes_put(self, subject: Import, notes: Sequence[Note]) -> Put:
        """The write that keeps the first notes."""
        return Put({"pk": _chunk_pk(subject), "sk": "NOTES", "notes": [note._asdict() for note in notes]})

    def notes(self, subject: Import) -> list[Note]:
        """The first notes of an import."""
        item = self._table.get(_chunk_pk(subject), "NOTES") or {"notes": []}
        return [Note(**note) for note in item["notes"]]

    def imported_put(self, subject: Import) -> Put:
        """The write that remembers whose file these bytes were."""
        sha256 = subject.file.sha256 if subject.file else ""
        twin = Twin(import_id=subject.id, member_id=subject.member_id, applied_at=subject.moved_at)
        return Put({"pk": _imported_pk(subject.territory_id), "sk": sha256, **twin.model_dump(mode="json")})

    def twin(self, territory_id: str, sha256: str) -> Twin | None:
        """The last import that applied these very bytes, if any."""
        item = self._table.get(_imported_pk(territory_id), sha256)
        return Twin.model_validate(item) if item else None


def _item(subject: Import) -> Item:
    key = {"pk": _list_pk(subject.territory_id), "sk": subject.id}
    return subject.model_dump(mode="json", exclude_none=True) | key


def _chunk_update(subject: Import, number: int, changes: Item, when: tuple[Equals, ...] = ()) -> Update:
    key = _chunk_key(subject, number)
    return Update(key["pk"], key["sk"], changes, when=when)


def _chunk_key(subject: Import, number: int) -> Item:
    return {"pk": _chunk_pk(subject), "sk": f"CHUNK#{number:04d}"}


def _number(item: Item) -> int:
    return int(item["sk"].partition("#")[2])


def _total(counts: Any) -> Counter[str]:
    return sum((Counter(each) for each in counts), Counter())


def _list_pk(territory_id: str) -> str:
    return f"T#{territory_id}#IMPORTS"


def _chunk_pk(subject: Import) -> str:
    return f"T#{subject.territory_id}#IMPORT#{subject.id}"


def _imported_pk(territory_id: str) -> str:
    return f"T#{territory_id}#IMPORTED"
