"""What the rest of Vigie is told of programmes and targets."""

from __future__ import annotations

from datetime import datetime

from services.visits.programmes.programme import Programme
from services.visits.programmes.target import Target
from shared import outbox
from shared.events import Event, Metadata, Recorded
from shared.events.visits import (
    ProgrammeActivated,
    ProgrammeClosed,
    ProgrammeCommitted,
    ProgrammeRevised,
    TargetClaimed,
    TargetReleased,
    TargetWithdrawn,
)
from shared.ids import NewId
from shared.tables import Put

MACHINE = "populate_programme"
"""The actor of what no person did."""


def told_of_programme(programme: Programme, fact: Event, actor: str, cause: str, now: datetime, new_id: NewId) -> Put:
    """The outbox entry of one fact about a programme."""
    return _entry(programme.territory_id, programme.id, programme.version, fact, actor, cause, now, new_id)


def told_of_target(target: Target, fact: Event, actor: str, cause: str, now: datetime, new_id: NewId) -> Put:
    """The outbox entry of one fact about a target: the programme is what it correlates to."""
    return _entry(target.territory_id, target.programme_id, target.version, fact, actor, cause, now, new_id)


def committed(programme: Programme) -> ProgrammeCommitted:
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
    return ProgrammeActivated(
        programme_id=programme.id, structure_id=programme.structure_id, targets=programme.targets_count
    )


def revised(programme: Programme) -> ProgrammeRevised:
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
    return ProgrammeClosed(
        programme_id=programme.id, structure_id=programme.structure_id, closed_on=programme.closed_on or now.date()
    )


def claimed(target: Target, member_id: str, until: datetime) -> TargetClaimed:
    return TargetClaimed(**_target_ids(target), member_id=member_id, until=until)


def released(target: Target) -> TargetReleased:
    return TargetReleased(**_target_ids(target))


def withdrawn(target: Target) -> TargetWithdrawn:
    return TargetWithdrawn(**_target_ids(target))


def _target_ids(target: Target) -> dict[str, str]:
    return {
        "programme_id": target.programme_id,
        "enterprise_id": target.enterprise_id,
        "structure_id": target.structure_id,
    }


def _entry(
    territory_id: str, thing_id: str, version: int, fact: Event, actor: str, cause: str, now: datetime, new_id: NewId
) -> Put:
    metadata = Metadata(
        id=new_id(now),
        occurred_at=now,
        recorded_at=now,
        territory_id=territory_id,
        actor=actor,
        correlation_id=thing_id,
        causation_id=cause,
        sequence=version,
    )
    return outbox.entry(new_id(now), territory_id, [Recorded(metadata, fact)], now)
