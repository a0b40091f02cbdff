"""Where declared jobs are kept, in the table of matching.

    pk                  sk      what
    T#<t>#JOBS_AT_RISK  <job>   a job at risk
    T#<t>#OPENINGS      <job>   a job to fill

Index `due`: T#<t>#CONFIRMED by <day of its last confirmation>#<job>, for what can become stale.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from services.matching.jobs.job import Job, JobAtRisk, Opening, Side
from services.matching.jobs.rules import can_stale
from shared.errors import NotFound
from shared.idempotency import Request
from shared.tables import Absent, Equals, Item, Page, Put, TableClient, Write, can_exist

PAGE = 500
"""Items asked at once; DynamoDB stops at 1 MB by itself."""
UNKNOWN = "Cette déclaration n’existe pas, ou vous n’y avez pas accès."


class JobStore:
    """Declared jobs of both sides."""

    def __init__(self, table: TableClient) -> None:
        self._table = table

    def write(self, *writes: Write) -> None:
        """One transaction; raises ConditionFailed, Contended."""
        self._table.write(*writes)

    def answer_to(self, request: Request) -> Item | None:
        """What this very request was answered before, or None; raises Invalid for a key used otherwise."""
        return request.answered(self._table)

    def job_at_risk(self, territory_id: str, job_id: str) -> JobAtRisk:
        """Raises NotFound."""
        return JobAtRisk.model_validate(self._item(at_risk_pk(territory_id), job_id))

    def opening(self, territory_id: str, job_id: str) -> Opening:
        """Raises NotFound."""
        return Opening.model_validate(self._item(openings_pk(territory_id), job_id))

    def job(self, territory_id: str, side: Side, job_id: str) -> Job:
        """Of either side; raises NotFound."""
        return self.job_at_risk(territory_id, job_id) if side == "at_risk" else self.opening(territory_id, job_id)

    def jobs_at_risk(self, territory_id: str) -> Iterator[JobAtRisk]:
        """All of a territory, ended ones too, in the order of their ids, which is that of time."""
        return map(JobAtRisk.model_validate, self._all(at_risk_pk(territory_id)))

    def openings(self, territory_id: str) -> Iterator[Opening]:
        """All of a territory, ended ones too, in the order of their ids, which is that of time."""
        return map(Opening.model_validate, self._all(openings_pk(territory_id)))

    def page(self, territory_id: str, side: Side, limit: int, cursor: str | None) -> Page:
        """A page of items, the latest first; raises Invalid for a cursor of another list."""
        return self._table.query(pk_of(territory_id, side), limit=limit, cursor=cursor, newest_first=True)

    def unconfirmed_since(self, territory_id: str, day: date) -> Iterator[Job]:
        """Those last confirmed on that day or before, the oldest first, a page of them; the index may lag by a moment."""
        up_to = f"{day.isoformat()}#~"
        page = self._table.query(confirmed_pk(territory_id), index="due", up_to=up_to, limit=PAGE)
        return map(job_of, page.items)

    def _item(self, pk: str, job_id: str) -> Item:
        item = self._table.get(pk, job_id) if can_exist(pk, job_id) else None
        if item is None:
            raise NotFound(UNKNOWN)
        return item

    def _all(self, pk: str) -> Iterator[Item]:
        cursor: str | None = None
        while True:
            page = self._table.query(pk, limit=PAGE, cursor=cursor)
            yield from page.items
            cursor = page.cursor
            if cursor is None:
                return


def job_put(job: Job, expected: int | None) -> Put:
    """Writes a job if its version is still the expected one; None for a new one."""
    key = {"pk": pk_of(job.territory_id, job.side), "sk": job.id}
    due = {"due_pk": confirmed_pk(job.territory_id), "due_sk": f"{job.confirmed_on.isoformat()}#{job.id}"}
    index = due if can_stale(job) else {}
    kept = job.model_dump(mode="json", exclude_none=True)
    return Put({**kept, **index, **key}, (Absent() if expected is None else Equals({"version": expected}),))


def job_of(item: Item) -> Job:
    """The job of an item, whichever side its partition says."""
    kind = JobAtRisk if str(item["pk"]).endswith("#JOBS_AT_RISK") else Opening
    return kind.model_validate(item)


def pk_of(territory_id: str, side: Side) -> str:
    return at_risk_pk(territory_id) if side == "at_risk" else openings_pk(territory_id)


def at_risk_pk(territory_id: str) -> str:
    return f"T#{territory_id}#JOBS_AT_RISK"


def openings_pk(territory_id: str) -> str:
    return f"T#{territory_id}#OPENINGS"


def confirmed_pk(territory_id: str) -> str:
    return f"T#{territory_id}#CONFIRMED"
