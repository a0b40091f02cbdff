"""A corrected report: one revision more, everything before it still there to be read."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.visits.territory import FRIDAY, HERE, SIRET, Territory, report, urgent
from tests.unit.visits.visits.life import act, ask, read, target_of, told

SKILLS = {"theme": "skills", "description": "Former trois soudeurs."}


def reported(territory: Territory, **changes: Any) -> str:
    """The id of a reported visit with an urgent and an ordinary need."""
    done = ask(territory, "", report(**{"needs": [urgent(), SKILLS], **changes}))
    return str(done.json["id"])


def needs(territory: Territory, visit_id: str) -> list[dict[str, Any]]:
    """The needs as a correction sends them back: what was reported, each with its id."""
    kept = {need["theme"]: need["id"] for need in read(territory, visit_id)["needs"]}
    return [urgent() | {"id": kept["recruitment"]}, SKILLS | {"id": kept["skills"]}]


def correct(territory: Territory, visit_id: str, who: str = "capteur", **changes: Any) -> Any:
    """Corrects the report, with its needs unless others are given."""
    body = report(**{**({} if "needs" in changes else {"needs": needs(territory, visit_id)}), **changes})
    return act(territory, visit_id, "correct", who, reason="Erreur de date", report=body)


def test_a_correction_is_another_revision_with_author_and_reason(territory: Territory) -> None:
    """The first revision reads as it was written; the second is in force and complete."""
    visit_id = reported(territory, shared_text="Première version", private_text="Note")

    done = correct(territory, visit_id, "colleague", visited_on="2026-11-25", shared_text="Deuxième version")

    assert (done.status, done.json["version"], done.json["state"]) == (200, 2, "reported")
    first, second = read(territory, visit_id)["revisions"]
    assert (first["shared_text"], first["author"], first["reason"]) == ("Première version", "capteur", None)
    assert (second["shared_text"], second["author"], second["reason"]) == (
        "Deuxième version",
        "colleague",
        "Erreur de date",
    )
    assert (first["private_text"], second["private_text"]) == ("Note", None)
    assert read(territory, visit_id)["visited_on"] == "2026-11-25"


def test_needs_keep_their_ids_and_are_not_told_again(territory: Territory) -> None:
    """A correction of the date changes no need: only the visit is told anew, complete, with its revision."""
    visit_id = reported(territory)
    before = needs(territory, visit_id)
    already = len(told(territory))

    correct(territory, visit_id, visited_on="2026-11-25")

    assert needs(territory, visit_id) == before
    facts = told(territory)[already:]
    assert [name for name, _ in facts] == ["VisitCorrected.v1"]
    assert (facts[0][1]["revision"], facts[0][1]["visited_on"], facts[0][1]["needs"]) == (2, "2026-11-25", 2)
    assert facts[0][1]["need_ids"] == [need["id"] for need in before]


def test_a_changed_need_keeps_its_id_and_what_it_was(territory: Territory) -> None:
    """The revision that changes a need holds it as it stood before."""
    visit_id = reported(territory)
    post, skills = needs(territory, visit_id)

    correct(territory, visit_id, needs=[post, skills | {"description": "Former quatre soudeurs."}])

    file = territory.store.file(HERE, visit_id)
    assert file.report
    assert [need.description for need in file.report.needs_before] == ["Former trois soudeurs."]
    assert [need.id for need in file.report.needs_before] == [skills["id"]]
    assert {need.description for need in file.needs} == {None, "Former quatre soudeurs."}


def test_a_need_without_consequence_may_be_taken_away(territory: Territory) -> None:
    """It is gone from the visit, and kept by the revision."""
    visit_id = reported(territory)
    post, _ = needs(territory, visit_id)

    correct(territory, visit_id, needs=[post])

    file = territory.store.file(HERE, visit_id)
    assert file.report
    assert ([need.theme for need in file.needs], file.visit.needs_count) == (["recruitment"], 1)
    assert [need.theme for need in file.report.needs_before] == ["skills"]


@pytest.mark.parametrize("how", ["removed", "changed", "calmed"])
def test_a_need_that_raised_an_alert_is_changed_on_the_alert(territory: Territory, how: str) -> None:
    """Removed, changed or made ordinary: refused, with the address of the alert; nothing is written."""
    visit_id = reported(territory)
    post, skills = needs(territory, visit_id)
    changed = urgent(quantity=5) | {"id": post["id"]}
    calmed = {"theme": "recruitment", "urgency": "ordinary", "id": post["id"]}
    sent = {"removed": [skills], "changed": [changed, skills], "calmed": [calmed, skills]}[how]
    kept = dict(territory.table.items)

    refused = correct(territory, visit_id, needs=sent)

    alert = next(need["alert_url"] for need in read(territory, visit_id)["needs"] if need["alert_url"])
    assert refused.status == 422
    assert alert.rpartition("/")[2] in "".join(refused.refused.values())
    assert territory.table.items == kept


def test_a_need_that_was_followed_up_stays(territory: Territory) -> None:
    """What was done about it would have no need any more."""
    visit_id = reported(territory)
    post, skills = needs(territory, visit_id)
    item = territory.table.items[(f"T#{HERE}#VISIT#{visit_id}", f"NEED#{skills['id']}")]
    item["actions"] = 1

    assert list(correct(territory, visit_id, needs=[post]).refused) == ["/report/needs"]


def test_a_forgotten_urgency_raises_its_alert_now(territory: Territory) -> None:
    """Its 48 hours begin with the correction; the need that had already alerted does not again."""
    visit_id = reported(territory)
    already = len(told(territory))

    done = correct(territory, visit_id, needs=[*needs(territory, visit_id), urgent(post="Fraiseur")])

    urgencies = [data for name, data in told(territory)[already:] if name == "UrgentRecruitmentReported.v1"]
    assert [data["post"] for data in urgencies] == ["Fraiseur"]
    assert len(done.json["alert_urls"]) == 2


def test_an_ordinary_need_that_was_in_fact_urgent_raises_its_alert_now(territory: Territory) -> None:
    """The need keeps its id."""
    visit_id = reported(territory, needs=[{"theme": "recruitment"}])
    need_id = read(territory, visit_id)["needs"][0]["id"]

    done = correct(territory, visit_id, needs=[urgent() | {"id": need_id}])

    assert done.status == 200, done.text
    name, data = told(territory)[-1]
    assert (name, data["need_id"]) == ("UrgentRecruitmentReported.v1", need_id)


def test_dates_that_were_to_come_then_are_not_refused_now(territory: Territory) -> None:
    """A correction after the date of a post does not ask for another one."""
    visit_id = reported(territory)
    territory.clock.now_is = FRIDAY.replace(year=2027, month=2)

    assert correct(territory, visit_id, visited_on="2026-11-25").status == 200


@pytest.mark.parametrize(
    ("sent", "place"),
    [
        ({"visited_on": "2027-01-01"}, "/report/visited_on"),
        ({"needs": [SKILLS | {"id": "unknown"}]}, "/report/needs/0/id"),
        ({"enterprise": {"name": "A", "siret": "1", "commune": "B"}}, "/report/enterprise/siret"),
        ({"enterprise": None, "enterprise_id": "unknown"}, "/report/enterprise_id"),
    ],
)
def test_a_correction_that_breaks_a_rule_is_refused_where_it_is_wrong(
    territory: Territory, sent: dict[str, Any], place: str
) -> None:
    """The pointers are of the correction as it was sent."""
    visit_id = reported(territory, needs=[])

    refused = act(territory, visit_id, "correct", reason="r", report=report(**{"needs": [], **sent}))

    assert (refused.status, list(refused.refused)) == (422, [place])


@pytest.mark.parametrize(("who", "status"), [("colleague", 200), ("coordinator", 403), ("rival", 404)])
def test_who_corrects(territory: Territory, who: str, status: int) -> None:
    """The structure that wrote it."""
    visit_id = reported(territory, needs=[])

    assert correct_without_needs(territory, visit_id, who) == status


def correct_without_needs(territory: Territory, visit_id: str, who: str) -> int:
    """The status of a correction of a visit without needs."""
    return act(territory, visit_id, "correct", who, reason="r", report=report(needs=[])).status


def test_the_last_visit_of_an_enterprise_follows_its_correction(territory: Territory) -> None:
    """Corrected to an earlier day, another visit may be the last one again."""
    older = reported(territory, needs=[], visited_on="2026-11-20")
    visit_id = reported(territory, needs=[], visited_on="2026-11-26")

    act(territory, visit_id, "correct", reason="r", report=report(needs=[], visited_on="2026-11-10"))

    summary = territory.kept("/SUMMARY")[0]
    assert (summary["last_visited_on"], summary["last_visit_id"], summary["visits"]) == ("2026-11-20", older, 2)


OTHER = {"name": "La Poste", "siret": "356 000 000 00048", "commune": "Belfort"}


def test_a_report_on_the_wrong_enterprise_is_moved_to_the_right_one(territory: Territory) -> None:
    """The wrong one was not visited: its summary, its list and its targets say so; the right one's say it was."""
    visit_id = reported(territory, needs=[SKILLS])
    pk = f"T#{HERE}#ENTERPRISE#{SIRET}"
    territory.table.items[(pk, "TARGET#p")] = target_of("p", "cci", state="visited", visit_id=visit_id)
    need_id = read(territory, visit_id)["needs"][0]["id"]

    done = act(
        territory,
        visit_id,
        "correct",
        reason="r",
        report=report(enterprise=OTHER, needs=[SKILLS | {"id": need_id}]),
    )

    assert done.status == 200, done.text
    assert [item["enterprise_id"] for item in territory.kept("/SUMMARY")] == ["35600000000048"]
    freed = territory.table.items[(pk, "TARGET#p")]
    assert (freed["state"], "visit_id" in freed) == ("pending", False)
    corrected = read(territory, visit_id)
    assert corrected["enterprise"]["name"] == "La Poste"
    assert territory.store.file(HERE, visit_id).needs[0].enterprise_name == "La Poste"
    assert told(territory)[-2][1]["enterprise_id"] == "35600000000048"


def test_another_visit_of_the_wrong_enterprise_remains_its_last(territory: Territory) -> None:
    """Only the visit that was not one is taken off."""
    older = reported(territory, needs=[], visited_on="2026-11-20")
    visit_id = reported(territory, needs=[])

    act(territory, visit_id, "correct", reason="r", report=report(enterprise=OTHER, needs=[]))

    summary = next(item for item in territory.kept("/SUMMARY") if item["enterprise_id"] == SIRET)
    assert (summary["last_visit_id"], summary["visits"]) == (older, 1)


def test_an_enterprise_that_has_an_alert_is_not_changed(territory: Territory) -> None:
    """The agency has been told who recruits."""
    visit_id = reported(territory)

    refused = correct(territory, visit_id, enterprise=OTHER)

    assert list(refused.refused) == ["/report/enterprise/siret"]
    assert "alerte" in refused.refused["/report/enterprise/siret"]


def test_the_words_of_the_same_enterprise_may_be_put_right(territory: Territory) -> None:
    """A name that was misspelt is told anew; the SIRET says that it is the same."""
    visit_id = reported(territory, needs=[])
    right = {"name": "Horlogerie du Lion d’Or", "siret": SIRET, "commune": "Montbéliard"}

    act(territory, visit_id, "correct", reason="r", report=report(enterprise=right, needs=[]))

    assert read(territory, visit_id)["enterprise"]["name"] == "Horlogerie du Lion d’Or"
    assert territory.kept("/SUMMARY")[0]["visits"] == 1
