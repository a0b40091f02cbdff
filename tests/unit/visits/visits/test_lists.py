"""The lists of visits: by structure, enterprise, state and day, each with what its reader may see."""

from __future__ import annotations

from typing import Any

import pytest

from services.visits.store import MOST_READS
from tests.unit.visits.territory import SIRET, Territory, report
from tests.unit.visits.visits.life import VISITS, act, ask, plan


def listed(territory: Territory, who: str = "capteur", **query: str) -> list[dict[str, Any]]:
    """The items of a list."""
    return list(territory.call("GET", VISITS, who=who, headers=None, **query).json["items"])


def reported(territory: Territory, who: str = "capteur", **changes: Any) -> str:
    """The id of a visit without needs."""
    return str(ask(territory, "", report(**{"needs": [], **changes}), who).json["id"])


def test_a_list_is_narrowed_by_state_and_day(territory: Territory) -> None:
    """Both ends of a span are in it."""
    days = {reported(territory, visited_on=f"2026-11-{day}"): day for day in (20, 22, 24)}
    planned = plan(territory)

    assert [visit["id"] for visit in listed(territory, state="planned")] == [planned]
    found = listed(territory, since="2026-11-20", until="2026-11-22", state="reported")
    assert [days[visit["id"]] for visit in found] == [22, 20]


def test_the_visits_of_an_enterprise_are_those_of_every_structure_that_one_may_read(territory: Territory) -> None:
    """Another structure's only with the enterprise's consent, and without who went."""
    mine = reported(territory)
    open_one = reported(territory, "rival", consent_to_share=True)
    reported(territory, "rival")

    found = {visit["id"]: visit for visit in listed(territory, enterprise_id=SIRET)}
    assert set(found) == {mine, open_one}
    assert (found[open_one]["member_id"], found[open_one]["capteurs"]) == (None, [])
    assert len(listed(territory, "coordinator", enterprise_id=SIRET)) == 3


def test_another_structure_s_list_has_what_it_shares(territory: Territory) -> None:
    """Nothing of what is planned, nor of what the enterprise keeps to itself."""
    shared = reported(territory, "rival", consent_to_share=True)
    reported(territory, "rival")
    plan(territory, "rival")

    assert [visit["id"] for visit in listed(territory, structure_id="opco")] == [shared]


def test_a_selective_list_reads_no_further_than_a_bounded_number_of_pages(territory: Territory) -> None:
    """A page may be empty and yet have a next one: nobody's request reads a whole history."""
    for day in range(1, 21):
        reported(territory, visited_on=f"2026-11-{day:02}")
    oldest = plan(territory)
    act(territory, oldest, "reschedule", planned_on="2026-12-01", reason="r")

    answer = territory.call("GET", VISITS, limit="1", state="no_follow_up").json

    assert answer["items"] == []
    assert answer["next_cursor"]
    assert MOST_READS < 20


def test_cursors_go_through_a_filtered_list_to_its_end(territory: Territory) -> None:
    """Every visit that matches is shown once."""
    expected = {reported(territory, visited_on=f"2026-11-{day:02}") for day in range(1, 13)}
    query: dict[str, str] = {"limit": "2", "state": "reported"}
    seen: list[str] = []
    cursor = ""
    while cursor is not None:
        page = territory.call("GET", VISITS, headers=None, **query, **({"cursor": cursor} if cursor else {})).json
        seen += [visit["id"] for visit in page["items"]]
        cursor = page["next_cursor"]

    assert len(seen) == len(expected)
    assert set(seen) == expected


@pytest.mark.parametrize("query", [{"state": "lost"}, {"since": "hier"}, {"until": "2026-13-01"}])
def test_a_filter_that_means_nothing_is_refused(territory: Territory, query: dict[str, str]) -> None:
    """422 rather than a list that looks complete."""
    assert territory.call("GET", VISITS, headers=None, **query).status == 422
