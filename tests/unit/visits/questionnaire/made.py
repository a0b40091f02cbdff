"""Questionnaires, answers and nonsense, made by hypothesis."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from services.visits.questionnaire.definition import KINDS, WITH_OPTIONS, Option, Question, Questionnaire, Section

names = st.from_regex(r"[a-z][a-z0-9_]{0,9}", fullmatch=True)
words = st.text(st.characters(whitelist_categories=["L", "N"]), min_size=1, max_size=20)


@st.composite
def questions(draw: st.DrawFn, name: str) -> Question:
    """Any question that has this id."""
    kind = draw(st.sampled_from(list(KINDS)))
    codes = draw(st.lists(names, min_size=2, max_size=5, unique=True)) if kind in WITH_OPTIONS else []
    least = draw(st.none() | st.integers(-50, 50)) if kind == "integer" else None
    return Question(
        id=name,
        label=draw(words),
        kind=kind,
        options=tuple(Option(code=code, label=f"{code} !") for code in codes),
        required=draw(st.booleans()),
        shared=draw(st.booleans()),
        minimum=least,
        maximum=None if least is None else least + draw(st.integers(0, 100)),
    )


@st.composite
def questionnaires(draw: st.DrawFn) -> Questionnaire:
    """Any questionnaire of one to four sections."""
    ids = iter(draw(st.lists(names, min_size=1, max_size=8, unique=True)))
    asked = [draw(questions(name)) for name in ids]
    cut = draw(st.integers(0, len(asked)))
    halves = [("first", asked[:cut]), ("second", asked[cut:])]
    sections = tuple(Section(id=name, title=name, questions=tuple(part)) for name, part in halves)
    return Questionnaire(version=1, title="Essai", sections=sections)


def right_answers(question: Question) -> st.SearchStrategy[Any]:
    """Any answer that the question accepts."""
    codes = [option.code for option in question.options]
    least, most = question.bounds()
    return {
        "text": words,
        "long_text": words,
        "integer": st.integers(least, most),
        "percent": st.integers(least, most),
        "yes_no": st.booleans(),
        "choice": st.sampled_from(codes or [""]),
        "choices": st.lists(st.sampled_from(codes or [""]), min_size=1, unique=True),
    }[question.kind]


@st.composite
def answered_questionnaires(draw: st.DrawFn) -> tuple[Questionnaire, dict[str, Any]]:
    """A questionnaire with right answers to what is required, and to some of the rest."""
    questionnaire = draw(questionnaires())
    answers = {
        question.id: draw(right_answers(question))
        for question in questionnaire.questions
        if question.required or draw(st.booleans())
    }
    return questionnaire, answers


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=5,
)
