"""Reports visits to enterprises of the register, and counts what each writes and reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from benchmarks.importing import CLOCK, TERRITORY, Works
from services.visits.commands import ReportVisit
from services.visits.desk import VisitDesk
from services.visits.register.enterprise import Enterprise
from services.visits.reporting_visit import report_visit
from services.visits.store import VisitStore
from shared.address_book import AddressBook, Membership
from shared.idempotency import Request
from shared.identity import Caller
from shared.tables import MemoryTable, Put

_CAPTEUR = Membership(
    territory_id=TERRITORY,
    territory_name="Mesure",
    structure_id="s",
    structure_name="S",
    member_id="m",
    roles=("capteur",),
)
_KEYS = count(1)


@dataclass(frozen=True)
class VisitCost:
    """One visit without any need: units of both tables; the address book's reads, which know no enterprise, apart."""

    write_units: int
    index_units: int
    read_units: float


def visited(works: Works, sample: Sequence[Enterprise]) -> list[VisitCost]:
    """A visit to each of these enterprises."""
    desk = VisitDesk(VisitStore(works.visits), works.register, _book(), CLOCK)
    return [_visited(works, desk, one) for one in sample]


def _visited(works: Works, desk: VisitDesk, enterprise: Enterprise) -> VisitCost:
    bills = (works.visits.bill, works.register_table.bill)
    for bill in bills:
        bill.reset()
    given = {"enterprise_id": enterprise.id, "visited_on": "2026-11-26", "mode": "on_site", "persons_met": ["Gérance"]}
    request = Request.of(TERRITORY, "m", f"measured-visit-{next(_KEYS)}", "")
    report_visit(ReportVisit.model_validate(given), request, Caller("m", "M", _CAPTEUR), desk)
    return VisitCost(
        sum(bill.writes for bill in bills), sum(bill.index_writes for bill in bills), sum(bill.reads for bill in bills)
    )


def _book() -> AddressBook:
    table, pk = MemoryTable(), f"T#{TERRITORY}"
    member = {"id": "m", "structure_id": "s", "name": "M", "roles": ["capteur"]}
    table.write(
        Put({"pk": pk, "sk": "TERRITORY", "id": TERRITORY, "name": "Mesure"}),
        Put({"pk": pk, "sk": "STRUCTURE#s", "id": "s", "name": "S", "kind": "other"}),
        Put({"pk": pk, "sk": "MEMBER#m", **member}),
    )
    return AddressBook(table)
