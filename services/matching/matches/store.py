"""Where matches are kept, in the table of matching.

    pk              sk       what
    T#<t>#MATCHES   <match>  a match

Index `job`: T#<t>#JOB#<opening> by <match>, for those of one opening. Index `due`: T#<t>#ANSWERS by <last day>#<match> while an
answer is waited for. Those of a job at risk are found by its own item, `T#<t>#JOB#<job>` by <match>, which holds nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from services.matching.matches.match import Match
from services.matching.matches.rules import can
from shared.errors import NotFound
from shared.idempotency import Request
from shared.tables import Absent, Equals, Item, Page, Put, TableClient, Write, can_exist

PAGE = 500
UNKNOWN = "Ce rapprochement n’existe pas, ou vous n’y avez pas accès."


class MatchStore:
    """Matches of every state."""

    def __init__(self, table: TableClient) -> None:
        self._table = table

    def write(self, *writes: Write) -> None:
        """One transaction; raises ConditionFailed, Contended."""
        self._table.write(*writes)

    def answer_to(self, request: Request) -> Item | None:
        """What this very request was answered before, or None; raises Invalid for a key used otherwise."""
        return request.answered(self._table)

    def match(self, territory_id: str, match_id: str) -> Match:
        """Raises NotFound."""
        pk = matches_pk(territory_id)
        item = self._table.get(pk, match_id) if can_exist(pk, match_id) else None
        if item is None:
            raise NotFound(UNKNOWN)
        return Match.model_validate(item)

    def page(self, territory_id: str, limit: int, cursor: str | None) -> Page:
        """A page of items, the latest first; raises Invalid for a cursor of another list."""
        return self._table.query(matches_pk(territory_id), limit=limit, cursor=cursor, newest_first=True)

    def of_opening(self, territory_id: str, opening_id: str) -> list[Match]:
        """All matches of an opening; the index may lag by a moment."""
        pk = job_pk(territory_id, opening_id)
        found = self._table.query(pk, index="job", limit=PAGE).items if can_exist(pk) else []
        return list(map(Match.model_validate, found))

    def of_job_at_risk(self, territory_id: str, job_id: str) -> list[Match]:
        """All matches of a job at risk, as last written."""
        pk = job_pk(territory_id, job_id)
        marks = self._table.query(pk, limit=PAGE).items if can_exist(pk) else []
        keys = [(matches_pk(territory_id), str(mark["sk"])) for mark in marks]
        return list(map(Match.model_validate, self._table.get_many(keys)))

    def unanswered(self, territory_id: str, before: date) -> Iterator[Match]:
        """Those whose answer was waited for until before that day, a page of them; the index may lag by a moment."""
        pk, up_to = answers_pk(territory_id), before.isoformat()
        return map(Match.model_validate, self._table.query(pk, index="due", up_to=up_to, limit=PAGE).items)


def match_put(match: Match, expected: int | None) -> Put:
    """Writes a match if its version is still the expected one; None for a new one."""
    key = {"pk": matches_pk(match.territory_id), "sk": match.id}
    index = {"job_pk": job_pk(match.territory_id, match.opening_id), "job_sk": match.id}
    if can("expire", match):
        due = {"due_pk": answers_pk(match.territory_id), "due_sk": f"{match.expires_on.isoformat()}#{match.id}"}
        index |= due
    kept = match.model_dump(mode="json", exclude_none=True)
    return Put({**kept, **index, **key}, (Absent() if expected is None else Equals({"version": expected}),))


def mark_put(match: Match) -> Put:
    """The mark by which the match of a job at risk is found: written with a new match."""
    return Put({"pk": job_pk(match.territory_id, match.job_id), "sk": match.id}, (Absent(),))


def matches_pk(territory_id: str) -> str:
    return f"T#{territory_id}#MATCHES"


def job_pk(territory_id: str, job_id: str) -> str:
    return f"T#{territory_id}#JOB#{job_id}"


def answers_pk(territory_id: str) -> str:
    return f"T#{territory_id}#ANSWERS"
