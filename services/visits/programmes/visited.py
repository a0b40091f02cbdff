"""What a reported visit does to the targets of its enterprise; the writes belong to the report's own transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from services.visits.programmes.target import TARGETS, target_sk
from shared.tables import Equals, Item, Update

FULFILLED_FROM = frozenset({"pending", "claimed"})


def visited_writes(
    items: Iterable[Item], *, structure_id: str, visit_id: str, visited_on: date, last_visited_on: date | None = None
) -> list[Update]:
    """The writes for the items of one enterprise's partition (those that are no target are passed over).

    The targets of the visiting structure are fulfilled, whoever claimed them. Those of other structures only learn when the
    enterprise was last seen: on `last_visited_on` where the caller knows it, as after a correction. Each write holds on the
    version read: ConditionFailed means that a target moved meanwhile, so read again.
    """
    targets = (item for item in items if str(item["sk"]).startswith(TARGETS))
    last = last_visited_on.isoformat() if last_visited_on else None
    changed = ((item, _changes(item, structure_id, visit_id, visited_on.isoformat(), last)) for item in targets)
    return [_update(item, changes) for item, changes in changed if changes]


def _changes(item: Item, structure_id: str, visit_id: str, day: str, last: str | None) -> Item:
    known = item.get("last_visited_on", "")
    latest = last or max(day, known)
    seen: Item = {"last_visited_on": latest} if latest != known else {}
    if item["state"] in FULFILLED_FROM and item["structure_id"] == structure_id:
        place = target_sk(item["enterprise_id"], None)
        return seen | {"state": "visited", "visit_id": visit_id, "visited_on": day, "programme_sk": place}
    if item.get("visit_id") == visit_id and item.get("visited_on") != day:
        # The report was corrected: the day of the visit was another one.
        return seen | {"visited_on": day}
    return seen


def _update(item: Item, changes: Item) -> Update:
    version = int(item["version"])
    removes = ("claim",) if changes.get("state") == "visited" else ()
    guard = Equals({"version": version})
    return Update(item["pk"], item["sk"], changes | {"version": version + 1}, removes, (guard,))
