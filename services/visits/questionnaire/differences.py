"""What a draft changes in the version in force, in words for whoever publishes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from services.visits.questionnaire.definition import KINDS, Question, Questionnaire

Sort = Literal["added", "removed", "changed", "moved"]
SORTS = {"added": "Ajoutée", "removed": "Retirée", "changed": "Modifiée", "moved": "Déplacée"}


class Change(NamedTuple):
    """One change: what it is about, what happens to it, and how in detail."""

    sort: Sort
    what: str
    details: tuple[str, ...] = ()


def differences(before: Questionnaire, after: Questionnaire) -> tuple[Change, ...]:
    """Every change, in the order of the draft; what is gone comes last."""
    return (*_of_whole(before, after), *_of_questions(before, after))


def _of_whole(before: Questionnaire, after: Questionnaire) -> Iterator[Change]:
    if before.title != after.title:
        yield Change("changed", "Titre du questionnaire", (_from_to("", before.title, after.title),))
    old = {section.id: section.title for section in before.sections}
    new = {section.id: section.title for section in after.sections}
    for name, title in new.items():
        if name not in old:
            yield Change("added", f"Rubrique « {title} »")
        elif old[name] != title:
            yield Change("changed", f"Rubrique « {old[name]} »", (_from_to("titre", old[name], title),))
    common = [name for name in new if name in old]
    if common != [name for name in old if name in new]:
        yield Change("moved", "Rubriques", (f"ordre : {', '.join(new[name] for name in common)}",))
    for name, title in old.items():
        if name not in new:
            yield Change("removed", f"Rubrique « {title} »")


def _of_questions(before: Questionnaire, after: Questionnaire) -> Iterator[Change]:
    moved = _moved(before, after)
    for question in after.questions:
        known = before.by_id.get(question.id)
        if known is None:
            yield Change("added", question.label, (KINDS[question.kind].lower(), *_reader(question)))
            continue
        details = tuple(_details(known, question))
        if details:
            yield Change("changed", known.label, details)
        if question.id in moved:
            yield Change("moved", question.label, (moved[question.id],))
    for question in before.questions:
        if question.id not in after.by_id:
            yield Change("removed", question.label, ("les réponses déjà données restent lisibles",))


def _details(old: Question, new: Question) -> Iterator[str]:
    if old.label != new.label:
        yield _from_to("question", old.label, new.label)
    if old.help != new.help:
        yield _from_to("aide", old.help, new.help)
    if old.required != new.required:
        yield "devient obligatoire" if new.required else "devient facultative"
    if old.shared != new.shared:
        yield from _reader(new)
    if old.bounds() != new.bounds():
        yield "bornes : de {} à {}".format(*new.bounds())
    yield from _option_details(old, new)


def _option_details(old: Question, new: Question) -> Iterator[str]:
    before = {option.code: option.label for option in old.options}
    after = {option.code: option.label for option in new.options}
    for code, label in after.items():
        if code not in before:
            yield f"réponse ajoutée : « {label} »"
        elif before[code] != label:
            yield _from_to("réponse", before[code], label)
    for code, label in before.items():
        if code not in after:
            yield f"réponse retirée : « {label} »"
    if [code for code in before if code in after] != [code for code in after if code in before]:
        yield "réponses dans un autre ordre"


def _moved(before: Questionnaire, after: Questionnaire) -> dict[str, str]:
    """The questions that have changed section, and the sections whose common questions have another order."""
    found: dict[str, str] = {}
    homes = {question.id: section.id for section in before.sections for question in section.questions}
    for section in after.sections:
        stayed = [question.id for question in section.questions if homes.get(question.id) == section.id]
        earlier = [question_id for question_id in homes if question_id in set(stayed)]
        for position, question_id in enumerate(stayed):
            if question_id != earlier[position]:
                found[question_id] = f"autre place dans « {section.title} »"
        for question in section.questions:
            if question.id in homes and homes[question.id] != section.id:
                found[question.id] = f"dans la rubrique « {section.title} »"
    return found


def _reader(question: Question) -> tuple[str, ...]:
    return ("lue par le comité technique",) if question.shared else ("reste dans la structure",)


def _from_to(what: str, old: str, new: str) -> str:
    return f"{what + ' : ' if what else ''}« {old} » devient « {new} »" if old else f"{what} ajoutée : « {new} »"
