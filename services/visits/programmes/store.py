"""Where programmes and their targets are kept, in the table of visits.

    pk                        sk                     what
    T#<t>#PROGRAMMES          <programme>            the programme, but for the versions of its commitment
    T#<t>#PROGRAMMES          <programme>#QUOTA#0001 a version of its commitment, written once
    T#<t>#PROGRAMME#<p>       LIST                   the ids of its enterprises, frozen with the commitment
    T#<t>#ENTERPRISE#<e>      TARGET#<programme>     a target, indexed for the list of its programme

Index `programme`: T#<t>#PROGRAMME#<p> by CLAIM#<member>#<enterprise> while somebody holds it, TARGET#<enterprise> otherwise.
A frozen list is one item: 2,000 ids are 80 kB at most.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from services.visits.programmes.programme import Programme, Quota
from services.visits.programmes.target import (
    TARGETS,
    Target,
    claims_sk,
    target_key,
    target_sk,
)
from services.visits.visit_keys import enterprise_partition
from shared.errors import NotFound
from shared.idempotency import Request
from shared.tables import Absent, Check, Equals, Item, Put, TableClient, Write, can_exist

QUOTA = "#QUOTA#"
PAGE = 1000
"""Items asked at once; DynamoDB stops at 1 MB by itself."""


class ProgrammeStore:
    """Programmes, their versions, their frozen lists and their targets."""

    def __init__(self, table: TableClient) -> None:
        self._table = table

    def write(self, *writes: Write) -> None:
        """One transaction; raises ConditionFailed, Contended."""
        self._table.write(*writes)

    def answer_to(self, request: Request) -> Item | None:
        """What this very request was answered before, or None; raises Invalid for a key used otherwise."""
        return request.answered(self._table)

    def programmes(self, territory_id: str) -> list[Programme]:
        """All the programmes of a territory, the latest first."""
        items = all_items(self._table, programmes_pk(territory_id))
        groups = groupby(items, key=lambda item: str(item["sk"]).partition(QUOTA)[0])
        return [_programme(list(group)) for _, group in groups][::-1]

    def programme(self, territory_id: str, programme_id: str) -> Programme:
        """One programme with all the versions of its commitment; raises NotFound."""
        pk = programmes_pk(territory_id)
        found = self._table.query(pk, begins=programme_id).items if can_exist(pk, programme_id) else []
        items = [item for item in found if str(item["sk"]).partition(QUOTA)[0] == programme_id]
        if not items:
            raise NotFound("Ce programme n’existe pas, ou vous n’y avez pas accès.")
        return _programme(items)

    def frozen_list(self, programme: Programme) -> tuple[str, ...]:
        """The ids of the enterprises, as they were when the programme was committed."""
        item = self._table.get(programme_pk(programme.territory_id, programme.id), "LIST") or {"enterprise_ids": ()}
        return tuple(item["enterprise_ids"])

    def targets(self, programme: Programme) -> list[Target]:
        """All the targets of a programme, in no order that matters; an index may lag by a moment."""
        return self._targets(programme, "")

    def claimed_by(self, programme: Programme, member_id: str) -> list[Target]:
        """Those that a member has claimed, lapsed claims too: as many items are read as the member has claims."""
        return self._targets(programme, claims_sk(member_id))

    def rivals(self, territory_id: str, enterprise_id: str) -> list[Target]:
        """The targets that every programme has of an enterprise, as last written."""
        pk = enterprise_partition(territory_id, enterprise_id)
        found = self._table.query(pk, begins=TARGETS).items if can_exist(pk) else []
        return [Target.model_validate(item) for item in found]

    def written_targets(self, programme: Programme, enterprise_ids: Sequence[str]) -> set[str]:
        """Which of these enterprises are targets already."""
        keys = [target_key(programme.territory_id, each, programme.id) for each in enterprise_ids]
        return {str(item["enterprise_id"]) for item in self._table.get_many(keys)}

    def _targets(self, programme: Programme, begins: str) -> list[Target]:
        pk = programme_pk(programme.territory_id, programme.id)
        items = all_items(self._table, pk, index="programme", begins=begins)
        return [Target.model_validate(item) for item in items]


def programme_put(programme: Programme, expected: int | None) -> Put:
    """Writes a programme if its version is still the expected one; None for a new one."""
    kept = programme.model_dump(mode="json", exclude_none=True, exclude={"quotas"})
    key = {"pk": programmes_pk(programme.territory_id), "sk": programme.id}
    return Put(kept | key, (Absent() if expected is None else Equals({"version": expected}),))


def quota_put(programme: Programme) -> Put:
    """Writes the latest version of the commitment, for the first and only time."""
    quota = programme.quotas[-1]
    key = {"pk": programmes_pk(programme.territory_id), "sk": f"{programme.id}{QUOTA}{quota.number:04}"}
    return Put(quota.model_dump(mode="json") | key, (Absent(),))


def list_put(programme: Programme, enterprise_ids: Sequence[str]) -> Put:
    """Freezes the list."""
    key = {"pk": programme_pk(programme.territory_id, programme.id), "sk": "LIST"}
    return Put({**key, "enterprise_ids": list(enterprise_ids)}, (Absent(),))


def active_check(programme: Programme) -> Check:
    """Holds while the programme is active: what is claimed in a closed one would be claimed for nothing."""
    return Check(programmes_pk(programme.territory_id), programme.id, (Equals({"state": "active"}),))


def target_put(target: Target, expected: int | None) -> Put:
    """Writes a target if its version is still the expected one; None for a new one."""
    pk, sk = target_key(target.territory_id, target.enterprise_id, target.programme_id)
    index = {
        "programme_pk": programme_pk(target.territory_id, target.programme_id),
        "programme_sk": target_sk(target.enterprise_id, target.claim.member_id if target.claim else None),
    }
    kept = target.model_dump(mode="json", exclude_none=True)
    return Put(
        {**kept, **index, "pk": pk, "sk": sk}, (Absent() if expected is None else Equals({"version": expected}),)
    )


def target_check(target: Target) -> Check:
    """Holds while a target is as it was read."""
    pk, sk = target_key(target.territory_id, target.enterprise_id, target.programme_id)
    return Check(pk, sk, (Equals({"version": target.version}),))


def programmes_pk(territory_id: str) -> str:
    return f"T#{territory_id}#PROGRAMMES"


def programme_pk(territory_id: str, programme_id: str) -> str:
    return f"T#{territory_id}#PROGRAMME#{programme_id}"


def all_items(table: TableClient, pk: str, *, index: str | None = None, begins: str = "") -> Iterator[Item]:
    """All items of a partition, page after page."""
    cursor: str | None = None
    while True:
        page = table.query(pk, index=index, begins=begins, limit=PAGE, cursor=cursor)
        yield from page.items
        cursor = page.cursor
        if cursor is None:
            return


def _programme(items: list[Item]) -> Programme:
    """From its own item, which comes first in the order of keys, and those of its versions."""
    quotas = tuple(map(Quota.model_validate, items[1:]))
    return Programme.model_validate({**items[0], "quotas": quotas})
