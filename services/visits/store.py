"""Where visits are kept.

    pk                        sk              what
    T#<t>#VISIT#<visit>       VISIT           the visit as it stands, indexed three times for the lists
    T#<t>#VISIT#<visit>       REPORT#<n>      a revision of its report, written once
    T#<t>#VISIT#<visit>       MOVE#<version>  a change of the visit apart from its report
    T#<t>#VISIT#<visit>       NEED#<need>     a need that came out of it
    T#<t>#ENTERPRISE#<e>      SUMMARY         its last visit and how many   (services.visits.traces)
    T#<t>#SIGNALS             <naf division>  its last alert and how many   (services.visits.traces)
    T#<t>#IDEMPOTENCY         …               the answers already given     (shared.idempotency)
    T#<t>#OUTBOX              …               the facts not yet told        (shared.outbox)
    REFERENCE#ROME            <letter>        the métiers whose code begins so, one a line

Indexes `territory` (T#<t>#VISITS), `structure` (T#<t>#STRUCTURE#<s>#VISITS) and `enterprise` (T#<t>#ENTERPRISE#<e>#VISITS),
all by <day>#<visit>. The ROME is national: its partition is the only one of this table without a territory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from services.visits.findings import Findings
from services.visits.need import Need
from services.visits.occupations import Occupation, Occupations, shipped
from services.visits.questionnaire.answers import check_answers
from services.visits.questionnaire.definition import Questionnaire
from services.visits.questionnaire.store import QuestionnaireStore
from services.visits.report import Move, Report
from services.visits.visit import Visit
from services.visits.visit_items import MOVE, NEED, REPORT, VISIT, visit_of
from services.visits.visit_keys import enterprise_pk, structure_pk, territory_pk, visit_pk
from shared.errors import NotFound
from shared.idempotency import Request
from shared.published import partition
from shared.tables import Delete, Item, Put, TableClient, Write

REFERENCE = "REFERENCE#ROME"
REFERENCE_KEPT = timedelta(minutes=5)
"""How long a warm function works with the reference that it has read."""
MOST_READS = 8
"""Queries of a filtered page: what matches nothing in so many is continued with the cursor."""
AFTER_ANY_ID = "~"
"""Sorts after the letters and digits of an id."""


@dataclass(frozen=True)
class VisitFile:
    """A visit with its needs, the revisions of its report and its history, each from the first on."""

    visit: Visit
    needs: tuple[Need, ...] = ()
    reports: tuple[Report, ...] = ()
    moves: tuple[Move, ...] = ()

    @property
    def report(self) -> Report | None:
        """The revision in force, if there is one."""
        return self.reports[-1] if self.reports else None


@dataclass(frozen=True)
class VisitPage:
    """Some visits, the latest first, and the cursor of the next ones."""

    visits: tuple[Visit, ...]
    cursor: str | None


class Shelf(NamedTuple):
    """A list of visits by day: the index and its partition."""

    name: str
    pk: str

    @classmethod
    def of_territory(cls, territory_id: str) -> Shelf:
        return cls("territory", territory_pk(territory_id))

    @classmethod
    def of_structure(cls, territory_id: str, structure_id: str) -> Shelf:
        return cls("structure", structure_pk(territory_id, structure_id))

    @classmethod
    def of_enterprise(cls, territory_id: str, enterprise_id: str) -> Shelf:
        return cls("enterprise", enterprise_pk(territory_id, enterprise_id))


class Days(NamedTuple):
    """From a day to another, both included; None where there is no end."""

    since: date | None = None
    until: date | None = None

    @property
    def last_key(self) -> str | None:
        """The last sort key that a visit of these days can have."""
        return f"{self.until.isoformat()}#{AFTER_ANY_ID}" if self.until else None


EVER = Days()


class VisitStore:
    """Visits, their reports and needs, the questionnaire's versions, and the reference of métiers."""

    def __init__(self, table: TableClient) -> None:
        self.table = table
        self.questionnaires = QuestionnaireStore(table)
        self._asked: dict[tuple[str, int], Questionnaire] = {}
        self._occupations: Occupations | None = None
        self._occupations_read_at: datetime | None = None

    def write(self, *writes: Write) -> None:
        """All or nothing; raises ConditionFailed when something moved meanwhile, Contended."""
        self.table.write(*writes)

    def answer_to(self, request: Request) -> dict[str, Any] | None:
        """What this very request was answered before, or None; raises Invalid for a key used otherwise."""
        return request.answered(self.table)

    def visit(self, territory_id: str, visit_id: str) -> Visit:
        """One visit as it stands; raises NotFound."""
        item = self.table.get(visit_pk(territory_id, visit_id), VISIT)
        if item is None:
            raise NotFound("Cette visite n’existe pas, ou vous n’y avez pas accès.")
        return visit_of(item)

    def file(self, territory_id: str, visit_id: str) -> VisitFile:
        """One visit with all that is kept of it; raises NotFound."""
        items = [*partition(self.table, visit_pk(territory_id, visit_id))]
        visit = next((visit_of(item) for item in items if item["sk"] == VISIT), None)
        if visit is None:
            raise NotFound("Cette visite n’existe pas, ou vous n’y avez pas accès.")
        return VisitFile(
            visit,
            tuple(map(Need.model_validate, _of(items, NEED))),
            tuple(self._report(territory_id, item) for item in _of(items, REPORT)),
            tuple(map(Move.model_validate, _of(items, MOVE))),
        )

    def asked(self, territory_id: str, version: int) -> Questionnaire:
        """A version of the questionnaire: it never changes, so that it is read once; raises NotFound."""
        key = (territory_id, version)
        if key not in self._asked:
            self._asked[key] = self.questionnaires.version(territory_id, version)
        return self._asked[key]

    def listed(
        self, shelf: Shelf, keep: Callable[[Visit], bool], days: Days, limit: int, cursor: str | None
    ) -> VisitPage:
        """The visits to keep among those of a list, the latest first; raises Invalid for a cursor of another list.

        A page may have fewer visits than `limit`, even none, and yet a next one.
        """
        found: list[Visit] = []
        for _ in range(MOST_READS):
            page = self._page(shelf, days, limit - len(found), cursor)
            found += filter(keep, page.visits)
            cursor = page.cursor
            if cursor is None or len(found) >= limit:
                break
        return VisitPage(tuple(found), cursor)

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
        gone = {item["sk"] for item in self.table.query(REFERENCE).items} - kept.keys()
        writes: list[Write] = [Put({"pk": REFERENCE, "sk": letter, "lines": lines}) for letter, lines in kept.items()]
        self.table.write(*writes, *(Delete(REFERENCE, letter) for letter in sorted(gone)))

    def _read_occupations(self) -> Occupations:
        lines = [line for item in self.table.query(REFERENCE).items for line in item["lines"].splitlines()]
        if not lines:
            return shipped()
        return Occupations(Occupation(code, title) for code, _, title in (line.partition(" ") for line in lines))

    def _page(self, shelf: Shelf, days: Days, limit: int, cursor: str | None) -> VisitPage:
        page = self.table.query(
            shelf.pk, index=shelf.name, up_to=days.last_key, limit=limit, cursor=cursor, newest_first=True
        )
        visits = tuple(map(visit_of, page.items))
        kept = tuple(visit for visit in visits if days.since is None or visit.day >= days.since)
        return VisitPage(kept, page.cursor if len(kept) == len(visits) else None)

    def _report(self, territory_id: str, item: Item) -> Report:
        """The revision with the words of the version that was asked beside each answer."""
        version, values = item.get("questionnaire_version"), item.get("answers", {})
        if version is None:
            return Report.model_validate(item)
        answers = check_answers(values, self.asked(territory_id, version), Findings(""))
        return Report.model_validate({**item, "answers": answers})


def _of(items: Iterable[Item], kind: str) -> list[Item]:
    return [item for item in items if item["sk"].startswith(kind)]
