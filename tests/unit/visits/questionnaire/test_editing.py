"""Changes of a draft: nothing is lost on the way, and no id gets a second meaning."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.visits.findings import Findings
from services.visits.questionnaire import editing
from services.visits.questionnaire.definition import ISSUE, Question, Questionnaire
from services.visits.questionnaire.differences import differences
from services.visits.questionnaire.rules import check_questionnaire, meanings_of
from services.visits.questionnaire.shipped import shipped
from shared.errors import Conflict, Invalid, NotFound
from tests.unit.visits.questionnaire.bureau import NIGHT, asking, options
from tests.unit.visits.questionnaire.made import questionnaires, words

STEPS = st.lists(st.tuples(st.integers(0, 50), st.sampled_from([-1, 1])), max_size=20)


def wrong(draft: Questionnaire, published: Questionnaire) -> dict[str, str]:
    """What keeps a draft from following a version, by JSON pointer."""
    findings = Findings("faux")
    check_questionnaire(draft, published, findings)
    try:
        findings.conclude()
    except Invalid as error:
        return error.fields
    return {}


@given(questionnaires(), STEPS)
def test_moving_questions_loses_none(draft: Questionnaire, steps: list[tuple[int, int]]) -> None:
    """Up and down, through sections, as often as one likes."""
    before = sorted(question.id for question in draft.questions)
    for place, step in steps:
        draft = editing.move_question(draft, before[place % len(before)], step)

    assert sorted(question.id for question in draft.questions) == before


@given(questionnaires())
def test_a_step_back_undoes_a_step(draft: Questionnaire) -> None:
    """Down then up leads to where it was, at a section's edge too, unless it could not move."""
    for question in draft.questions:
        moved = editing.move_question(draft, question.id, 1)
        if moved != draft:
            assert editing.move_question(moved, question.id, -1) == draft


@given(st.lists(words, max_size=12))
def test_a_made_id_is_free_and_well_formed(titles: list[str]) -> None:
    """Two questions with the same words, or with none that can be written, have two ids."""
    taken: list[str] = []
    for title in titles:
        name = editing.free_name(title, taken, "question")
        assert name not in taken
        assert Question(id=name, label=title, kind="text").id == name
        taken.append(name)


@given(st.lists(words, min_size=1, max_size=6, unique_by=str.casefold))
def test_options_read_again_are_the_same(labels: list[str]) -> None:
    """What the form shows of options is read as the same options."""
    made = editing.read_options("\n".join(labels))

    assert editing.read_options(editing.options_text(made)) == made
    assert [option.label for option in made] == labels


def test_the_code_before_the_sign_stays_when_its_words_change() -> None:
    """What was answered under a code is added up with what is answered after its words were put right."""
    made = editing.read_options("up = En forte hausse\nÀ l’arrêt")

    assert [(option.code, option.label) for option in made] == [("up", "En forte hausse"), ("a_l_arret", "À l’arrêt")]


def test_a_section_with_questions_is_not_removed() -> None:
    """Questions are taken away one by one, knowingly."""
    with pytest.raises(Conflict):
        editing.remove_section(shipped(), "ages")


@pytest.mark.parametrize("gone", ["move_question", "move_section"])
def test_what_is_no_longer_there_is_told(gone: str) -> None:
    """A button of a page that is out of date does nothing else instead."""
    with pytest.raises(NotFound):
        getattr(editing, gone)(shipped(), "gone", 1)


def test_a_retired_question_keeps_its_meaning_and_may_come_back() -> None:
    """What is no longer asked is remembered for ever, and returns to its section as it was."""
    without = editing.follow(shipped(), editing.remove_question(shipped(), "short_time"))
    later = editing.follow(without, editing.rename_section(without, "ages", "Âges"))

    back = editing.restore_question(later, later, "short_time")

    assert [question.id for question in later.retired] == ["short_time"]
    assert back.by_id["short_time"] == shipped().by_id["short_time"]
    assert editing.follow(later, back).retired == ()


@pytest.mark.parametrize(
    "change",
    [{"kind": "text"}, {"kind": "integer", "unit": "heures"}, {"kind": "choices", "options": options("a", "b")}],
)
def test_an_id_never_gets_another_meaning(change: dict[str, object]) -> None:
    """Neither while the question is asked, nor after it was retired: the refusal names what it means."""
    other = Question.model_validate({"id": "short_time", "label": "Autre chose ?", **change})
    asked = editing.put_question(shipped(), "headcount", other)
    retired = editing.follow(shipped(), editing.remove_question(shipped(), "short_time"))

    for draft, published in ((asked, shipped()), (editing.put_question(retired, "ages", other), retired)):
        (told,) = wrong(draft, published).values()
        assert "« short_time » désigne déjà la question « De l’activité partielle" in told


def test_words_may_change_under_the_same_id() -> None:
    """Putting a sentence right is no other meaning."""
    known = shipped().by_id["short_time"]
    reworded = known.model_copy(update={"label": "Activité partielle ?", "help": "Aussi appelée chômage partiel."})

    assert wrong(editing.put_question(shipped(), "headcount", reworded), shipped()) == {}


@pytest.mark.parametrize(
    ("question", "place"),
    [
        (Question(id="q", label=" ", kind="text"), "label"),
        (Question(id="q", label="a" * 121, kind="text"), "label"),
        (Question(id="q", label="Q", help="a" * 301, kind="text"), "help"),
        (Question(id="q", label="Q", kind="choice", options=options("one")), "options"),
        (Question(id="q", label="Q", kind="choice", options=options("a", "a")), "options"),
        (Question(id="q", label="Q", kind="text", options=options("a", "b")), "options"),
        (Question(id="q", label="Q", kind="text", unit="postes"), "unit"),
        (Question(id="q", label="Q", kind="text", minimum=1), "minimum"),
        (Question(id="q", label="Q", kind="integer", minimum=5, maximum=4), "minimum"),
        (Question(id="q", label="Q", kind="integer", maximum=10**12), "minimum"),
        (Question(id="q", label="Q", kind="text", indicator_tag=ISSUE), "indicator_tag"),
        (Question(id="q", label="Q", kind="choices", options=options("a", "b"), indicator_tag="x"), "indicator_tag"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused_where_it_is_wrong(question: Question, place: str) -> None:
    """At the pointer of the attribute."""
    assert f"/sections/0/questions/0/{place}" in wrong(asking(question), shipped())


def test_the_whole_has_limits_too() -> None:
    """No empty section, no id twice, one question an indicator, nothing that a phone could not post."""
    issues = shipped().by_id["issues"]
    many = tuple(NIGHT.model_copy(update={"id": f"q{number}"}) for number in range(61))

    assert "/sections/0/questions" in wrong(asking(), shipped())
    assert "/sections/0/questions/1/id" in wrong(asking(NIGHT, NIGHT), shipped())
    assert "/sections" in wrong(asking(*many), shipped())
    prose = [question.model_copy(update={"kind": "long_text"}) for question in many[:7]]
    assert "textes" in wrong(asking(*prose), shipped())["/sections"]
    twice = asking(issues, issues.model_copy(update={"id": "more"}))
    assert "/sections/0/questions/1/indicator_tag" in wrong(twice, shipped())


@given(questionnaires(), questionnaires())
def test_differences_are_none_exactly_when_nothing_changes(before: Questionnaire, after: Questionnaire) -> None:
    """Whoever publishes is told of every change, and of nothing else."""
    assert differences(before, before) == ()
    measured = all(
        known.means_the_same(question)
        for question in after.questions
        if (known := meanings_of(before).get(question.id))
    )
    if measured and after.sections != before.sections:
        assert differences(before, after)


def test_each_change_is_told_in_words() -> None:
    """Added, removed, reworded, moved: what a coordinator reads before publishing."""
    known = shipped().by_id["headcount"]
    draft = editing.put_question(shipped(), "ages", NIGHT)
    draft = editing.remove_question(draft, "apprentices")
    draft = editing.put_question(draft, "headcount", known.model_copy(update={"required": True, "shared": False}))
    draft = editing.move_section(draft, "issues", -1)

    told = {(change.sort, change.what): change.details for change in differences(shipped(), draft)}

    assert ("added", "Travaille-t-on la nuit ?") in told
    assert ("removed", "Alternants dans l’effectif") in told
    assert told["changed", "Effectif de l’établissement visité"] == ("devient obligatoire", "reste dans la structure")
    assert ("moved", "Rubriques") in told
