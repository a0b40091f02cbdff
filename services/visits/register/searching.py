"""Searches the register: the same bounded work a page, whatever the size of the territory."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from services.visits.register.criteria import Criteria
from services.visits.register.enterprise import Enterprise, enterprise_of
from services.visits.register.plan import Range, plan
from shared.errors import Invalid
from shared.tables import Page, TableClient, decode_cursor, encode_cursor, key_names, last_key

MOST_ROWS = 200
"""Rows that one page reads at most: those of them that do not match are the price of a broad search."""
READ_UNITS = 64
"""What one page may cost at most, in DynamoDB's read units.

A SIREN's establishments are read at full price: 200 rows of 1 kB are 50. An index is read at half price: 25, and each of
the 16 ranges and 4 repetitions is rounded up by a half at most.
"""


class EnterprisePage(NamedTuple):
    """Some enterprises, and the cursor of the next ones or None."""

    enterprises: tuple[Enterprise, ...]
    cursor: str | None = None


class Place(NamedTuple):
    """Where a search stands: after this key of this range, or at its beginning."""

    range: int
    after: str | None = None


class Hit(NamedTuple):
    """An enterprise found, and where the search stands after it."""

    enterprise: Enterprise
    place: Place


class Search:
    """One page of a search: what is found, then where it stopped."""

    def __init__(self, table: TableClient, territory_id: str, criteria: Criteria) -> None:
        self._table = table
        self._criteria = criteria
        self._ranges = plan(territory_id, criteria)
        self._mark = hashlib.blake2b(repr((territory_id, criteria)).encode(), digest_size=6).hexdigest()
        self._stopped: Place | None = None

    def page(self, limit: int, cursor: str | None = None) -> EnterprisePage:
        """Up to `limit` enterprises: at times fewer, even none, and still a next page. Raises Invalid for a cursor of
        another search."""
        start = Place(0) if cursor is None else self._place(cursor)
        hits = list(islice(self._hits(start, limit + 1), limit + 1))
        found = tuple(hit.enterprise for hit in hits[:limit])
        stopped = hits[limit - 1].place if len(hits) > limit else self._stopped
        return EnterprisePage(found, self._cursor(stopped) if stopped else None)

    def _hits(self, start: Place, at_once: int) -> Iterator[Hit]:
        """What matches, range after range, reading more each time that what was read did not suffice."""
        rows, here = MOST_ROWS, start
        while rows and here.range < len(self._ranges):
            page = self._read(here, min(at_once, rows))
            rows -= len(page.items)
            yield from self._matching(page, here.range)
            here = Place(here.range, page.cursor) if page.cursor else Place(here.range + 1)
            at_once = 2 * at_once if page.cursor else at_once
        self._stopped = here if here.range < len(self._ranges) else None

    def _read(self, here: Place, limit: int) -> Page:
        index, pk, begins = self._ranges[here.range]
        return self._table.query(pk, index=index, begins=begins, limit=limit, cursor=here.after)

    def _matching(self, page: Page, at: int) -> Iterator[Hit]:
        for item in page.items:
            enterprise = enterprise_of(item)
            if self._criteria.match(enterprise):
                yield Hit(enterprise, Place(at, encode_cursor(last_key(item, self._ranges[at].within))))

    def _cursor(self, place: Place) -> str:
        text = json.dumps([self._mark, place.range, place.after])
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def _place(self, cursor: str) -> Place:
        try:
            mark, at, after = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        except (binascii.Error, ValueError, TypeError, RecursionError):
            raise _forged() from None
        if mark != self._mark or type(at) is not int or not 0 <= at < len(self._ranges):
            raise _forged()
        return Place(at, _inside(self._ranges[at], after))


def _inside(range_: Range, after: object) -> str | None:
    """The key to go on after, if it is one of this range: DynamoDB takes no other."""
    if after is None:
        return None
    if not isinstance(after, str):
        raise _forged()
    key = decode_cursor(after, range_.within, range_.pk)
    if not key[key_names(range_.within)[1]].startswith(range_.begins):
        raise _forged()
    return after


def _forged() -> Invalid:
    return Invalid("Ce curseur de page n’est pas valable ici : reprenez à la première page.", code="curseur")
