"""What a questionnaire must be before anybody is asked it: each broken rule told at the place where it is."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from services.visits.findings import Findings
from services.visits.questionnaire.definition import (
    INDICATORS,
    KINDS,
    MOST_NUMBER,
    NUMERIC,
    WITH_OPTIONS,
    Question,
    Questionnaire,
)
from services.visits.wording import LINE_LENGTH

MOST_SECTIONS = 15
MOST_QUESTIONS = 60
MOST_FIELDS = 120
"""Form fields of all questions: the rest of the visit form needs room within what one form may post."""
MOST_LONG_TEXTS = 6
"""With the report's own texts, all of them full still fit into one send."""
LONGEST_HELP = 300
LONGEST_UNIT = 20
LEAST_OPTIONS, MOST_OPTIONS = 2, 20


def meanings_of(published: Questionnaire) -> Mapping[str, Question]:
    """All questions that were ever asked, as last asked: what their ids mean for ever."""
    return {question.id: question for question in (*published.retired, *published.questions)}


def check_question(question: Question, meant: Question | None, findings: Findings, place: str = "") -> None:
    """Notes what is wrong with one question; `meant` is what its id meant when it was last published."""
    _check_words(question, findings, place)
    _check_options(question, findings, place)
    _check_numbers(question, findings, place)
    _check_indicator(question, findings, place)
    if meant is not None and not question.means_the_same(meant):
        findings.add(f"{place}kind", already_means(meant))


def already_means(meant: Question) -> str:
    """Why an id cannot serve for something else."""
    unit = f" en {meant.unit}" if meant.unit else ""
    return (
        f"L’identifiant « {meant.id} » désigne déjà la question « {meant.label} » ({KINDS[meant.kind].lower()}{unit}). "
        "Le type, l’unité et l’indicateur d’une question publiée ne changent pas : "
        "retirez-la et ajoutez une autre question."
    )


def check_questionnaire(draft: Questionnaire, published: Questionnaire, findings: Findings, place: str = "") -> None:
    """Notes all that keeps a draft from following the version in force; `place` comes before each JSON pointer."""
    meanings = meanings_of(published)
    _check_whole(draft, findings, place)
    _check_words_of(draft.title, findings, f"{place}/title")
    for at, title in _titles(draft, place):
        _check_words_of(title, findings, at)
    seen: set[str] = set()
    tags: set[str] = set()
    for at, question in _located(draft, place):
        check_question(question, meanings.get(question.id), findings, at)
        _check_once(question, seen, tags, findings, at)


def _check_once(question: Question, seen: set[str], tags: set[str], findings: Findings, at: str) -> None:
    if question.id in seen:
        findings.add(f"{at}id", "Deux questions ont le même identifiant.")
    if question.indicator_tag in tags:
        findings.add(f"{at}indicator_tag", "Une seule question alimente un indicateur.")
    seen.add(question.id)
    tags |= {question.indicator_tag} - {""}


def _check_whole(draft: Questionnaire, findings: Findings, place: str) -> None:
    questions = list(draft.questions)
    if not 1 <= len(draft.sections) <= MOST_SECTIONS:
        findings.add(f"{place}/sections", f"Un questionnaire a de 1 à {MOST_SECTIONS} rubriques.")
    if _repeated(section.id for section in draft.sections):
        findings.add(f"{place}/sections", "Deux rubriques ont le même identifiant.")
    if len(questions) > MOST_QUESTIONS:
        findings.add(f"{place}/sections", f"Au plus {MOST_QUESTIONS} questions : au-delà, personne ne répond.")
    if sum(question.fields_count() for question in questions) > MOST_FIELDS:
        findings.add(f"{place}/sections", f"Au plus {MOST_FIELDS} cases et champs en tout : regroupez des réponses.")
    if sum(question.kind == "long_text" for question in questions) > MOST_LONG_TEXTS:
        findings.add(f"{place}/sections", f"Au plus {MOST_LONG_TEXTS} textes de quelques phrases.")
    for position, section in enumerate(draft.sections):
        if not section.questions:
            at = f"{place}/sections/{position}/questions"
            findings.add(at, f"La rubrique « {section.title} » n’a aucune question : ajoutez-en une, ou retirez-la.")


def _check_words(question: Question, findings: Findings, place: str) -> None:
    _check_words_of(question.label, findings, f"{place}label")
    if len(question.help) > LONGEST_HELP:
        findings.add(f"{place}help", f"Trop long : au plus {LONGEST_HELP} caractères.")
    if len(question.unit) > LONGEST_UNIT:
        findings.add(f"{place}unit", f"Trop long : au plus {LONGEST_UNIT} caractères.")


def _check_words_of(text: str, findings: Findings, place: str) -> None:
    if not text.strip():
        findings.add(place, "Écrivez ce que la personne lira.")
    if len(text) > LINE_LENGTH:
        findings.add(place, f"Trop long : au plus {LINE_LENGTH} caractères.")


def _check_options(question: Question, findings: Findings, place: str) -> None:
    at, options = f"{place}options", question.options
    if question.kind not in WITH_OPTIONS:
        if options:
            findings.add(at, "Ce type de question n’a pas de réponses proposées.")
        return
    if not LEAST_OPTIONS <= len(options) <= MOST_OPTIONS:
        findings.add(at, f"Proposez de {LEAST_OPTIONS} à {MOST_OPTIONS} réponses.")
    if _repeated(option.code for option in options) or _repeated(option.label.casefold() for option in options):
        findings.add(at, "Deux réponses sont les mêmes.")
    for option in options:
        _check_words_of(option.label, findings, at)


def _check_numbers(question: Question, findings: Findings, place: str) -> None:
    least, most = question.minimum, question.maximum
    if question.kind not in NUMERIC:
        if (least, most) != (None, None):
            findings.add(f"{place}minimum", "Seul un nombre a un minimum et un maximum.")
        if question.unit:
            findings.add(f"{place}unit", "Seul un nombre a une unité.")
        return
    if any(bound is not None and abs(bound) > MOST_NUMBER for bound in (least, most)):
        findings.add(f"{place}minimum", "Restez entre moins un milliard et un milliard.")
    low, high = question.bounds()
    if low > high:
        findings.add(f"{place}minimum", f"Le minimum ({low}) dépasse le maximum ({high}).")


def _check_indicator(question: Question, findings: Findings, place: str) -> None:
    at = f"{place}indicator_tag"
    if not question.indicator_tag:
        return
    if question.indicator_tag not in INDICATORS:
        findings.add(at, "Cet indicateur n’existe pas.")
    if question.kind not in WITH_OPTIONS:
        findings.add(at, "Un indicateur compte des réponses proposées : choisissez un type à choix.")
    if not question.shared:
        findings.add(at, "Une réponse qui reste dans la structure ne peut pas alimenter un indicateur.")


def _titles(draft: Questionnaire, place: str) -> Iterator[tuple[str, str]]:
    for position, section in enumerate(draft.sections):
        yield f"{place}/sections/{position}/title", section.title


def _located(draft: Questionnaire, place: str) -> Iterator[tuple[str, Question]]:
    for number, section in enumerate(draft.sections):
        for position, question in enumerate(section.questions):
            yield f"{place}/sections/{number}/questions/{position}/", question


def _repeated(values: Iterator[str] | Collection[str]) -> bool:
    listed = list(values)
    return len(set(listed)) < len(listed)
