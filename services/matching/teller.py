"""How matching tells its facts: who acted, because of what, and about which job or match."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from shared import outbox
from shared.ids import NewId
from shared.tables import Put

if TYPE_CHECKING:
    from shared.events import Event, Recorded


@dataclass(frozen=True)
class Teller:
    """Who tells, because of what, when."""

    actor: str
    """A member's id, or the machine's name."""
    cause: str
    """The request's idempotency key, or the event's id."""
    now: datetime
    new_id: NewId

    def of(self, territory_id: str, about: str, sequence: int, *facts: Event) -> Put:
        """The outbox entry of what is told of one thing, a job or a match: what it correlates to."""
        from shared.events import Metadata, Recorded  # noqa: PLC0415 - a page that only shows tells nothing

        def recorded(fact: Event) -> Recorded[Event]:
            metadata = Metadata(
                id=self.new_id(self.now),
                occurred_at=self.now,
                recorded_at=self.now,
                territory_id=territory_id,
                actor=self.actor,
                correlation_id=about,
                causation_id=self.cause,
                sequence=sequence,
            )
            return Recorded(metadata, fact)

        return outbox.entry(self.new_id(self.now), territory_id, list(map(recorded, facts)), self.now)
