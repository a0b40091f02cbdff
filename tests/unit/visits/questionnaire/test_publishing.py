"""From a draft to a version: once, by the coordination, and for ever."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.visits.questionnaire.editing import remove_question
from services.visits.questionnaire.shipped import shipped
from shared.errors import Conflict, Forbidden, Invalid, NotFound
from shared.events import parse
from shared.events.visits_needs import QuestionnairePublished
from tests.unit.visits.questionnaire.bureau import NIGHT, WASTE, Bureau, adding, answered, refusals
from tests.unit.visits.territory import HERE

RIGHT = {"activity_trend": "up", "headcount_trend": "up", "issues": ["skills"]}


def told(bureau: Bureau) -> list[Any]:
    """The facts waiting in the outbox, read as a subscriber would."""
    return [
        parse({"detail-type": event["detail_type"], "detail": json.loads(event["detail"])}, QuestionnairePublished)
        for item in bureau.kept("#OUTBOX")
        for event in item["events"]
    ]


def test_a_territory_begins_with_the_shipped_questionnaire(bureau: Bureau) -> None:
    """Version 0, in force before anybody has published anything."""
    assert bureau.versions.current(HERE) == shipped()
    assert bureau.versions.version(HERE, 0) == shipped()


def test_a_draft_asks_nobody_until_it_is_published(bureau: Bureau) -> None:
    """It stands beside the version in force, and is gone once it has become one."""
    revision = bureau.change(adding(NIGHT), key="first-change")
    assert bureau.versions.current(HERE) == shipped()

    number = bureau.publish(revision)

    assert number == 1
    assert bureau.versions.current(HERE).by_id["night_shifts"] == NIGHT
    assert bureau.versions.draft(HERE) is None


def test_an_older_version_is_still_accepted(bureau: Bureau) -> None:
    """A phone that was offline answers what it was asked; the newer question is no question of that version."""
    bureau.published_with(NIGHT.model_copy(update={"required": True}))
    bureau.published_with(WASTE)

    old, middle, new = (bureau.versions.version(HERE, number) for number in (0, 1, 2))

    assert answered(old, RIGHT)
    assert refusals(middle, RIGHT).keys() == {"night_shifts"}
    assert refusals(old, RIGHT | {"night_shifts": True}).keys() == {"night_shifts"}
    assert answered(new, RIGHT | {"night_shifts": True, "waste": "Recyclées"})


def test_a_publication_is_told_with_what_it_asks(bureau: Bureau) -> None:
    """Subscribers learn the number and the questions; the reason stays here."""
    bureau.published_with(NIGHT)

    (fact,) = told(bureau)

    assert (fact.event.number, fact.event.previous, fact.metadata.sequence) == (1, 0, 1)
    assert fact.event.questions[-1].label == NIGHT.label
    assert "Pour voir" not in json.dumps(fact.detail())


def test_a_version_is_never_written_again(bureau: Bureau) -> None:
    """Whatever is prepared and published later, what was asked stays as it was."""
    bureau.published_with(NIGHT)
    first = bureau.kept("/V#0001")

    bureau.published_with(WASTE)

    assert bureau.kept("/V#0001") == first


@given(st.lists(st.sampled_from(["change", "publish", "drop"]), max_size=8))
def test_versions_follow_one_another_without_a_gap(acts: list[str]) -> None:
    """Whatever is begun, dropped or published, the versions are 1, 2, 3… and each is found."""
    bureau, revision = Bureau(), None
    for step, act in enumerate(acts):
        if act == "change":
            question = NIGHT.model_copy(update={"id": f"q{step}"})
            revision = bureau.change(adding(question), key=f"change-{step}", after=revision)
        elif act == "publish" and revision:
            bureau.publish(revision, key=f"publish-{step}")
            revision = None
        elif act == "drop" and revision:
            bureau.drop(revision, key=f"drop-it-{step}")
            revision = None

    last = bureau.versions.current(HERE).version
    assert [bureau.versions.version(HERE, number).version for number in range(last + 1)] == list(range(last + 1))
    assert len(bureau.versions.history(HERE, 50).versions) == last


def test_two_who_prepare_at_once_do_not_overwrite_each_other(bureau: Bureau) -> None:
    """The second is told that the draft has moved, and what the first did stands."""
    first = bureau.change(adding(NIGHT), key="one-change")

    for after in (None, "another-revision"):
        with pytest.raises(Conflict):
            bureau.change(adding(WASTE), key=f"late-{after}", after=after)

    draft = bureau.versions.draft(HERE)
    assert draft is not None
    assert (draft.revision, "waste" in draft.questionnaire.by_id) == (first, False)


def test_a_draft_that_moved_is_not_published(bureau: Bureau) -> None:
    """What is published is what was read."""
    read = bureau.change(adding(NIGHT), key="one-change")
    bureau.change(adding(WASTE), key="other-change", after=read)

    with pytest.raises(Conflict):
        bureau.publish(read)

    assert bureau.versions.current(HERE).version == 0


def test_the_same_command_twice_has_one_effect_and_one_answer(bureau: Bureau) -> None:
    """A double click, or a lost answer, changes and publishes once."""
    revisions = {bureau.change(adding(NIGHT), key="same-change") for _ in range(2)}
    (revision,) = revisions

    assert {bureau.publish(revision) for _ in range(2)} == {1}
    assert len(told(bureau)) == 1


def test_nothing_new_is_not_published(bureau: Bureau) -> None:
    """A version that changes nothing would only make the history longer."""
    revision = bureau.change(lambda draft, _: draft, key="same-thing")

    with pytest.raises(Conflict) as refused:
        bureau.publish(revision)
    assert refused.value.code == "sans-changement"


def test_an_unfinished_draft_is_not_published(bureau: Bureau) -> None:
    """A section may be empty while it is prepared, not when it is asked."""
    revision = bureau.change(lambda draft, _: remove_question(draft, "issues"), key="no-more-issues")

    with pytest.raises(Invalid) as refused:
        bureau.publish(revision)
    assert list(refused.value.fields) == ["/sections/7/questions"]


@pytest.mark.parametrize("who", ["capteur", "colleague", "agency"])
def test_only_the_coordination_prepares_and_publishes(bureau: Bureau, who: str) -> None:
    """Those who answer do not choose the questions of all."""
    revision = bureau.change(adding(NIGHT), key="one-change")

    with pytest.raises(Forbidden):
        bureau.change(adding(WASTE), key="my-change", after=revision, who=who)
    with pytest.raises(Forbidden):
        bureau.publish(revision, who=who)


def test_another_territory_has_its_own_versions(bureau: Bureau) -> None:
    """The same numbers, other questionnaires."""
    bureau.published_with(NIGHT)

    assert bureau.versions.current("vallee-de-l-arve").version == 0
    with pytest.raises(NotFound):
        bureau.versions.version("vallee-de-l-arve", 1)


@pytest.mark.parametrize("number", [-1, 1, 10_000])
def test_a_version_that_never_was_is_not_found(bureau: Bureau, number: int) -> None:
    """Nor does a forged number reach the table."""
    with pytest.raises(NotFound):
        bureau.versions.version(HERE, number)
