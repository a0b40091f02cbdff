"""A round: the work of telling many recipients, page after page, so that a crash costs at most one page."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from services.alerts.rules.alert import Frozen, Instant
from services.alerts.rules.notices import Notice, Purpose


class Round(Frozen):
    """One list to go through: the territory's `partners`, those whom the broadcast has `reached`, or its own `people`."""

    territory_id: str
    alert_id: str
    key: str
    """The notice's: it is the key of every delivery of the round; those to people have the keys of their notices."""
    purpose: Purpose
    audience: Literal["partners", "reached", "people"]
    notices: tuple[Notice, ...] = ()
    """What is said to people, by roles: resolved anew for each page."""
    sequence: int
    """The alert's version that called for it."""
    created_at: Instant
    moved_at: Instant
    """When the last page was done."""
    cursor: str = ""
    """The list is done up to here."""
    count: int = 0
    """Recipients found so far."""
    done: bool = False

    @property
    def sk(self) -> str:
        """Its sort key in the alert's partition: one key may be broadcast again, to a longer list."""
        return f"BROADCAST#{self.key}#{self.sequence:08}"

    def advanced(self, cursor: str | None, found: int, now: datetime) -> Round:
        """One page further; the cursor is None when that was the last one."""
        changes = {
            "cursor": cursor or self.cursor,
            "count": self.count + found,
            "done": cursor is None,
            "moved_at": now,
        }
        return self.model_copy(update=changes)

    def is_void(self, closed_at: datetime | None) -> bool:
        """The alert has ended since: who has not been told yet need not be."""
        return closed_at is not None and self.created_at < closed_at
