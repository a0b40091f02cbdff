"""Needs that were reported, and the ways to say what was done about one."""

from __future__ import annotations

import json
from typing import Any

from services.visits.need_action_given import RecordNeedAction
from services.visits.need_recording import ActionRecorded, NeedRecorder, record_need_action
from services.visits.need_state import NeedState
from services.visits.need_store import NeedKey, NeedShelf, NeedStore
from services.visits.need_subjects import Theme
from shared.events import parse
from shared.events.visits_needs import JobsAtRiskReported, NeedActionRecorded, NeedReported, OpeningsReported
from shared.idempotency import Request
from shared.tables import Item
from tests.unit.visits.territory import Territory, report

TOLD = (NeedReported, JobsAtRiskReported, OpeningsReported, NeedActionRecorded)
NEEDS = [{"theme": "skills", "subject": "vae"}, {"theme": "investment"}, {"theme": "skills"}]


def reported(
    territory: Territory, *needs: dict[str, Any], key: str = "report-key", who: str = "capteur"
) -> list[NeedKey]:
    """Reports a visit with these needs; which they are, in the order of the report."""
    visit_id = territory.report(report(needs=list(needs)), key=key, who=who).visit_id
    kept = [item for item in territory.kept("/NEED#") if item["visit_id"] == visit_id]
    return [NeedKey(visit_id, kept.pop(_place(kept, need))["id"]) for need in needs]


def _place(kept: list[Item], need: dict[str, Any]) -> int:
    """Which of the needs kept is this one: those of one instant are kept in any order."""
    said = (need["theme"], need.get("subject"))
    return next(place for place, item in enumerate(kept) if (item["theme"], item.get("subject")) == said)


def recorder(territory: Territory) -> NeedRecorder:
    """What the command needs, over the territory's table."""
    return NeedRecorder(NeedStore(territory.table), territory.clock)


def record(
    territory: Territory, need: NeedKey, kind: str, *, key: str = "", who: str = "coordinator", **more: Any
) -> ActionRecorded:
    """Says what was done about a need."""
    body = {"kind": kind, **more}
    caller = territory.caller(who)
    request = Request.of(caller.territory_id, caller.member_id, key or f"act-{kind}-{who}", json.dumps(body))
    return record_need_action(need, RecordNeedAction.model_validate(body), request, caller, recorder(territory))


def listed(territory: Territory, state: NeedState, theme: Theme | None = None, limit: int = 50) -> list[str]:
    """The ids of the territory's list of a state."""
    store = NeedStore(territory.table)
    page = store.of_territory(territory.caller().territory_id, NeedShelf(state, theme), limit)
    return [need.id for need in page.needs]


def facts(territory: Territory, *classes: Any) -> list[Any]:
    """The facts of these classes that wait in the outbox, read as a subscriber would."""
    wanted = {known.detail_type for known in classes or TOLD}
    events = [event for item in territory.kept("#OUTBOX") for event in item["events"]]
    return [
        parse({"detail-type": event["detail_type"], "detail": json.loads(event["detail"])}, *TOLD)
        for event in events
        if event["detail_type"] in wanted
    ]
