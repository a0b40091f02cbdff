"""Visits as items: keys, index keys, and the writes that a transaction is made of."""

from __future__ import annotations

from typing import Any

from services.visits.need import Need
from services.visits.report import Move, Report
from services.visits.visit import Visit
from services.visits.visit_keys import (
    SAID_BY_KEYS,
    enterprise_pk,
    said_by_keys,
    structure_pk,
    territory_pk,
    visit_pk,
)
from shared.tables import Absent, Delete, Equals, Item, Put

VISIT = "VISIT"
REPORT = "REPORT#"
MOVE = "MOVE#"
NEED = "NEED#"


def visit_put(visit: Visit, before: Visit | None = None) -> Put:
    """The visit as it becomes, on condition that it is new, or still as it was read."""
    order = f"{visit.day.isoformat()}#{visit.id}"
    keys = {
        "territory_pk": territory_pk(visit.territory_id),
        "structure_pk": structure_pk(visit.territory_id, visit.structure_id),
        "enterprise_pk": enterprise_pk(visit.territory_id, visit.enterprise_id),
    }
    orders = dict.fromkeys(("territory_sk", "structure_sk", "enterprise_sk"), order)
    said = _lean(visit.model_dump(mode="json", exclude_defaults=True, exclude=SAID_BY_KEYS))
    condition = Equals({"version": before.version}) if before else Absent()
    return Put(said | keys | orders | {"pk": visit_pk(visit.territory_id, visit.id), "sk": VISIT}, (condition,))


def visit_of(item: Item) -> Visit:
    """The visit that an item holds."""
    return Visit.model_validate(item | said_by_keys(item))


def report_put(report: Report, visit: Visit) -> Put:
    """One more revision: a revision that is there is never written again.

    Of its answers only the values are kept: their words are those of a version of the questionnaire that never changes.
    """
    kept = report.model_dump(mode="json", exclude_defaults=True)
    if report.answers:
        kept["answers"] = {answer["question_id"]: answer["value"] for answer in kept["answers"]}
    key = {"pk": visit_pk(visit.territory_id, visit.id), "sk": f"{REPORT}{report.revision:04}"}
    return Put(_lean(kept) | key, (Absent(),))


def move_put(move: Move, visit: Visit) -> Put:
    """One more line of the visit's history."""
    key = {"pk": visit_pk(visit.territory_id, visit.id), "sk": f"{MOVE}{move.version:04}"}
    return Put(_lean(move.model_dump(mode="json", exclude_defaults=True)) | key, (Absent(),))


def need_delete(need: Need) -> Delete:
    """Takes away a need that a correction no longer has; the revision that does so keeps it as it stood."""
    key = _need_key(need)
    return Delete(key["pk"], key["sk"], (Equals({"actions": need.actions}),))


def _need_key(need: Need) -> dict[str, str]:
    return {"pk": visit_pk(need.territory_id, need.visit_id), "sk": f"{NEED}{need.id}"}


def _lean(item: dict[str, Any]) -> Item:
    """Without what says nothing: each started kilobyte is a write unit, once more for every index."""
    return {name: value for name, value in item.items() if value is not None}
