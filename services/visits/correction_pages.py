"""The pages where a report is corrected: the form as it was filled in, a reason, and what each revision changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler import Response

from services.visits.action_pages import ActionPages
from services.visits.form_fields import CHECKED, date_fields
from services.visits.need import Need
from services.visits.need_form import need_values
from services.visits.questionnaire.form import VERSION as QUESTIONNAIRE_VERSION
from services.visits.questionnaire.form import field_values
from services.visits.reading import open_file
from services.visits.report_pages import ReportPages
from services.visits.revision_differences import differences
from services.visits.site import VERSION, Site, expected_version
from services.visits.visibility import require_reads
from services.visits.visit_actions import may_now
from services.visits.visit_form import with_colleagues
from services.visits.visit_history import name_of
from services.visits.visiting_members import colleagues
from shared.errors import Conflict, Invalid, NotFound
from shared.web.flash import Flash
from shared.web.forms import Form
from shared.web.responses import redirect

if TYPE_CHECKING:
    from services.visits.desk import VisitDesk
    from services.visits.store import VisitFile
    from shared.identity import Caller

CORRECTED = Flash("La correction est enregistrée ; l’ancienne révision reste lisible.")
DROP = "retirer-"
"""Begins the name of the box that takes away a need for which the form has no fields."""


@dataclass(frozen=True)
class CorrectionPages:
    """The routes of a correction; the fields are those of the report's own form."""

    site: Site
    desk: VisitDesk
    reports: ReportPages
    actions: ActionPages

    def ask(self, visit_id: str) -> Response[str]:
        """The form filled in as the report stands."""
        caller = self.site.reporter()
        file = self._correctable(visit_id, caller)
        return self._form(file, Form(_values(file)), caller)

    def correct(self, visit_id: str) -> Response[str]:
        """Writes a new revision, then leads back to the visit."""
        from services.visits.sent_correction import correct  # noqa: PLC0415 - with the first form that is sent

        caller, fields = self.site.reporter(), self.site.posted()
        file = open_file(visit_id, caller, self.desk.store)
        if "chercher" in fields:
            return self._form(file, Form(fields), caller)
        try:
            correct(file, fields, self.site.request(fields, caller), caller, self.reports)
        except Invalid as error:
            return self._form(file, self.site.again(fields, error), caller, 422)
        except Conflict as error:
            return self.actions.conflict(visit_id, error, expected_version(fields), caller)
        return redirect(f"/visites/{visit_id}", flash=CORRECTED)

    def compare(self, visit_id: str) -> Response[str]:
        """What each revision changed, the latest first, as far as the reader may know."""
        caller = self.site.reporter()
        file = open_file(visit_id, caller, self.desk.store)
        require_reads(caller, file.visit, "follow_up")
        directory = self.desk.book.directory(caller.territory_id)
        revisions = [
            (after, name_of(after.author, directory), differences(before, after, directory))
            for before, after in zip(file.reports, file.reports[1:], strict=False)
        ]
        return self.site.show("visits/revisions.html", {"visit": file.visit, "revisions": revisions[::-1]})

    def register(self) -> None:
        """Adds the routes, before those that take any act."""
        self.site.app.get("/visites/<visit_id>/correction")(self.ask)
        self.site.app.post("/visites/<visit_id>/correction")(self.correct)
        self.site.app.get("/visites/<visit_id>/revisions")(self.compare)

    def _correctable(self, visit_id: str, caller: Caller) -> VisitFile:
        file = open_file(visit_id, caller, self.desk.store)
        if not may_now("correct", file.visit, caller):
            raise NotFound("Ce compte rendu n’existe pas, ou n’est pas à vous de le corriger.")
        return file

    def _form(self, file: VisitFile, form: Form, caller: Caller, status: int = 200) -> Response[str]:
        context = self.reports.context(form, caller) | {
            "visit": file.visit,
            "key": self.site.key(form),
            "version": form.value(VERSION) or str(file.visit.version),
            "colleagues": self._names(file, caller),
            "carried": need_values(file.needs)[1],
            "drop": DROP,
        }
        return self.site.show("visits/correction.html", context, status)

    def _names(self, file: VisitFile, caller: Caller) -> list[tuple[str, str]]:
        """Everybody of the structure who may have been there, the author of the correction too."""
        members = colleagues(caller.territory_id, file.visit.structure_id, self.desk)
        return [(name, member.name) for member in members for name in with_colleagues([member.id])]


def _values(file: VisitFile) -> dict[str, str]:
    """The fields that say the report again."""
    report = file.report
    if report is None:
        raise NotFound("Cette visite n’a pas de compte rendu.")
    said: Mapping[str, Any] = {
        "mode": report.mode,
        "persons_met": ", ".join(report.persons_met),
        "shared_text": report.shared_text,
        "private_text": report.private_text,
        "consent_to_share": CHECKED if report.consent_to_share else "",
        QUESTIONNAIRE_VERSION: report.questionnaire_version,
    }
    values = {name: str(value) for name, value in said.items() if value is not None}
    people = with_colleagues(report.capteurs or file.visit.capteurs)
    return (
        {"quantity": "1"}
        | values
        | date_fields("visited_on", report.visited_on)
        | people
        | field_values(report.answers)
        | need_values(file.needs)[0]
    )


def carried(needs: tuple[Need, ...], fields: Mapping[str, str]) -> list[Need]:
    """The needs that the form has no fields for and that nobody has taken away."""
    return [need for need in need_values(needs)[1] if fields.get(DROP + need.id) != CHECKED]
