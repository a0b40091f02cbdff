"""What becomes of a visit form that is sent: by a page, or by the script that sends what a telephone has kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_lambda_powertools.event_handler import Response

from services.visits.commands import ReportVisit
from services.visits.reporting_visit import Reported, report_visit
from services.visits.site import KEY
from services.visits.visit_form import WITH, fingerprint_text, read_visit_form
from services.visits.visit_subject import Subject, propose, subject_of
from shared.errors import Conflict, Invalid, NotFound, VigieError
from shared.idempotency import Request
from shared.web.flash import Flash
from shared.web.forms import Form
from shared.web.responses import json_body, problem, redirect

if TYPE_CHECKING:
    from services.visits.report_pages import ReportPages
    from shared.identity import Caller

SEARCH, SEARCH_ENTERPRISE = "chercher", "chercher_entreprise"
STRANGER = (
    "Ce formulaire a été ouvert par une autre personne, ou pour un autre territoire : reconnectez-vous comme elle."
)
THANKS = "La visite est enregistrée."
ALERTED = "La visite est enregistrée et le coordinateur est prévenu."
OWNERS = ("member_id", "territory_id")


@dataclass(frozen=True)
class SentForms:
    """Answers what the form of `site` sends."""

    site: ReportPages

    def report(self) -> Response[str]:
        """A page for a browser; for the script, JSON and never a redirection, whatever happens."""
        accepted = self.site.site.app.current_event.headers.get("accept", "")
        if "application/json" not in accepted:
            return self._page()
        try:
            return self._json()
        except VigieError as error:
            return problem(error)

    def _json(self) -> Response[str]:
        caller, fields = self.site.site.reporter(), self.site.site.posted()
        _refuse_strangers(fields, caller)
        reported = self._record(fields, caller)
        answer = {
            "id": reported.visit_id,
            "url": f"/visites/{reported.visit_id}",
            "alerts": len(reported.alert_ids),
        }
        shown = self.site.site.app.current_event.headers.get("vigie-then") == "page"
        return json_body(answer, status=201, flash=_said(reported) if shown else None)

    def _page(self) -> Response[str]:
        caller, fields = self.site.site.reporter(), self.site.site.posted()
        if SEARCH in fields or SEARCH_ENTERPRISE in fields:
            return self._again(Form(fields), caller, 200)
        try:
            _refuse_strangers(fields, caller)
            reported = self._record(fields, caller)
        except (Invalid, Conflict) as error:
            return self._again(self.site.site.again(fields, error), caller, error.status)
        return redirect(f"/visites/{reported.visit_id}", flash=_said(reported))

    def _record(self, fields: Mapping[str, str], caller: Caller) -> Reported:
        """Records the visit; what was recorded before for the same key is answered again, and not judged anew."""
        desk = self.site.desk
        request = Request.of(caller.territory_id, caller.member_id, fields.get(KEY), fingerprint_text(fields))
        earlier = desk.store.answer_to(request)
        if earlier is not None:
            return Reported.model_validate(earlier)
        occupations, questionnaire = desk.store.occupations(desk.clock.now()), self.site.questionnaire(fields, caller)
        known = _with_place(fields, _subject(fields, caller, self.site))
        form = read_visit_form(known, desk.today(), occupations, questionnaire, me=caller.member_id)
        try:
            return report_visit(ReportVisit.model_validate(form.report), request, caller, desk)
        except Invalid as error:
            raise form.beside(error) from error

    def _again(self, form: Form, caller: Caller, status: int) -> Response[str]:
        searched = SEARCH_ENTERPRISE in form.values
        return self.site.form(
            form,
            caller,
            subject=None if searched else _subject(form.values, caller, self.site),
            with_names=any(name.startswith(WITH) for name in form.values),
            found=propose(form.value("enterprise_name"), caller, self.site.desk) if searched else None,
            status=status,
        )


def _said(reported: Reported) -> Flash:
    return Flash(ALERTED if reported.alert_ids else THANKS)


def _refuse_strangers(fields: Mapping[str, str], caller: Caller) -> None:
    """A visit kept by one person is not sent in the name of the next one; raises Conflict."""
    typed = [fields.get(name) for name in OWNERS]
    own = [caller.member_id, caller.territory_id]
    if any(given and given != mine for given, mine in zip(typed, own, strict=True)):
        raise Conflict(STRANGER, code="autre-personne")


def _subject(fields: Mapping[str, str], caller: Caller, site: ReportPages) -> Subject | None:
    """The enterprise that the fields name by an id; one that is out of sight names none."""
    try:
        return subject_of(fields, caller, site.desk)
    except NotFound:
        return None


def _with_place(fields: Mapping[str, str], subject: Subject | None) -> Mapping[str, str]:
    """An urgent post is where the enterprise is, unless something else is typed."""
    return {**fields, "commune": subject.commune} if subject else fields
