"""Where runs are kept: heads in the table of matching, bodies in the bucket of runs.

    pk                 sk     what
    T#<t>#RUNS         <run>  the head of a run; ids stand in the order of time
    T#<t>#SHORTLISTED  <job>  the mark that a new job has had its list, so that its event, told twice, makes no second

Objects: `<t>/<run>.jsonl`, the body, as `services.matching.runs.run.dump` writes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from services.matching.runs.record import RunHead, RunKind
from services.matching.runs.run import Run, load
from shared.errors import NotFound, Unreadable
from shared.idempotency import Request
from shared.objects import BucketClient
from shared.tables import Absent, Item, Page, Put, TableClient, Write, can_exist

PAGE = 50
JSON_LINES = "application/x-ndjson"
UNKNOWN = "Ce calcul n’existe pas, ou vous n’y avez pas accès."


class RunStore:
    """Runs of every kind."""

    def __init__(self, table: TableClient, bucket: BucketClient) -> None:
        self._table = table
        self._bucket = bucket

    def write(self, *writes: Write) -> None:
        """One transaction; raises ConditionFailed, Contended."""
        self._table.write(*writes)

    def answer_to(self, request: Request) -> Item | None:
        """What this very request was answered before, or None; raises Invalid for a key used otherwise."""
        return request.answered(self._table)

    def found(self, territory_id: str, run_id: str) -> RunHead | None:
        """The head of a run, or None."""
        pk = runs_pk(territory_id)
        item = self._table.get(pk, run_id) if can_exist(pk, run_id) else None
        return RunHead.model_validate(item) if item else None

    def head(self, territory_id: str, run_id: str) -> RunHead:
        """Raises NotFound."""
        head = self.found(territory_id, run_id)
        if head is None:
            raise NotFound(UNKNOWN)
        return head

    def page(self, territory_id: str, limit: int, cursor: str | None) -> Page:
        """A page of items, the latest first; raises Invalid for a cursor of another list."""
        return self._table.query(runs_pk(territory_id), limit=limit, cursor=cursor, newest_first=True)

    def latest(self, territory_id: str, kind: RunKind = "nightly") -> RunHead | None:
        """The last run of a kind, None before the first."""
        return next((head for head in self._heads(territory_id) if head.kind == kind), None)

    def put_body(self, territory_id: str, run_id: str, body: bytes) -> None:
        """Written before the head, so that a head always has its body."""
        self._bucket.put(body_key(territory_id, run_id), body, JSON_LINES)

    def body(self, head: RunHead) -> Run:
        """The run itself. Raises NotFound, and Unreadable when it is not what the head says."""
        content = self._bucket.get(body_key(head.territory_id, head.id))
        if sha256(content).hexdigest() != head.body:
            raise Unreadable("Le détail de ce calcul a été altéré : relancez-le.")
        return load(content)

    def is_listed(self, territory_id: str, job_id: str) -> bool:
        """Whether a new job has had its list."""
        return self._table.get(shortlisted_pk(territory_id), job_id) is not None

    def _heads(self, territory_id: str) -> Iterator[RunHead]:
        cursor: str | None = None
        while True:
            page = self.page(territory_id, PAGE, cursor)
            yield from map(RunHead.model_validate, page.items)
            cursor = page.cursor
            if cursor is None:
                return


def head_put(head: RunHead) -> Put:
    """Writes a head, once."""
    key = {"pk": runs_pk(head.territory_id), "sk": head.id}
    return Put({**head.model_dump(mode="json", exclude_none=True), **key}, (Absent(),))


def listed_put(territory_id: str, job_id: str) -> Put:
    return Put({"pk": shortlisted_pk(territory_id), "sk": job_id})


def runs_pk(territory_id: str) -> str:
    return f"T#{territory_id}#RUNS"


def shortlisted_pk(territory_id: str) -> str:
    return f"T#{territory_id}#SHORTLISTED"


def body_key(territory_id: str, run_id: str) -> str:
    return f"{territory_id}/{run_id}.jsonl"
