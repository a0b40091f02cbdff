"""Ways to lead a visit through its life in a test, as each member does it by the API."""

from __future__ import annotations

import json
from itertools import count
from typing import Any

from services.visits.questionnaire.definition import Question
from shared.tables import Item
from tests.unit.visits.territory import HERE, SIRET, Answer, Territory

VISITS = "/api/v1/visits"
_KEYS = count(1)


def key() -> str:
    """A key that no other request of the tests has."""
    return f"key-of-test-{next(_KEYS)}"


def planning(**changes: Any) -> dict[str, Any]:
    """The JSON of a visit to plan; `changes` replace its attributes."""
    return {
        "enterprise": {"name": "Horlogerie du Lion", "siret": SIRET, "commune": "Montbéliard", "naf": "26.52Z"},
        "planned_on": "2026-12-08",
        "planned_at": "14:30",
    } | changes


def answer_to(question: Question) -> Any:
    """Some answer that the question accepts: the first of those proposed, if any are."""
    first = question.options[0].code if question.options else None
    plain = {"yes_no": True, "integer": 1, "percent": 1, "choice": first, "choices": [first]}
    return plain.get(question.kind, "texte")


def ask(territory: Territory, path: str, body: dict[str, Any], who: str = "capteur") -> Answer:
    """Posts a command with a key of its own."""
    return territory.call("POST", f"{VISITS}{path}", body, who=who, key=key())


def plan(territory: Territory, who: str = "capteur", **changes: Any) -> str:
    """The id of a visit that was planned."""
    planned = ask(territory, "/plan", planning(**changes), who)
    assert planned.status == 201, planned.text
    return str(planned.json["id"])


def act(territory: Territory, visit_id: str, name: str, who: str = "capteur", **body: Any) -> Answer:
    """Commands a visit at the version that it has, unless another is given."""
    version = territory.store.visit(HERE, visit_id).version
    return ask(territory, f"/{visit_id}/{name}", {"expected_version": version, **body}, who)


def read(territory: Territory, visit_id: str, who: str = "capteur") -> Any:
    """What somebody reads of a visit."""
    return territory.call("GET", f"{VISITS}/{visit_id}", who=who).json


def target_of(programme: str, structure: str, **changes: Any) -> Item:
    """A programme's target on the usual enterprise, as its table has it."""
    return {
        "pk": f"T#{HERE}#ENTERPRISE#{SIRET}",
        "sk": f"TARGET#{programme}",
        "programme_id": programme,
        "enterprise_id": SIRET,
        "structure_id": structure,
        "version": 1,
        "state": "pending",
        "programme_pk": f"T#{HERE}#PROGRAMME#{programme}",
        "programme_sk": f"TARGET#{SIRET}",
    } | changes


def told(territory: Territory) -> list[tuple[str, dict[str, Any]]]:
    """The facts in the outbox, in order: detail-type and data."""
    entries = [item for (pk, _), item in territory.table.items.items() if pk.endswith("#OUTBOX")]
    events = [event for item in entries for event in item["events"]]
    return [(event["detail_type"], json.loads(event["detail"])["data"]) for event in events]
