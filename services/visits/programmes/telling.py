"""What the rest of Vigie is told of programmes and targets: the facts are loaded when there is one to tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from services.visits.programmes.programme import Programme
from services.visits.programmes.target import Target
from shared import outbox
from shared.ids import NewId
from shared.tables import Put

if TYPE_CHECKING:
    from shared.events import Event
    from shared.events.visits import (
        ProgrammeActivated,
        ProgrammeClosed,
        ProgrammeCommitted,
        ProgrammeRevised,
        TargetClaimed,
        TargetReleased,
        TargetWithdrawn,
    )

MACHINE = "populate_programme"
"""The actor of what no person did."""


@dataclass(frozen=True)
class Teller:
    """Who tells, because of what, when."""

    actor: str
    """A member's id, or the machine's name."""
    cause: str
    """The request's idempotency key, or the event's id."""
    now: datetime
    new_id: NewId

    def of_programme(self, programme: Programme, fact: Event) -> Put:
        """The outbox entry of one fact about a programme."""
        return self._entry(fact, programme.territory_id, programme.id, programme.version)

    def of_target(self, target: Target, fact: Event) -> Put:
        """The outbox entry of one fact about a target: its programme is what it correlates to."""
        return self._entry(fact, target.territory_id, target.programme_id, target.version)

    def _entry(self, fact: Event, territory_id: str, programme_id: str, sequence: int) -> Put:
        from shared.events import Metadata, Recorded  # noqa: PLC0415 - see the module

        metadata = Metadata(
            id=self.new_id(self.now),
            occurred_at=self.now,
            recorded_at=self.now,
            territory_id=territory_id,
            actor=self.actor,
            correlation_id=programme_id,
            causation_id=self.cause,
            sequence=sequence,
        )
        return outbox.entry(self.new_id(self.now), territory_id, [Recorded(metadata, fact)], self.now)


def committed(programme: Programme) -> ProgrammeCommitted:
    from shared.events.visits import ProgrammeCommitted  # noqa: PLC0415 - see the module

    return ProgrammeCommitted(
        programme_id=programme.id,
        structure_id=programme.structure_id,
        structure_name=programme.structure_name,
        title=programme.title,
        first_month=programme.first_month,
        months=programme.months,
        per_month=programme.per_month,
        targets=programme.targets_count,
    )


def activated(programme: Programme) -> ProgrammeActivated:
    from shared.events.visits import ProgrammeActivated  # noqa: PLC0415 - see the module

    return ProgrammeActivated(
        programme_id=programme.id, structure_id=programme.structure_id, targets=programme.targets_count
    )


def revised(programme: Programme) -> ProgrammeRevised:
    from shared.events.visits import ProgrammeRevised  # noqa: PLC0415 - see the module

    quota = programme.quotas[-1]
    return ProgrammeRevised(
        programme_id=programme.id,
        structure_id=programme.structure_id,
        number=quota.number,
        per_month=quota.per_month,
        from_month=quota.from_month,
        decided_on=quota.decided_on,
    )


def closed(programme: Programme, now: datetime) -> ProgrammeClosed:
    from shared.events.visits import ProgrammeClosed  # noqa: PLC0415 - see the module

    return ProgrammeClosed(
        programme_id=programme.id, structure_id=programme.structure_id, closed_on=programme.closed_on or now.date()
    )


def claimed(target: Target, member_id: str, until: datetime) -> TargetClaimed:
    from shared.events.visits import TargetClaimed  # noqa: PLC0415 - see the module

    return TargetClaimed(**_target_ids(target), member_id=member_id, until=until)


def released(target: Target) -> TargetReleased:
    from shared.events.visits import TargetReleased  # noqa: PLC0415 - see the module

    return TargetReleased(**_target_ids(target))


def withdrawn(target: Target) -> TargetWithdrawn:
    from shared.events.visits import TargetWithdrawn  # noqa: PLC0415 - see the module

    return TargetWithdrawn(**_target_ids(target))


def _target_ids(target: Target) -> dict[str, str]:
    return {
        "programme_id": target.programme_id,
        "enterprise_id": target.enterprise_id,
        "structure_id": target.structure_id,
    }
