"""Where visits are kept.

    pk                        sk            what
    T#<t>#VISIT#<visit>       VISIT         the visit, indexed twice for the lists
    T#<t>#VISIT#<visit>       NEED#<need>   a need that came out of it
    T#<t>#IDEMPOTENCY         …             the answers already given   (shared.idempotency)
    T#<t>#OUTBOX              …             the facts not yet told      (shared.outbox)
    REFERENCE#ROME            <letter>      the métiers whose code begins so, one a line

Index `territory`: T#<t>#VISITS by <visited_on>#<visit>. Index `structure`: T#<t>#STRUCTURE#<s>#VISITS, likewise.
The ROME is national, the same for every territory: its partition is the only one of this table without a territory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from services.visits.need import Need
from services.visits.occupations import Occupation, Occupations, shipped
from services.visits.visit import Visit
from shared.errors import NotFound
from shared.idempotency import Request
from shared.tables import Absent, Delete, Item, Put, TableClient, Write

REFERENCE = "REFERENCE#ROME"
REFERENCE_KEPT = timedelta(minutes=5)
"""How long a warm function works with the reference that it has read."""


@dataclass(frozen=True)
class VisitFile:
    """A visit with its needs."""

    visit: Visit
    needs: tuple[Need, ...]


@dataclass(frozen=True)
class VisitPage:
    """Some visits, the latest first, and the cursor of the next ones."""

    visits: tuple[Visit, ...]
    cursor: str | None


class VisitStore:
    """Visits, their needs, and the reference of métiers."""

    def __init__(self, table: TableClient) -> None:
        self._table = table
        self._occupations: Occupations | None = None
        self._occupations_read_at: datetime | None = None

    def record(self, visit: Visit, needs: Sequence[Need], entry: Put, claim: Put) -> None:
        """All of a report, or nothing; raises ConditionFailed when the request was answered meanwhile."""
        self._table.write(claim, _visit_put(visit), *map(_need_put, needs), entry)

    def answer_to(self, request: Request) -> dict[str, Any] | None:
        """What this very request was answered before, or None; raises Invalid for a key used otherwise."""
        return request.answered(self._table)

    def file(self, territory_id: str, visit_id: str) -> VisitFile:
        """One visit with its needs in one Query; raises NotFound."""
        items = self._table.query(_visit_pk(territory_id, visit_id)).items
        visits = [Visit.model_validate(item) for item in items if item["sk"] == "VISIT"]
        if not visits:
            raise NotFound("Cette visite n’existe pas, ou vous n’y avez pas accès.")
        needs = (Need.model_validate(item) for item in items if item["sk"].startswith("NEED#"))
        return VisitFile(visits[0], tuple(needs))

    def of_territory(self, territory_id: str, limit: int, cursor: str | None = None) -> VisitPage:
        """The visits of all structures; raises Invalid for a cursor of another list."""
        return self._list("territory", _territory_pk(territory_id), limit, cursor)

    def of_structure(self, territory_id: str, structure_id: str, limit: int, cursor: str | None = None) -> VisitPage:
        """The visits of one structure; raises Invalid for a cursor of another list."""
        return self._list("structure", _structure_pk(territory_id, structure_id), limit, cursor)

    def occupations(self, now: datetime) -> Occupations:
        """The official release once it is loaded, the small reference until then; read again every five minutes."""
        read_at = self._occupations_read_at
        if self._occupations is None or read_at is None or now - read_at >= REFERENCE_KEPT:
            self._occupations = self._read_occupations()
            self._occupations_read_at = now
        return self._occupations

    def replace_occupations(self, occupations: Sequence[Occupation]) -> None:
        """Takes a whole release in one transaction: nobody ever searches half of one."""
        ordered = sorted(occupations, key=lambda occupation: occupation.code)
        groups = groupby(ordered, key=lambda occupation: occupation.code[0])
        kept = {letter: "\n".join(f"{known.code} {known.title}" for known in group) for letter, group in groups}
        gone = {item["sk"] for item in self._table.query(REFERENCE).items} - kept.keys()
        writes: list[Write] = [Put({"pk": REFERENCE, "sk": letter, "lines": lines}) for letter, lines in kept.items()]
        self._table.write(*writes, *(Delete(REFERENCE, letter) for letter in sorted(gone)))

    def _read_occupations(self) -> Occupations:
        lines = [line for item in self._table.query(REFERENCE).items for line in item["lines"].splitlines()]
        if not lines:
            return shipped()
        return Occupations(Occupation(code, title) for code, _, title in (line.partition(" ") for line in lines))

    def _list(self, index: str, pk: str, limit: int, cursor: str | None) -> VisitPage:
        page = self._table.query(pk, index=index, limit=limit, cursor=cursor, newest_first=True)
        return VisitPage(tuple(map(Visit.model_validate, page.items)), page.cursor)


def _visit_put(visit: Visit) -> Put:
    order = f"{visit.visited_on.isoformat()}#{visit.id}"
    item: Item = visit.model_dump(mode="json", exclude_none=True) | {
        "pk": _visit_pk(visit.territory_id, visit.id),
        "sk": "VISIT",
        "territory_pk": _territory_pk(visit.territory_id),
        "territory_sk": order,
        "structure_pk": _structure_pk(visit.territory_id, visit.structure_id),
        "structure_sk": order,
    }
    return Put(item, (Absent(),))


def _need_put(need: Need) -> Put:
    key = {"pk": _visit_pk(need.territory_id, need.visit_id), "sk": f"NEED#{need.id}"}
    return Put(need.model_dump(mode="json", exclude_none=True) | key)


def _visit_pk(territory_id: str, visit_id: str) -> str:
    return f"T#{territory_id}#VISIT#{visit_id}"


def _territory_pk(territory_id: str) -> str:
    return f"T#{territory_id}#VISITS"


def _structure_pk(territory_id: str, structure_id: str) -> str:
    return f"T#{territory_id}#STRUCTURE#{structure_id}#VISITS"
