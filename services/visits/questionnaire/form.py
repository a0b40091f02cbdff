"""The questionnaire as form fields: `q-<question>`, and `q-<question>-<option>` = « oui » for each choice of several."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from services.visits.questionnaire.answers import AnswerGiven
from services.visits.questionnaire.definition import NUMERIC, Question, Questionnaire

PREFIX = "q-"
"""Also the place of a form's refusals: `check_answers(…, place=PREFIX)`."""
VERSION = "questionnaire_version"
YES, NO = "oui", "non"
LONGEST_NUMBER = 12
"""Digits that are read as a number; more is refused as it was typed."""


def read_answers(fields: Mapping[str, str], questionnaire: Questionnaire) -> dict[str, Any]:
    """What was typed, by question, as `check_answers` takes it; what is not a number stays text, and is refused there."""
    read = {question.id: _read(fields, question) for question in questionnaire.questions}
    return {question_id: value for question_id, value in read.items() if value not in (None, "", [])}


def field_values(answers: Iterable[AnswerGiven]) -> dict[str, str]:
    """The fields that say these answers again: a report that is corrected begins with what it said."""
    return {name: text for answer in answers for name, text in _fields(PREFIX + answer.question_id, answer)}


def _read(fields: Mapping[str, str], question: Question) -> Any:
    name = PREFIX + question.id
    if question.kind == "choices":
        return [option.code for option in question.options if fields.get(f"{name}-{option.code}") == YES]
    typed = fields.get(name, "")
    if question.kind == "yes_no":
        return {YES: True, NO: False}.get(typed, typed)
    return _number(typed) if question.kind in NUMERIC else typed


def _number(typed: str) -> int | str:
    """Spaces between thousands are how people write, and « -5 » is a number too."""
    digits = "".join(typed.split())
    unsigned = digits.removeprefix("-")
    if unsigned.isascii() and unsigned.isdecimal() and len(unsigned) <= LONGEST_NUMBER:
        return int(digits)
    return typed


def _fields(name: str, answer: AnswerGiven) -> list[tuple[str, str]]:
    value = answer.value
    if isinstance(value, bool):
        return [(name, YES if value else NO)]
    if isinstance(value, tuple):
        return [(f"{name}-{code}", YES) for code in value]
    return [(name, str(value))]
