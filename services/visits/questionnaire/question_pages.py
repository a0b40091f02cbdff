"""The form of one question of the draft, with the question beside it as a capteur will see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_lambda_powertools.event_handler import Response

from services.visits.findings import Findings
from services.visits.questionnaire.definition import KINDS, Question, Questionnaire
from services.visits.questionnaire.editing import home_of, put_question
from services.visits.questionnaire.question_form import READERS, first_fields, read_question
from services.visits.questionnaire.rules import LONGEST_HELP, LONGEST_UNIT, check_question, meanings_of
from services.visits.wording import LINE_LENGTH
from shared.errors import Conflict, Invalid
from shared.identity import Caller
from shared.web.flash import Flash
from shared.web.forms import Form
from shared.web.requests import query
from shared.web.responses import page, redirect

if TYPE_CHECKING:
    from services.visits.questionnaire.draft_pages import DraftPages

PATH = "/questionnaire/brouillon/question"
PREVIEW = "apercu"
SAVED = "La question « {} » est dans le brouillon."
REFUSED = "La question n’est pas encore enregistrée : des informations sont à corriger."


@dataclass(frozen=True)
class Edited:
    """The question being edited, in its draft: `known` is None for a new one."""

    draft: Questionnaire
    meanings: Mapping[str, Question]
    revision: str
    known: Question | None

    @property
    def is_published(self) -> bool:
        """Whether answers may already bear its id, so that its meaning is fixed."""
        return self.known is not None and self.known.id in self.meanings

    def read(self, fields: Mapping[str, str], findings: Findings) -> Question:
        taken = {*self.meanings, *self.draft.by_id}
        return read_question(fields, self.known, self.is_published, taken, findings)


@dataclass(frozen=True)
class QuestionPages:
    """The routes of one question; `around` is the draft's."""

    around: DraftPages

    def add_routes(self) -> None:
        app = self.around.app
        app.get(PATH)(self.show)
        app.post(PATH)(self.save)
        app.post(f"{PATH}/{PREVIEW}")(self.preview)

    def show(self) -> Response[str]:
        caller, question_id = self.around.coordination(), query(self.around.app, "id")
        edited = self._edited(caller, question_id)
        home = home_of(edited.draft, question_id).id if question_id else query(self.around.app, "rubrique")
        return self._form(edited, Form(first_fields(edited.known, home)))

    def save(self) -> Response[str]:
        caller, fields = self.around.coordination(), self.around.posted()
        edited = self._edited(caller, fields.get("id", ""))
        if PREVIEW in fields:
            return self._form(edited, Form(fields))
        try:
            question = self._checked(edited, fields)
            section = fields.get("section", "")
            self.around.change(lambda draft, _: put_question(draft, section, question), fields, caller)
        except (Invalid, Conflict) as error:
            return self._form(edited, Form.from_error(fields, error), status=error.status)
        return redirect(f"/questionnaire/brouillon#question-{question.id}", flash=Flash(SAVED.format(question.label)))

    def preview(self) -> Response[str]:
        """The question alone, for what is typed so far: a fragment of the page."""
        caller, fields = self.around.coordination(), self.around.posted()
        question = self._edited(caller, fields.get("id", "")).read(fields, Findings(""))
        html = self.around.pages.render("questionnaire/question_preview.html", question=question, blank=Form())
        return page(html)

    def _checked(self, edited: Edited, fields: Mapping[str, str]) -> Question:
        findings = Findings(REFUSED)
        question = edited.read(fields, findings)
        if all(section.id != fields.get("section") for section in edited.draft.sections):
            findings.add("section", "Choisissez une rubrique.")
        check_question(question, edited.meanings.get(question.id), findings)
        findings.conclude()
        return question

    def _edited(self, caller: Caller, question_id: str) -> Edited:
        """Raises NotFound for a question that is no longer in the draft."""
        published, draft = self.around.workshop.draft_of(caller.territory_id)
        questionnaire = draft.questionnaire if draft else published.questionnaire
        known = questionnaire.by_id[question_id] if question_id and home_of(questionnaire, question_id) else None
        revision = draft.revision if draft else ""
        return Edited(questionnaire, meanings_of(published.questionnaire), revision, known)

    def _form(self, edited: Edited, form: Form, status: int = 200) -> Response[str]:
        return self.around.page(
            "questionnaire/question.html",
            status,
            f=form,
            blank=Form(),
            question=edited.read(form.values, Findings("")),
            known=edited.known,
            is_published=edited.is_published,
            revision=edited.revision,
            key=self.around.new_key(),
            sections=[(section.id, section.title) for section in edited.draft.sections],
            kinds=list(KINDS.items()),
            readers=READERS,
            limits={"label": LINE_LENGTH, "help": LONGEST_HELP, "unit": LONGEST_UNIT},
        )
