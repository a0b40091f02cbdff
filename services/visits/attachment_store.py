"""Where attachments are kept: their records beside the visit, in its own partition.

T#<t>#VISIT#<visit>       ATTACHMENT#<id>      the record, also of a removed one
T#<t>#VISIT#<visit>       TALLY#ATTACHMENTS    how many times one was begun: what two who begin at once meet on
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from services.visits.attachment import Attachment, AttachmentState
from shared.errors import NotFound
from shared.idempotency import Request
from shared.tables import Absent, Delete, Equals, Put, TableClient

PREFIX = "ATTACHMENT#"
TALLY = "TALLY#ATTACHMENTS"
PER_QUERY = 100


class AttachmentStore:
    """The attachments of visits."""

    def __init__(self, table: TableClient) -> None:
        self._table = table

    def of_visit(self, territory_id: str, visit_id: str) -> list[Attachment]:
        """All of a visit's, in the order in which they were begun."""
        found: list[Attachment] = []
        cursor: str | None = None
        while True:
            pk = _pk(territory_id, visit_id)
            page = self._table.query(pk, begins=PREFIX, limit=PER_QUERY, cursor=cursor)
            found += map(Attachment.model_validate, page.items)
            cursor = page.cursor
            if cursor is None:
                return found

    def get(self, territory_id: str, visit_id: str, attachment_id: str) -> Attachment:
        """One attachment; raises NotFound."""
        item = self._table.get(_pk(territory_id, visit_id), PREFIX + attachment_id)
        if item is None:
            raise NotFound("Cette pièce n’existe pas, ou vous n’y avez pas accès.")
        return Attachment.model_validate(item)

    def begun(self, territory_id: str, visit_id: str) -> int:
        """How many were ever begun on this visit."""
        item = self._table.get(_pk(territory_id, visit_id), TALLY)
        return int(item["begun"]) if item else 0

    def begin(self, attachment: Attachment, begun: int, forgotten: Iterable[Attachment], claim: Put) -> None:
        """Reserves a place and drops those that nobody filled; raises ConditionFailed when another was begun meanwhile."""
        pk = _pk(attachment.territory_id, attachment.visit_id)
        unchanged = Equals({"begun": begun}) if begun else Absent()
        tally = Put({"pk": pk, "sk": TALLY, "begun": begun + 1}, (unchanged,))
        drops = [Delete(pk, PREFIX + old.id, (Equals({"state": "pending"}),)) for old in forgotten]
        self._table.write(claim, tally, Put(_item(attachment), (Absent(),)), *drops)

    def replace(self, attachment: Attachment, before: AttachmentState) -> None:
        """The attachment as it stands now; raises ConditionFailed when it had already left the state `before`."""
        self._table.write(Put(_item(attachment), (Equals({"state": before}),)))

    def drop(self, attachment: Attachment) -> None:
        """Forgets one whose file was refused; raises ConditionFailed when it was kept meanwhile."""
        pk = _pk(attachment.territory_id, attachment.visit_id)
        self._table.write(Delete(pk, PREFIX + attachment.id, (Equals({"state": "pending"}),)))

    def answer_to(self, request: Request) -> dict[str, Any] | None:
        """What this very request was answered before, or None; raises Invalid for a key used otherwise."""
        return request.answered(self._table)


def _item(attachment: Attachment) -> dict[str, Any]:
    key = {"pk": _pk(attachment.territory_id, attachment.visit_id), "sk": PREFIX + attachment.id}
    return attachment.model_dump(mode="json", exclude_none=True) | key


def _pk(territory_id: str, visit_id: str) -> str:
    return f"T#{territory_id}#VISIT#{visit_id}"
