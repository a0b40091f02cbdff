"""What is answered, against what was asked."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.visits.findings import Findings
from services.visits.questionnaire.answers import check_answers
from services.visits.questionnaire.definition import KINDS, Kind, Question, Questionnaire
from services.visits.questionnaire.form import PREFIX, field_values, read_answers
from services.visits.questionnaire.shipped import shipped
from shared.errors import Invalid
from tests.unit.visits.questionnaire.bureau import answered, asking, options, refusals
from tests.unit.visits.questionnaire.made import answered_questionnaires, junk, questionnaires

OPTIONS = options("red", "green", "blue")


def one(kind: Kind, **more: Any) -> Questionnaire:
    """A questionnaire of one question, `q`."""
    chosen = {"options": OPTIONS} if kind in {"choice", "choices"} else {}
    return asking(Question(id="q", label="Combien ?", kind=kind, **(chosen | more)))


@given(answered_questionnaires())
def test_right_answers_are_kept_with_the_words_of_the_question(made: tuple[Questionnaire, dict[str, Any]]) -> None:
    """Whatever was asked, each answer carries its question's label, reader and at least one word to show."""
    questionnaire, answers = made

    given_answers = answered(questionnaire, answers)

    assert [answer.question_id for answer in given_answers] == [
        q.id for q in questionnaire.questions if q.id in answers
    ]
    for answer in given_answers:
        question = questionnaire.by_id[answer.question_id]
        assert (answer.label, answer.shared, answer.kind) == (question.label, question.shared, question.kind)
        assert all(answer.value_labels)


@given(answered_questionnaires())
def test_a_form_says_again_what_was_answered(made: tuple[Questionnaire, dict[str, Any]]) -> None:
    """A correction begins with the fields of what was said, and sends the same answers."""
    questionnaire, answers = made
    given_answers = answered(questionnaire, answers)

    again = read_answers(field_values(given_answers), questionnaire)

    assert answered(questionnaire, again) == given_answers


@given(questionnaires(), st.data())
def test_nonsense_is_refused_and_never_breaks(questionnaire: Questionnaire, data: st.DataObject) -> None:
    """Whatever software sends, each answer is either kept or refused at its question."""
    ids = [question.id for question in questionnaire.questions]
    answers = data.draw(st.dictionaries(st.sampled_from(ids) | st.text(max_size=5), junk, max_size=6))
    findings = Findings("faux")

    kept = check_answers(answers, questionnaire, findings, place="")

    told = refusals(questionnaire, answers)
    assert not {answer.question_id for answer in kept} & told.keys()
    assert told.keys() <= {*ids, *answers}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_required_is_asked_for_and_what_is_not_may_stay_empty(kind: Kind) -> None:
    """An empty text, an empty list and null are no answer."""
    nothings: list[dict[str, Any]] = [{}, {"q": None}, {"q": ""}, {"q": []}]
    for nothing in nothings:
        assert refusals(one(kind), nothing) == {}
        assert refusals(one(kind, required=True), nothing) == {"q": "Une réponse est attendue : « Combien ? »."}


@pytest.mark.parametrize(
    ("kind", "answer", "words"),
    [
        ("integer", 2.5, "nombre entier"),
        ("integer", True, "nombre entier"),
        ("integer", "12", "nombre entier"),
        ("integer", -1, "entre 0 et"),
        ("percent", 101, "entre 0 et 100"),
        ("yes_no", "oui", "oui ou non"),
        ("yes_no", 1, "oui ou non"),
        ("choice", "Red", "proposées"),
        ("choice", ["red"], "proposées"),
        ("choices", "red", "proposées"),
        ("choices", ["red", "pink"], "proposées"),
        ("choices", ["red", "red"], "deux fois"),
        ("text", 12, "texte"),
        ("text", "a" * 121, "au plus 120"),
        ("long_text", "a" * 1001, "au plus 1000"),
    ],
)
def test_a_wrong_answer_is_refused_with_the_remedy(kind: Kind, answer: Any, words: str) -> None:
    """Each refusal stands at the question and says what is expected."""
    assert words in refusals(one(kind), {"q": answer})["q"]


def test_bounds_of_a_question_hold() -> None:
    """A territory may accept negative numbers, or fewer than a billion."""
    questionnaire = one("integer", minimum=-10, maximum=10)

    assert answered(questionnaire, {"q": -10})[0].value == -10
    assert "entre -10 et 10" in refusals(questionnaire, {"q": 11})["q"]


def test_an_answer_to_nothing_is_told_and_not_lost() -> None:
    """A question of another version is no question of this one."""
    assert "n’existe pas dans cette version" in refusals(one("text"), {"other": "x"})["other"]


def test_several_choices_stand_in_the_order_of_the_question() -> None:
    """The same choice is the same value, in whatever order it was ticked."""
    kept = answered(one("choices"), {"q": ["blue", "red"]})[0]

    assert (kept.value, kept.value_labels) == (("red", "blue"), ("Red", "Blue"))


@pytest.mark.parametrize(("typed", "value"), [("12", 12), ("1 250", 1250), ("1\u202f250", 1250), ("-3", -3)])
def test_numbers_are_read_as_people_type_them(typed: str, value: int) -> None:
    """Spaces between thousands, and a sign."""
    assert read_answers({"q-q": typed}, one("integer")) == {"q": value}


@pytest.mark.parametrize("typed", ["douze", "1,5", "²", "9" * 400])
def test_what_is_no_number_is_refused_as_it_was_typed(typed: str) -> None:
    """Nothing is guessed, nothing crashes."""
    questionnaire = one("integer")

    assert "nombre entier" in refusals(questionnaire, read_answers({"q-q": typed}, questionnaire))["q"]


def test_the_fields_of_a_form_are_named_after_questions_and_options() -> None:
    """One field a question, one a choice of several: what an offline draft keeps."""
    fields = {"q-activity_trend": "up", "q-issues-skills": "oui", "q-issues-ages": "oui", "q-short_time": "non"}

    assert read_answers(fields, shipped()) == {
        "activity_trend": "up",
        "issues": ["skills", "ages"],
        "short_time": False,
    }


def test_a_form_is_told_at_its_fields() -> None:
    """The place of a refusal is the name of the field that the page links to."""
    findings = Findings("faux")

    check_answers({"activity_trend": "sideways"}, shipped(), findings, place=PREFIX)

    with pytest.raises(Invalid) as refused:
        findings.conclude()
    assert refused.value.fields.keys() == {"q-activity_trend", "q-headcount_trend", "q-issues"}
