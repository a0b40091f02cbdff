"""Where items stand, in the order in which a query gives them: found by bisection, however many there are."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict

from shared.tables import Item, decode_cursor, key_names

Key = tuple[str, str]
Place = tuple[str, str, str]
"""The sort key, then the table's own key."""
Spot = tuple[str, Place]
"""A partition, and the place there."""
_LAST = "\U0010ffff"


class OrderedIndex:
    """The order of a table itself, or of one of its indexes."""

    def __init__(self, name: str | None = None) -> None:
        self.name = name
        self.pk, self.sk = key_names(name)
        self._partitions: defaultdict[str, list[Place]] = defaultdict(list)

    def move(self, before: Item | None, after: Item | None) -> None:
        """An item has become another: it stands where its keys say, or nowhere without them."""
        old, new = self._spot(before), self._spot(after)
        if old == new:
            return
        if old:
            within = self._partitions[old[0]]
            del within[bisect_left(within, old[1])]
        if new:
            insort(self._partitions[new[0]], new[1])

    def _spot(self, item: Item | None) -> Spot | None:
        if item is None or self.pk not in item or self.sk not in item:
            return None
        return item[self.pk], (item[self.sk], item["pk"], item["sk"])

    def find(
        self, pk: str, *, begins: str, up_to: str | None, limit: int, cursor: str | None, newest_first: bool
    ) -> tuple[list[Place], int]:
        """Up to `limit` places, as `shared.tables.TableClient.query` says, and how many there are without the limit."""
        within = self._partitions.get(pk, [])
        first, last = _bounds(within, begins, up_to)
        if cursor is not None:
            key = decode_cursor(cursor, self.name, pk)
            place = key[self.sk], key["pk"], key["sk"]
            first, last = (first, bisect_left(within, place)) if newest_first else (bisect_right(within, place), last)
        found = (
            within[max(first, last - limit) : last][::-1] if newest_first else within[first : min(last, first + limit)]
        )
        return found, last - first

    def first(self, pk: str) -> str | None:
        """The lowest sort key of a partition."""
        within = self._partitions.get(pk)
        return within[0][0] if within else None


def _bounds(places: list[Place], begins: str, up_to: str | None) -> tuple[int, int]:
    """From where to where the sort keys begin so, and are at most so."""
    last = bisect_right(places, (begins + _LAST, "", "")) if begins else len(places)
    if up_to is not None:
        last = min(last, bisect_right(places, (up_to, _LAST, _LAST)))
    return bisect_left(places, (begins, "", "")) if begins else 0, last
