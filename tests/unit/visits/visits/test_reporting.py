"""The report of a visit: planned before or not, with its questionnaire, its texts, and what it leaves behind."""

from __future__ import annotations

from typing import Any

import pytest

from services.visits.questionnaire.shipped import shipped
from services.visits.register.enterprise import Enterprise, enterprise_of
from services.visits.register.store import RegisterStore
from services.visits.traces import MOST_PROGRAMMES
from tests.unit.visits.territory import HERE, SIRET, Territory, report, urgent
from tests.unit.visits.visits.life import act, answer_to, ask, key, plan, read, target_of, told

REQUIRED = {question.id: question for question in shipped().questions if question.required}


def answers(**changes: Any) -> dict[str, Any]:
    """An answer to each question that must be answered; `changes` add to them."""
    return {name: answer_to(question) for name, question in REQUIRED.items()} | changes


def reported(territory: Territory, who: str = "capteur", **changes: Any) -> str:
    """The id of a visit that was reported, without needs unless they are given."""
    done = ask(territory, "", report(**{"needs": [], **changes}), who)
    assert done.status == 201, done.text
    return str(done.json["id"])


@pytest.mark.parametrize("before", [None, "reschedule", "done"])
def test_a_planned_visit_is_reported_whatever_became_of_it(territory: Territory, before: str | None) -> None:
    """Planned, put off or done: the same visit, with its enterprise and its capteurs, now has its report."""
    visit_id = plan(territory, capteurs=["capteur", "colleague"])
    if before:
        act(territory, visit_id, before, **({"visited_on": "2026-11-26"} if before == "done" else {"reason": "r"}))

    done = ask(territory, "", report(visit_id=visit_id, enterprise=None, needs=[]), "colleague")

    assert (done.status, done.json["id"], done.json["state"]) == (201, visit_id, "reported")
    read_back = read(territory, visit_id)
    assert (read_back["member_id"], read_back["capteurs"]) == ("colleague", ["capteur", "colleague"])
    assert (read_back["visited_on"], read_back["enterprise"]["siret"]) == ("2026-11-26", SIRET)
    assert told(territory)[-1][1]["planned"] is True


def test_a_planned_visit_is_reported_once(territory: Territory) -> None:
    """A second report under another key is refused: what is wrong in the first is corrected."""
    visit_id = plan(territory)
    ask(territory, "", report(visit_id=visit_id))

    assert ask(territory, "", report(visit_id=visit_id)).status == 409


@pytest.mark.parametrize("visit_id", ["nobody", "x" * 64])
def test_an_unknown_planned_visit_is_not_reported(territory: Territory, visit_id: str) -> None:
    """A forged id answers as any that does not exist."""
    assert ask(territory, "", report(visit_id=visit_id)).status == 404


def test_another_enterprise_is_another_visit(territory: Territory) -> None:
    """A planned visit is not reported for somebody else: the plan would be counted as kept."""
    visit_id = plan(territory)
    other = {"name": "Autre", "siret": "356 000 000 00048", "commune": "Delle"}

    refused = ask(territory, "", report(visit_id=visit_id, enterprise=other))

    assert list(refused.refused) == ["/enterprise/siret"]


def test_answers_are_kept_with_their_version_and_read_with_its_words(territory: Territory) -> None:
    """The labels of the version asked stand beside each answer, in the report and in the fact."""
    visit_id = reported(territory, answers=answers(), questionnaire_version=0)

    report_read = read(territory, visit_id)["report"]
    assert report_read["questionnaire_version"] == 0
    assert {each["label"] for each in report_read["answers"]} == {question.label for question in REQUIRED.values()}
    fact = told(territory)[0][1]
    assert (fact["questionnaire_version"], fact["required"]) == (0, len(REQUIRED))
    assert fact["answers"][0]["value_labels"]


def test_answers_without_a_version_are_to_the_one_in_force(territory: Territory) -> None:
    """A simple software need not know of versions."""
    visit_id = reported(territory, answers=answers())

    assert read(territory, visit_id)["questionnaire_version"] == 0


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"questionnaire_version": 0}, f"/answers/{next(iter(REQUIRED))}"),
        ({"questionnaire_version": 7}, "/questionnaire_version"),
        ({"answers": answers(nonsense=1)}, "/answers/nonsense"),
        ({"capteurs": ["rival"]}, "/capteurs/0"),
        ({"private_text": "x" * 4001}, "/private_text"),
        ({"persons_met": [""]}, "/persons_met/0"),
    ],
)
def test_a_report_that_breaks_a_rule_is_refused_where_it_is_wrong(
    territory: Territory, changes: dict[str, Any], place: str
) -> None:
    """A version's required answers, its questions, the directory's members, the sizes."""
    refused = ask(territory, "", report(**changes))

    assert refused.status == 422
    assert place in refused.refused
    assert not territory.table.items


def test_a_fact_tells_neither_free_text_nor_private_answers_nor_persons(territory: Territory) -> None:
    """Of the shipped questionnaire with every question answered, only what is shared and chosen leaves."""
    every = {question.id: answer_to(question) for question in shipped().questions}
    reported(territory, answers=every, private_text="entre nous", shared_text="pour tous", persons_met=["Gérante"])

    item = territory.kept("#OUTBOX")[0]["events"][0]["detail"]
    fact = told(territory)[0][1]
    left = {each["question_id"] for each in fact["answers"]}
    silent = {question.id for question in shipped().questions if not question.shared or "text" in question.kind}
    assert left
    assert not left & silent
    assert fact["issues"]
    for words in ("entre nous", "pour tous", "Gérante", '"texte"'):
        assert words not in item


def test_an_unknown_enterprise_joins_the_register(territory: Territory) -> None:
    """With what was said of it; a known one keeps its record, and lends the visit its codes."""
    reported(territory)

    added = enterprise_of(next(item for (_, sk), item in territory.register.items.items() if sk == SIRET))
    assert (added.source, added.name, added.naf) == ("visit", "Horlogerie du Lion", "26.52Z")


def test_a_known_enterprise_lends_its_codes(territory: Territory) -> None:
    """The register's activity, size and place are told with the visit; the name is the one that was said."""
    known = Enterprise(
        id=SIRET,
        territory_id=HERE,
        siret=SIRET,
        name="HORLO LION SARL",
        commune="MONTBELIARD",
        insee="25388",
        naf="26.52Y",
        naf_nomenclature="NAF2025",
        size_band="21",
        source="sirene",
    )
    RegisterStore(territory.register).add(known)

    reported(territory)

    fact = told(territory)[0][1]
    assert (fact["enterprise_name"], fact["insee"], fact["naf"]) == ("Horlogerie du Lion", "25388", "26.52Y")
    assert (fact["naf_nomenclature"], fact["size_band_label"]) == ("NAF2025", "50 à 99 salariés")


def test_a_merged_enterprise_is_the_one_that_it_was_merged_into(territory: Territory) -> None:
    """A number that people decided is another's leads to that other."""
    merged = Enterprise(id="old", territory_id=HERE, name="A", commune="Delle", source="visit", merged_into="new")
    kept = Enterprise(id="new", territory_id=HERE, name="B", commune="Delle", source="person")
    RegisterStore(territory.register).keep([merged, kept])

    visit_id = reported(territory, enterprise=None, enterprise_id="old")

    assert read(territory, visit_id)["enterprise"]["id"] == "new"


def test_two_tries_of_one_report_add_one_firm_without_siret(territory: Territory) -> None:
    """The id of a firm that is being created comes from the request: a lost answer adds no second record."""
    body = report(enterprise={"name": "Atelier", "siret": None, "commune": "Delle"}, needs=[])
    same = key()
    for _ in range(2):
        territory.call("POST", "/api/v1/visits", body, key=same)
        territory.table.items.clear()

    assert len([sk for pk, sk in territory.register.items if pk.endswith("UNREGISTERED")]) == 1


def test_the_enterprise_remembers_its_last_visit_and_how_many(territory: Territory) -> None:
    """Whatever the order in which they are reported, and whoever reports them."""
    for day, who in (("20", "capteur"), ("26", "rival"), ("22", "capteur")):
        reported(territory, who, visited_on=f"2026-11-{day}")

    summary = territory.kept("/SUMMARY")[0]
    assert (summary["last_visited_on"], summary["visits"]) == ("2026-11-26", 3)
    assert [data["previous_visit_on"] for _, data in told(territory)] == [None, "2026-11-20", "2026-11-20"]


def test_an_alert_is_a_signal_of_its_sector(territory: Territory) -> None:
    """By division of the activity code: when the last one was, and how many."""
    reported(territory, needs=[urgent(), urgent()])
    reported(territory, needs=[urgent()])

    signal = territory.kept("#SIGNALS")[0]
    assert (signal["sk"], signal["count"], signal["last_alert_on"]) == ("26", 3, "2026-11-27")


def test_the_targets_of_an_enterprise_learn_of_the_visit(territory: Territory) -> None:
    """The target of the structure that went is fulfilled; another structure's only knows when somebody was last there."""
    pk = f"T#{HERE}#ENTERPRISE#{SIRET}"
    for programme, structure in (("mine", "cci"), ("theirs", "opco")):
        target = target_of(programme, structure, state="claimed", claim={})
        territory.table.items[(pk, target["sk"])] = target

    visit_id = reported(territory)

    mine, theirs = territory.kept("/TARGET#")
    assert (mine["state"], mine["visit_id"], mine["version"]) == ("visited", visit_id, 2)
    assert "claim" not in mine
    assert (theirs["state"], theirs["last_visited_on"]) == ("claimed", "2026-11-26")


def test_the_largest_report_is_one_transaction(territory: Territory) -> None:
    """Ten needs, and as many programmes as may seek an enterprise: still within DynamoDB's hundred writes."""
    pk = f"T#{HERE}#ENTERPRISE#{SIRET}"
    for number in range(MOST_PROGRAMMES + 1):
        target = target_of(f"{number:03}", "opco")
        territory.table.items[(pk, target["sk"])] = target

    assert reported(territory, needs=[urgent()] * 10)
