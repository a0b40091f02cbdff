"""The questionnaire's pages and interface over the small territory of the visits' tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.visits.findings import Findings
from services.visits.questionnaire import api, pages
from services.visits.questionnaire.answers import AnswerGiven, check_answers
from services.visits.questionnaire.definition import Option, Question, Questionnaire, Section
from services.visits.questionnaire.editing import add_section, put_question
from services.visits.questionnaire.publishing import Change, Workshop, change_draft, drop_draft, publish
from services.visits.questionnaire.store import QuestionnaireStore
from shared.address_book import AddressBook
from shared.errors import Invalid
from shared.idempotency import Request
from shared.ids import new_id
from tests.unit.visits.territory import AUDIENCE, ISSUER, SITE, Territory

NIGHT = Question(id="night_shifts", label="Travaille-t-on la nuit ?", kind="yes_no")
WASTE = Question(id="waste", label="Que deviennent les chutes ?", kind="text")


def options(*codes: str) -> tuple[Option, ...]:
    """Options whose labels are their codes, capitalised."""
    return tuple(Option(code=code, label=code.title()) for code in codes)


def asking(*questions: Question, version: int = 1) -> Questionnaire:
    """A questionnaire of one section."""
    section = Section(id="only", title="Tout", questions=questions)
    return Questionnaire(version=version, title="Essai", sections=(section,))


def answered(questionnaire: Questionnaire, answers: dict[str, Any]) -> tuple[AnswerGiven, ...]:
    """The answers, which must be right."""
    findings = Findings("faux")
    given = check_answers(answers, questionnaire, findings)
    findings.conclude()
    return given


def refusals(questionnaire: Questionnaire, answers: dict[str, Any]) -> dict[str, str]:
    """What is wrong with answers, by question; nothing may be kept of those."""
    findings = Findings("faux")
    check_answers(answers, questionnaire, findings, place="")
    try:
        findings.conclude()
    except Invalid as error:
        return error.fields
    return {}


def adding(question: Question) -> Change:
    """A change of the draft: the question in a section of its own."""

    def change(draft: Questionnaire, _published: Questionnaire) -> Questionnaire:
        wider = add_section(draft, "Ajouts")
        return put_question(wider, wider.sections[-1].id, question)

    return change


@dataclass
class Bureau(Territory):
    """Where the coordination prepares questionnaires; its requests go to the questionnaire's routes."""

    def __post_init__(self) -> None:
        super().__post_init__()
        book = AddressBook(self.book)
        self.versions = QuestionnaireStore(self.table)
        self.workshop = Workshop(self.versions, self.clock, new_id)
        self._api = api.resolver(self.versions, self.identity, self.clock, ISSUER, AUDIENCE)
        self._pages = pages.resolver(self.versions, book, self.identity, self.clock, SITE)

    def change(self, change: Change, *, key: str, after: str | None = None, who: str = "coordinator") -> str:
        """Changes the draft; the same key with the same revision is the same command."""
        return change_draft(change, after, self._request(key, str(after), who), self.caller(who), self.workshop)

    def publish(self, after: str, *, key: str = "publication", who: str = "coordinator") -> int:
        """Publishes the draft of that revision."""
        return publish(after, "Pour voir", self._request(key, after, who), self.caller(who), self.workshop)

    def drop(self, after: str, *, key: str) -> None:
        """Forgets the draft of that revision."""
        drop_draft(after, self._request(key, after, "coordinator"), self.caller("coordinator"), self.workshop)

    def published_with(self, question: Question) -> int:
        """A version more, that asks this question too."""
        revision = self.change(adding(question), key=f"change-{question.id}")
        return self.publish(revision, key=f"publish-{question.id}")

    def _request(self, key: str, body: str, who: str) -> Request:
        caller = self.caller(who)
        return Request.of(caller.territory_id, caller.member_id, key, body)
