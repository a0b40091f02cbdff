"""Changes of a draft: from one questionnaire to the next, without a word about where they are kept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from typing import TypeVar

from services.visits.questionnaire.definition import Option, Question, Questionnaire, Section
from services.visits.questionnaire.rules import meanings_of
from shared.errors import Conflict, NotFound

LONGEST_NAME = 40
T = TypeVar("T")
GONE = "Cette question n’est plus dans le brouillon : rechargez la page."
SECTION_GONE = "Cette rubrique n’est plus dans le brouillon : rechargez la page."
NOT_EMPTY = "Cette rubrique a encore des questions : déplacez-les ou retirez-les d’abord."
_OTHER = re.compile(r"[^a-z0-9]+")


def add_section(draft: Questionnaire, title: str) -> Questionnaire:
    """A section more, at the end."""
    name = free_name(title, {section.id for section in draft.sections}, "rubrique")
    return _with(draft, (*draft.sections, Section(id=name, title=title)))


def rename_section(draft: Questionnaire, section_id: str, title: str) -> Questionnaire:
    """Other words for the same section; raises NotFound."""
    section = section_of(draft, section_id)
    return _replace(draft, section, section.model_copy(update={"title": title}))


def remove_section(draft: Questionnaire, section_id: str) -> Questionnaire:
    """Without an empty section; raises NotFound, Conflict while it has questions."""
    section = section_of(draft, section_id)
    if section.questions:
        raise Conflict(NOT_EMPTY, code="rubrique-non-vide")
    return _with(draft, tuple(other for other in draft.sections if other is not section))


def move_section(draft: Questionnaire, section_id: str, step: int) -> Questionnaire:
    """One place up (-1) or down (1); unchanged at the end. Raises NotFound."""
    place = draft.sections.index(section_of(draft, section_id))
    return _with(draft, _moved(draft.sections, place, place + step))


def put_question(draft: Questionnaire, section_id: str, question: Question) -> Questionnaire:
    """The question as it is now, in its place, or at the end of a section that it was not in; raises NotFound."""
    section = section_of(draft, section_id)
    if any(known.id == question.id for known in section.questions):
        kept = tuple(question if known.id == question.id else known for known in section.questions)
        return _replace(draft, section, section.model_copy(update={"questions": kept}))
    elsewhere = remove_question(draft, question.id) if question.id in draft.by_id else draft
    section = section_of(elsewhere, section_id)
    added = section.model_copy(update={"questions": (*section.questions, question)})
    return _replace(elsewhere, section, added)


def remove_question(draft: Questionnaire, question_id: str) -> Questionnaire:
    """Without a question; raises NotFound."""
    section = home_of(draft, question_id)
    left = tuple(question for question in section.questions if question.id != question_id)
    return _replace(draft, section, section.model_copy(update={"questions": left}))


def move_question(draft: Questionnaire, question_id: str, step: int) -> Questionnaire:
    """One place up (-1) or down (1), into the neighbouring section at the end of its own; raises NotFound."""
    section = home_of(draft, question_id)
    place = [question.id for question in section.questions].index(question_id)
    if 0 <= place + step < len(section.questions):
        moved = _moved(section.questions, place, place + step)
        return _replace(draft, section, section.model_copy(update={"questions": moved}))
    neighbour = draft.sections.index(section) + step
    if not 0 <= neighbour < len(draft.sections):
        return draft
    return _into(draft, section.questions[place], draft.sections[neighbour].id, first=step > 0)


def restore_question(draft: Questionnaire, published: Questionnaire, question_id: str) -> Questionnaire:
    """A retired question again, as it was last asked, in its section or the last one; raises NotFound."""
    known = meanings_of(published).get(question_id)
    if known is None or question_id in draft.by_id or not draft.sections:
        raise NotFound(GONE)
    homes = {question.id: section.id for section in published.sections for question in section.questions}
    wanted = homes.get(question_id)
    there = {section.id for section in draft.sections}
    return put_question(draft, wanted if wanted in there and wanted else draft.sections[-1].id, known)


def follow(published: Questionnaire, draft: Questionnaire) -> Questionnaire:
    """The draft as the version that follows: numbered, and with all that it no longer asks kept as retired."""
    asked = draft.by_id
    retired = tuple(question for name, question in sorted(meanings_of(published).items()) if name not in asked)
    return draft.model_copy(update={"version": published.version + 1, "retired": retired})


def free_name(words: str, taken: Collection[str], otherwise: str) -> str:
    """An id from a title, that no other thing has: `effectif`, `effectif_2`…"""
    plain = unicodedata.normalize("NFKD", words.lower().replace("’", " ")).encode("ascii", "ignore").decode()
    name = _OTHER.sub("_", plain).strip("_")[: LONGEST_NAME - 4].strip("_")
    if not name or not name[0].isalpha():
        name = f"{otherwise}_{name}".strip("_")[: LONGEST_NAME - 4]
    number = next(n for n in range(1, len(taken) + 2) if _numbered(name, n) not in taken)
    return _numbered(name, number)


def read_options(text: str) -> tuple[Option, ...]:
    """The options of a text area, one a line: « code = libellé », or a label alone for a new one, whose code is made."""
    options: list[Option] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        code, found, label = line.partition("=")
        named = found and re.fullmatch(r"[a-z0-9][a-z0-9_]{0,39}", code.strip())
        words = label.strip() if named else line
        taken = {option.code for option in options}
        options.append(Option(code=code.strip() if named else free_name(words, taken, "reponse"), label=words))
    return tuple(options)


def options_text(options: Collection[Option]) -> str:
    """The inverse of `read_options`."""
    return "\n".join(f"{option.code} = {option.label}" for option in options)


def section_of(draft: Questionnaire, section_id: str) -> Section:
    """A section by its id; raises NotFound."""
    for section in draft.sections:
        if section.id == section_id:
            return section
    raise NotFound(SECTION_GONE)


def home_of(draft: Questionnaire, question_id: str) -> Section:
    """The section of a question; raises NotFound."""
    for section in draft.sections:
        if any(question.id == question_id for question in section.questions):
            return section
    raise NotFound(GONE)


def _into(draft: Questionnaire, question: Question, section_id: str, *, first: bool) -> Questionnaire:
    left = remove_question(draft, question.id)
    section = section_of(left, section_id)
    questions = (question, *section.questions) if first else (*section.questions, question)
    return _replace(left, section, section.model_copy(update={"questions": questions}))


def _moved(things: tuple[T, ...], place: int, to: int) -> tuple[T, ...]:
    if not 0 <= to < len(things):
        return things
    left = [thing for position, thing in enumerate(things) if position != place]
    return (*left[:to], things[place], *left[to:])


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name}_{number}"


def _replace(draft: Questionnaire, old: Section, new: Section) -> Questionnaire:
    return _with(draft, tuple(new if section is old else section for section in draft.sections))


def _with(draft: Questionnaire, sections: tuple[Section, ...]) -> Questionnaire:
    # A new object, not a copy: a copy would carry the index of the questions that were.
    return Questionnaire(version=draft.version, title=draft.title, sections=sections, retired=draft.retired)
