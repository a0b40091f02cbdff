"""The JSON API of needs."""

from __future__ import annotations

import pytest

from tests.unit.visits.needs.following import NEEDS, record, reported
from tests.unit.visits.needs.test_need_rules import job
from tests.unit.visits.territory import Territory

PATH = "/api/v1/needs"


def test_needs_are_listed_by_state_and_theme(territory: Territory) -> None:
    """Each with where to read it; a page after the other."""
    reported(territory, *NEEDS)

    first = territory.call("GET", PATH, who="coordinator", limit="2").json
    rest = territory.call("GET", PATH, who="coordinator", limit="2", cursor=first["next_cursor"]).json

    assert [len(first["items"]), len(rest["items"]), rest["next_cursor"]] == [2, 1, None]
    assert {need["state"] for need in first["items"]} == {"reported"}
    vae = territory.call("GET", PATH, theme="skills").json["items"]
    assert {need["subject_label"] for need in vae} == {"Faire reconnaître l’expérience (VAE)", None}
    assert territory.call("GET", PATH, state="met").json["items"] == []
    assert territory.call("GET", PATH, state="lost").status == 422


def test_a_need_is_read_with_what_was_done(territory: Territory) -> None:
    """Its parts, its state, and each action with who and when."""
    (need,) = reported(territory, {"theme": "jobs_at_risk", "jobs_at_risk": [job()]})
    record(territory, need, "qualified", note="Vu avec l’entreprise.")

    told = territory.call("GET", f"{PATH}/{need.visit_id}/{need.need_id}").json

    assert (told["state"], told["state_label"]) == ("qualified", "Qualifié")
    assert told["jobs_at_risk"][0]["cause_label"] == "Disparition définitive de l’emploi"
    assert [(action["kind"], action["note"]) for action in told["actions"]] == [("qualified", "Vu avec l’entreprise.")]


def test_an_action_is_recorded_once(territory: Territory) -> None:
    """201 with the state and where to read it; the same key answers the same."""
    (need,) = reported(territory, {"theme": "other"})
    path, body = f"{PATH}/{need.visit_id}/{need.need_id}/actions", {"kind": "met", "acted_on": "2026-11-26"}

    answers = [territory.call("POST", path, body, key="action-key") for _ in range(2)]

    assert [answer.status for answer in answers] == [201, 201]
    assert answers[0].json == answers[1].json
    assert answers[0].headers["Location"] == f"{PATH}/{need.visit_id}/{need.need_id}"
    assert answers[0].json["state"] == "met"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "met", "acted_on": "2026-12-01"}, "/acted_on"),
        ({"kind": "lost"}, "/kind"),
        ({"kind": "met", "x": 1}, "/x"),
    ],
)
def test_a_wrong_action_is_refused_at_its_pointer(territory: Territory, body: dict[str, object], field: str) -> None:
    """In French, as everywhere."""
    (need,) = reported(territory, {"theme": "other"})

    refused = territory.call("POST", f"{PATH}/{need.visit_id}/{need.need_id}/actions", body)

    assert (refused.status, list(refused.refused)) == (422, [field])


@pytest.mark.parametrize("who", ["rival", "agency", "neighbour"])
def test_anothers_need_does_not_exist(territory: Territory, who: str) -> None:
    """Nor does one that never was."""
    (need,) = reported(territory, {"theme": "other"})

    for path in (f"{PATH}/{need.visit_id}/{need.need_id}", f"{PATH}/x/y"):
        assert territory.call("GET", path, who=who).status == 404
        assert territory.call("POST", f"{path}/actions", {"kind": "met"}, who=who, key="another-key").status == 404
