"""What the rest of Vigie is told of the register: ids, never a reason that somebody wrote."""

from __future__ import annotations

from datetime import datetime

from services.visits.register.enterprise import Enterprise
from services.visits.register.merge import Merge
from shared import outbox
from shared.events import Event, Metadata, Recorded
from shared.events.visits import EnterpriseMergeUndone, EnterprisesMerged
from shared.identity import Caller
from shared.ids import NewId
from shared.tables import Put

MERGED, UNDONE = 1, 2
"""The order of the facts about one merge."""


def merged_entry(merge: Merge, survivor: Enterprise, caller: Caller, cause: str, new_id: NewId) -> Put:
    """The write that tells of a merge. `cause` is the request's idempotency key."""
    fact = EnterprisesMerged(
        merge_id=merge.id,
        absorbed_id=merge.absorbed_id,
        survivor_id=merge.survivor_id,
        survivor_siret=survivor.siret,
    )
    return _entry(fact, merge, MERGED, by=caller, cause=cause, now=merge.merged_at, new_id=new_id)


def undone_entry(merge: Merge, caller: Caller, cause: str, now: datetime, new_id: NewId) -> Put:
    """The write that tells that a merge is undone."""
    fact = EnterpriseMergeUndone(merge_id=merge.id, absorbed_id=merge.absorbed_id, survivor_id=merge.survivor_id)
    return _entry(fact, merge, UNDONE, by=caller, cause=cause, now=now, new_id=new_id)


def _entry(fact: Event, merge: Merge, sequence: int, *, by: Caller, cause: str, now: datetime, new_id: NewId) -> Put:
    metadata = Metadata(
        id=new_id(now),
        occurred_at=now,
        recorded_at=now,
        territory_id=merge.territory_id,
        actor=by.member_id,
        correlation_id=merge.id,
        causation_id=cause,
        sequence=sequence,
    )
    return outbox.entry(new_id(now), merge.territory_id, [Recorded(metadata, fact)], now)
