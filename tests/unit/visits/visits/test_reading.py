"""What the API answers to each reader: nothing of what the rule keeps from them is anywhere in the document."""

from __future__ import annotations

import json
from typing import Any

import pytest

from services.visits.questionnaire.shipped import shipped
from tests.unit.visits.territory import Territory, report, urgent
from tests.unit.visits.visits.life import VISITS, act, answer_to, ask, plan

PRIVATE = ("entre nous seulement", "Part du premier client")
FOLLOW_UP = ("Gérante et fille du fondateur", "Gare fermée ce jour-là", "Le jour était faux", '"colleague"')
SHARED = ("pour le comité technique", "Soudeur TIG", "Quelle visibilité donne le carnet")


def told(territory: Territory, *, consent: bool) -> str:
    """A visit put off, reported with everything, and corrected; its id."""
    visit_id = plan(territory, capteurs=["colleague"])
    act(territory, visit_id, "reschedule", reason=FOLLOW_UP[1])
    said = {
        "enterprise": None,
        "answers": {question.id: answer_to(question) for question in shipped().questions},
        "private_text": PRIVATE[0],
        "shared_text": SHARED[0],
        "persons_met": [FOLLOW_UP[0]],
        "consent_to_share": consent,
    }
    ask(territory, "", report(visit_id=visit_id, **said))
    need_id = territory.call("GET", f"{VISITS}/{visit_id}").json["needs"][0]["id"]
    corrected = report(**said, needs=[urgent() | {"id": need_id}])
    assert act(territory, visit_id, "correct", reason=FOLLOW_UP[2], report=corrected).status == 200
    return visit_id


@pytest.mark.parametrize("consent", [True, False])
@pytest.mark.parametrize("who", ["capteur", "colleague", "coordinator", "rival", "agency", "neighbour"])
def test_each_reader_finds_their_part_and_nothing_else(territory: Territory, who: str, consent: bool) -> None:
    """The page of a visit and every list that it is in."""
    visit_id = told(territory, consent=consent)
    expected = {"capteur": "sfp", "colleague": "sfp", "coordinator": "sf", "rival": "s" if consent else ""}.get(who, "")

    answer = territory.call("GET", f"{VISITS}/{visit_id}", who=who)

    assert answer.status == (200 if expected else 404)
    text = json.dumps(answer.json, ensure_ascii=False)
    for mark, words in (("s", SHARED), ("f", FOLLOW_UP), ("p", PRIVATE)):
        for each in words:
            assert (each in text) is (mark in expected), each


@pytest.mark.parametrize("query", [{}, {"structure_id": "cci"}, {"enterprise_id": "73282932000074"}])
@pytest.mark.parametrize(("who", "reads"), [("capteur", True), ("coordinator", True), ("rival", False)])
def test_a_list_tells_who_went_to_those_alone_who_follow(
    territory: Territory, who: str, reads: bool, query: dict[str, Any]
) -> None:
    """The same visit in every list: with its capteurs, or without."""
    told(territory, consent=True)

    text = territory.call("GET", VISITS, who=who, headers=None, **query).text

    assert ('"colleague"' in text) is reads
    assert PRIVATE[0] not in text


def test_the_acts_of_a_reader_who_is_no_author_are_refused(territory: Territory) -> None:
    """Reading what is shared is no right to change it."""
    visit_id = told(territory, consent=True)

    assert act(territory, visit_id, "refer", "rival", reason="r").status == 403
    assert act(territory, visit_id, "correct", "rival", reason="r", report=report(needs=[])).status == 403
