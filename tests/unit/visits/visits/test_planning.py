"""A visit that is to come: planned, put off, declined, cancelled or done."""

from __future__ import annotations

from typing import Any

import pytest

from services.visits.lifecycle import STATES
from tests.unit.visits.territory import HERE, SIRET, Territory, report
from tests.unit.visits.visits.life import act, ask, plan, planning, read, told


def test_a_planned_visit_has_its_day_its_hour_and_its_capteurs(territory: Territory) -> None:
    """The enterprise is known to the register from then on, and the fact is told."""
    visit_id = plan(territory, capteurs=["capteur", "colleague"])

    planned = read(territory, visit_id)
    assert (planned["state"], planned["planned_on"], planned["planned_at"]) == ("planned", "2026-12-08", "14:30")
    assert planned["capteurs"] == ["capteur", "colleague"]
    assert planned["enterprise"]["id"] == SIRET
    assert [name for name, _ in told(territory)] == ["VisitPlanned.v1"]
    assert told(territory)[0][1]["capteurs"] == 2


@pytest.mark.parametrize(
    ("body", "place", "words"),
    [
        (planning(planned_on="2026-11-26"), "/planned_on", "déjà passée"),
        (planning(planned_on="2029-01-01"), "/planned_on", "deux ans"),
        (planning(planned_at="25:00"), "/planned_at", ""),
        (planning(capteurs=["rival"]), "/capteurs/0", "annuaire"),
        (planning(capteurs=["capteur", "nobody"]), "/capteurs/1", "annuaire"),
        (planning(enterprise=None), "/enterprise", "quelle entreprise"),
        (planning(enterprise_id=SIRET), "/enterprise_id", "une seule fois"),
        (planning(enterprise=None, enterprise_id="unknown"), "/enterprise_id", "registre"),
    ],
)
def test_a_plan_that_breaks_a_rule_is_refused_where_it_is_wrong(
    territory: Territory, body: dict[str, Any], place: str, words: str
) -> None:
    """Each refusal stands at its pointer, and nothing is written."""
    refused = ask(territory, "/plan", body)

    assert (refused.status, list(refused.refused)) == (422, [place])
    assert words in refused.refused[place]
    assert not territory.table.items


def test_the_coordination_plans_for_a_structure(territory: Territory) -> None:
    """It is that structure's visit: its capteurs report it, nobody else's."""
    visit_id = plan(territory, "coordinator", structure_id="opco", capteurs=["rival"])

    assert read(territory, visit_id, "rival")["structure_name"] == "Opco"
    assert ask(territory, "", report(visit_id=visit_id), "coordinator").status == 403
    assert ask(territory, "", report(visit_id=visit_id), "rival").status == 201


def test_whoever_reports_a_visit_planned_for_nobody_is_its_capteur(territory: Territory) -> None:
    """The coordination plans for a structure without knowing who will go."""
    visit_id = plan(territory, "coordinator", structure_id="opco")
    assert read(territory, visit_id, "rival")["capteurs"] == []

    ask(territory, "", report(visit_id=visit_id), "rival")

    assert read(territory, visit_id, "rival")["capteurs"] == ["rival"]


def test_a_structure_does_not_plan_for_another(territory: Territory) -> None:
    """403 for a capteur; an unknown structure is refused to the coordination too."""
    assert ask(territory, "/plan", planning(structure_id="opco")).status == 403
    assert ask(territory, "/plan", planning(structure_id="nobody"), "coordinator").status == 422


def test_a_visit_is_put_off_to_a_day_or_to_none(territory: Territory) -> None:
    """Without a new day it keeps its place in the lists; each change is a line of its history, with its reason."""
    visit_id = plan(territory)

    off = act(territory, visit_id, "reschedule", reason="Gérante absente", motive="enterprise_unavailable")
    assert (off.json["state"], off.json["version"]) == ("rescheduled", 2)
    assert territory.store.visit(HERE, visit_id).day.isoformat() == "2026-12-08"
    assert read(territory, visit_id)["planned_on"] is None

    act(territory, visit_id, "reschedule", planned_on="2026-12-15", planned_at="09:00", reason="Nouvelle date")
    again = read(territory, visit_id)
    assert (again["planned_on"], again["planned_at"], again["version"]) == ("2026-12-15", "09:00", 3)
    assert [line["reason"] for line in again["history"]] == ["Gérante absente", "Nouvelle date"]


def test_an_hour_needs_a_day(territory: Territory) -> None:
    """An appointment at 9 without a date is a slip of the finger."""
    refused = act(territory, plan(territory), "reschedule", planned_at="09:00", reason="Plus tard")

    assert list(refused.refused) == ["/planned_at"]


@pytest.mark.parametrize(
    ("name", "body", "state", "fact"),
    [
        ("reschedule", {"reason": "r", "motive": "unreachable"}, "rescheduled", "VisitRescheduled.v1"),
        ("decline", {"reason": "r", "motive": "no_time"}, "declined", "VisitDeclined.v1"),
        ("cancel", {"reason": "r", "motive": "enterprise_closed"}, "cancelled", "VisitCancelled.v1"),
        ("done", {"visited_on": "2026-11-26"}, "done", "VisitDone.v1"),
    ],
)
def test_each_act_is_one_write_with_its_fact(
    territory: Territory, name: str, body: dict[str, Any], state: str, fact: str
) -> None:
    """The state, a line of history and the fact stand together; what was typed is not told, the motive is."""
    visit_id = plan(territory)

    done = act(territory, visit_id, name, **body)

    assert (done.status, done.json["state"], done.json["state_label"]) == (200, state, STATES[state])  # type: ignore[index]
    name_told, data = told(territory)[-1]
    assert name_told == fact
    assert "reason" not in data
    assert data.get("motive") == body.get("motive")


def test_a_stale_version_is_told_what_the_visit_has_become(territory: Territory) -> None:
    """409 in French, with the state and the version to start from again; nothing is written."""
    visit_id = plan(territory)
    act(territory, visit_id, "reschedule", reason="Plus tard")
    kept = dict(territory.table.items)

    stale = act(territory, visit_id, "cancel", reason="r", expected_version=1)

    assert stale.status == 409
    assert "entre-temps" in stale.json["detail"]
    assert (stale.json["current"]["version"], stale.json["current"]["state"]) == (2, "rescheduled")
    assert territory.table.items == kept


def test_what_is_over_cannot_be_reported(territory: Territory) -> None:
    """A cancelled visit stays cancelled: 409 names its state."""
    visit_id = plan(territory)
    act(territory, visit_id, "cancel", reason="r")

    refused = ask(territory, "", report(visit_id=visit_id))

    assert (refused.status, refused.json["type"].rpartition("/")[2]) == (409, "etat-de-visite")


@pytest.mark.parametrize(
    ("who", "status"), [("rival", 404), ("neighbour", 404), ("agency", 404), ("coordinator", 403), ("colleague", 200)]
)
def test_who_may_cancel(territory: Territory, who: str, status: int) -> None:
    """The structure's own; the coordination reads it but leaves that to the structure; others do not know of it."""
    visit_id = plan(territory)

    assert act(territory, visit_id, "cancel", who, reason="r").status == status


def test_an_act_said_twice_has_one_effect(territory: Territory) -> None:
    """The same key and body are answered alike, although the version has moved."""
    visit_id = plan(territory)
    body = {"expected_version": 1, "reason": "r"}

    answers = [territory.call("POST", f"/api/v1/visits/{visit_id}/cancel", body).text for _ in range(2)]

    assert answers[0] == answers[1]
    assert len(read(territory, visit_id)["history"]) == 1


def test_a_key_belongs_to_its_address(territory: Territory) -> None:
    """The same body sent to another act under the same key is refused."""
    visit_id = plan(territory)
    body = {"expected_version": 1, "reason": "r"}
    territory.call("POST", f"/api/v1/visits/{visit_id}/decline", body)

    assert territory.call("POST", f"/api/v1/visits/{visit_id}/cancel", body).status == 422
