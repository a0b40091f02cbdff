"""What a visit leaves beside itself: the enterprise's last visit, its programmes' targets, the alerts of a sector.

    pk                    sk             attributes
    T#<t>#ENTERPRISE#<e>  SUMMARY        last_visited_on, last_visit_id, visits
    T#<t>#SIGNALS         <naf division> last_alert_on, count

Each write holds on what was read: ConditionFailed means that somebody visited the same enterprise, or alerted the same
sector, at that moment; read again and decide again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from services.visits.programmes.target import TARGETS
from services.visits.programmes.visited import visited_writes
from services.visits.store import Days, Shelf, VisitStore
from services.visits.visit import Visit
from services.visits.visit_keys import enterprise_partition
from shared.tables import Absent, Condition, Delete, Equals, Item, Put, Update, Write

SUMMARY = "SUMMARY"
MOST_PROGRAMMES = 60
"""Programmes that seek one enterprise: more would not go into the transaction of a report with ten needs."""
DIVISION_DIGITS = 2
"""The first digits of an activity code: its division, the same in each nomenclature's own list."""


class Summary(NamedTuple):
    """How an enterprise was visited so far."""

    last_visited_on: date | None = None
    last_visit_id: str | None = None
    visits: int = 0


def summary_of(store: VisitStore, territory_id: str, enterprise_id: str) -> Summary:
    """What is known of the visits to an enterprise, all structures together."""
    item = store.table.get(enterprise_partition(territory_id, enterprise_id), SUMMARY)
    if item is None:
        return Summary()
    return Summary(date.fromisoformat(item["last_visited_on"]), item["last_visit_id"], item["visits"])


def traces_of_report(visit: Visit, known: Summary, store: VisitStore) -> list[Write]:
    """The writes of a first report: one visit more for its enterprise, its targets fulfilled."""
    latest = known.last_visited_on is None or visit.day >= known.last_visited_on
    became = Summary(visit.day, visit.id, known.visits + 1) if latest else known._replace(visits=known.visits + 1)
    return [_summary_put(visit, became, known), *_fulfilled(visit, store)]


def traces_of_correction(before: Visit, visit: Visit, known: Summary, store: VisitStore) -> list[Write]:
    """The writes of a corrected day, or enterprise: its last visit may be this one no longer, or now."""
    if before.enterprise_id != visit.enterprise_id:
        return [*_withdrawn(before, store), *traces_of_report(visit, known, store)]
    other = _latest_other(visit, store)
    days = [(visit.day, visit.id)] + ([(other.day, other.id)] if other else [])
    last_on, last_id = max(days)
    return [_summary_put(visit, Summary(last_on, last_id, known.visits), known), *_fulfilled(visit, store, last_on)]


def _withdrawn(visit: Visit, store: VisitStore) -> list[Write]:
    """An enterprise that was not visited after all: one visit less, and its targets are to be visited again."""
    known = summary_of(store, visit.territory_id, visit.enterprise_id)
    other = _latest_other(visit, store)
    return [_summary_less(visit, other, known), *_unfulfilled(visit, store)]


def _summary_less(visit: Visit, other: Visit | None, known: Summary) -> Write:
    if other is None:
        pk = enterprise_partition(visit.territory_id, visit.enterprise_id)
        return Delete(pk, SUMMARY, (_still(known),))
    return _summary_put(visit, Summary(other.day, other.id, known.visits - 1), known)


def _unfulfilled(visit: Visit, store: VisitStore) -> list[Write]:
    items = store.table.query(
        enterprise_partition(visit.territory_id, visit.enterprise_id), begins=TARGETS, limit=MOST_PROGRAMMES
    ).items
    return [
        Update(
            item["pk"],
            item["sk"],
            {"state": "pending", "version": item["version"] + 1},
            ("visit_id", "visited_on"),
            (Equals({"version": item["version"]}),),
        )
        for item in items
        if item.get("visit_id") == visit.id
    ]


def previous_visit_on(visit: Visit, known: Summary, store: VisitStore) -> date | None:
    """The day of the enterprise's last visit before this one, by any structure; a report may come after a later visit."""
    if known.last_visit_id != visit.id and (known.last_visited_on or visit.day) <= visit.day:
        return known.last_visited_on
    earlier = _latest_other(visit, store, until=visit.day)
    return earlier.day if earlier else None


def alert_signal(visit: Visit, alerts: int, today: date, store: VisitStore) -> list[Write]:
    """The write that counts alerts in the visit's sector; none without an alert or without an activity code."""
    division = (visit.establishment.naf or "")[:DIVISION_DIGITS]
    if not alerts or not division:
        return []
    pk = f"T#{visit.territory_id}#SIGNALS"
    known = store.table.get(pk, division)
    condition: Condition = Equals({"count": known["count"]}) if known else Absent()
    count = alerts + (known["count"] if known else 0)
    return [Put({"pk": pk, "sk": division, "last_alert_on": today.isoformat(), "count": count}, (condition,))]


def _fulfilled(visit: Visit, store: VisitStore, last_on: date | None = None) -> Sequence[Write]:
    items = store.table.query(
        enterprise_partition(visit.territory_id, visit.enterprise_id), begins=TARGETS, limit=MOST_PROGRAMMES
    ).items
    return visited_writes(
        items,
        structure_id=visit.structure_id,
        visit_id=visit.id,
        visited_on=visit.day,
        last_visited_on=last_on,
    )


def _summary_put(visit: Visit, became: Summary, known: Summary) -> Put:
    item: Item = {
        "pk": enterprise_partition(visit.territory_id, visit.enterprise_id),
        "sk": SUMMARY,
        "enterprise_id": visit.enterprise_id,
        "last_visited_on": str(became.last_visited_on),
        "last_visit_id": became.last_visit_id,
        "visits": became.visits,
    }
    return Put(item, (_still(known),))


def _still(known: Summary) -> Condition:
    if not known.visits:
        return Absent()
    return Equals({"visits": known.visits, "last_visit_id": known.last_visit_id})


def _latest_other(visit: Visit, store: VisitStore, until: date | None = None) -> Visit | None:
    """The last visit with a report that the enterprise had apart from this one."""
    shelf = Shelf.of_enterprise(visit.territory_id, visit.enterprise_id)
    page = store.listed(shelf, lambda each: each.has_report and each.id != visit.id, Days(until=until), 1, None)
    return page.visits[0] if page.visits else None
