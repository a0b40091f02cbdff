"""Checks what was answered against the version that was asked, and copies its words beside each answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict

from services.visits.findings import Findings
from services.visits.questionnaire.definition import FREE_TEXT, Kind, Question, Questionnaire
from services.visits.wording import LINE_LENGTH, TEXT_LENGTH
from shared.errors import Invalid
from shared.typed import clean, clean_prose

Value = bool | int | str | tuple[str, ...]

REQUIRED = "Une réponse est attendue : « {} »."
"""Names the question: the summary above a form tells several of these one under the other."""
UNKNOWN = "Cette question n’existe pas dans cette version du questionnaire."
NOT_A_NUMBER = "Un nombre entier est attendu."
NOT_YES_NO = "Répondez par oui ou non."
NOT_A_TEXT = "Un texte est attendu."
NOT_AN_OPTION = "Choisissez parmi les réponses proposées."
TWICE = "La même réponse est donnée deux fois."
YES_NO = {True: "Oui", False: "Non"}


class AnswerGiven(BaseModel):
    """One answer with the words of the day: a past report reads the same whatever becomes of the questionnaire."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="ignore")

    question_id: str
    section: str
    label: str
    kind: Kind
    value: Value
    value_labels: tuple[str, ...]
    """What to show: the options' labels, « Oui », the number or the text."""
    unit: str = ""
    shared: bool
    indicator_tag: str = ""

    @property
    def is_free_text(self) -> bool:
        """Whether it was typed freely, and so is told to nobody outside the service."""
        return self.kind in FREE_TEXT


def check_answers(
    answers: Mapping[str, Any], questionnaire: Questionnaire, findings: Findings, place: str = "/answers/"
) -> tuple[AnswerGiven, ...]:
    """The answers in the order of the questions; each refusal is noted at `place` followed by the question's id.

    What is empty (`None`, an empty text, no option) is no answer: refused only where one is required.
    """
    for name in answers:
        if name not in questionnaire.by_id:
            findings.add(f"{place}{str(name)[:LINE_LENGTH]}", UNKNOWN)
    given: list[AnswerGiven] = []
    for section in questionnaire.sections:
        for question in section.questions:
            with findings.at(place + question.id):
                value = read_value(answers.get(question.id), question)
                if value is not None:
                    given.append(_given(section.title, question, value))
    return tuple(given)


def read_value(raw: Any, question: Question) -> Value | None:
    """The answer as it is kept, or None; raises Invalid when it does not fit the question."""
    value = None if raw is None or raw in ("", [], ()) else _READERS[question.kind](raw, question)
    if value is None and question.required:
        raise Invalid(REQUIRED.format(question.label))
    return value


def _given(section: str, question: Question, value: Value) -> AnswerGiven:
    return AnswerGiven(
        question_id=question.id,
        section=section,
        label=question.label,
        kind=question.kind,
        value=value,
        value_labels=_labels(question, value),
        unit=question.unit,
        shared=question.shared,
        indicator_tag=question.indicator_tag,
    )


def _labels(question: Question, value: Value) -> tuple[str, ...]:
    if isinstance(value, bool):
        return (YES_NO[value],)
    if isinstance(value, int):
        return (str(value),)
    chosen = (value,) if isinstance(value, str) else value
    words = {option.code: option.label for option in question.options}
    return tuple(words.get(code, code) for code in chosen)


def _line(raw: Any, _question: Question) -> str | None:
    return _text(clean(raw), LINE_LENGTH)


def _sentences(raw: Any, _question: Question) -> str | None:
    return _text(clean_prose(raw), TEXT_LENGTH)


def _text(text: object, most: int) -> str | None:
    if text is not None and not isinstance(text, str):
        raise Invalid(NOT_A_TEXT)
    if text and len(text) > most:
        raise Invalid(f"Trop long : au plus {most} caractères.")
    return text or None


def _number(raw: Any, question: Question) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int):
        raise Invalid(NOT_A_NUMBER)
    least, most = question.bounds()
    if not least <= raw <= most:
        raise Invalid(f"Indiquez un nombre entre {least} et {most}.")
    return raw


def _yes_no(raw: Any, _question: Question) -> bool:
    if not isinstance(raw, bool):
        raise Invalid(NOT_YES_NO)
    return raw


def _choice(raw: Any, question: Question) -> str:
    if not isinstance(raw, str) or raw not in {option.code for option in question.options}:
        raise Invalid(NOT_AN_OPTION)
    return raw


def _choices(raw: Any, question: Question) -> tuple[str, ...]:
    """In the order of the questionnaire, so that the same choice is always the same value."""
    if not isinstance(raw, list | tuple):
        raise Invalid(NOT_AN_OPTION)
    chosen = {_choice(code, question) for code in raw}
    if len(chosen) < len(raw):
        raise Invalid(TWICE)
    return tuple(option.code for option in question.options if option.code in chosen)


_READERS: Mapping[Kind, Callable[[Any, Question], Value | None]] = {
    "text": _line,
    "long_text": _sentences,
    "integer": _number,
    "percent": _number,
    "yes_no": _yes_no,
    "choice": _choice,
    "choices": _choices,
}
