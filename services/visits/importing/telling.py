"""What the rest of Vigie is told of an import: counts, and nothing of any enterprise."""

from __future__ import annotations

from collections.abc import Mapping

from services.visits.importing.record import Import
from shared.events import Metadata, Recorded
from shared.events.visits import EnterprisesImported
from shared.ids import NewId


def imported(subject: Import, new_id: NewId) -> Recorded[EnterprisesImported]:
    """The fact that an import was applied."""
    tally: Mapping[str, int] = subject.file.tally if subject.file else {}
    fact = EnterprisesImported(
        import_id=subject.id,
        structure_id=subject.structure_id,
        member_id=subject.member_id,
        kind=subject.file.kind if subject.file else "file",
        rows=tally.get("rows", 0),
        new=subject.done.get("new", 0),
        changed=subject.done.get("changed", 0),
        closed=subject.done.get("closed", 0),
        unchanged=subject.done.get("unchanged", 0),
        rejected=tally.get("rejected", 0),
        outside=tally.get("outside", 0),
    )
    return Recorded(_metadata(subject, new_id), fact)


def _metadata(subject: Import, new_id: NewId) -> Metadata:
    return Metadata(
        id=new_id(subject.moved_at),
        occurred_at=subject.moved_at,
        recorded_at=subject.moved_at,
        territory_id=subject.territory_id,
        actor=subject.member_id,
        correlation_id=subject.id,
        causation_id=subject.id,
        sequence=subject.version,
    )
