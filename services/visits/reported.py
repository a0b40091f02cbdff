"""What a report says, once its rules are checked: the same for a first report and for a correction."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from services.visits.commands import CorrectedReport, ReportVisit
from services.visits.desk import VisitDesk
from services.visits.findings import Findings
from services.visits.need_given import inspect_needs
from services.visits.occupations import Occupations
from services.visits.questionnaire.answers import AnswerGiven, check_answers
from services.visits.questionnaire.definition import Questionnaire
from services.visits.report import Report
from services.visits.visit import Visit, check_visited_on
from services.visits.visited_enterprise import ALERTED, OTHER, check_enterprise, check_enterprise_again
from services.visits.visiting_members import check_capteurs
from shared.errors import NotFound
from shared.identity import Caller

WRONG = "La visite contient des données à corriger."
UNKNOWN_VERSION = "Cette version du questionnaire n’existe pas : relisez celle en vigueur."


class Inspected(NamedTuple):
    """What was looked up to check a report, and the answers as they are kept."""

    occupations: Occupations
    questionnaire: Questionnaire | None
    answers: tuple[AnswerGiven, ...]

    def head(self, command: ReportVisit | CorrectedReport) -> dict[str, Any]:
        """What the visit itself says of its report."""
        return {
            "day": command.visited_on,
            "visited_on": command.visited_on,
            "mode": command.mode,
            "consent_to_share": command.consent_to_share,
            "questionnaire_version": self.questionnaire.version if self.questionnaire else None,
            "needs_count": len(command.needs),
            "alerts_count": sum(given.recruitment is not None for given in command.needs),
        }


def inspect_report(
    command: ReportVisit | CorrectedReport,
    visit: Visit | None,
    caller: Caller,
    desk: VisitDesk,
    *,
    needs_from: date | None = None,
) -> Inspected:
    """Raises Invalid with all that shapes cannot say: check digits, dates, answers, métiers, what goes with what.

    `visit` is the one that was planned or is corrected: the enterprise is its own, and what names one must agree.
    The dates of needs are judged from `needs_from`, else from today.
    """
    findings = Findings(WRONG)
    today = desk.today()
    with findings.at("/visited_on"):
        check_visited_on(command.visited_on, today)
    if visit is None:
        check_enterprise(command, findings)
    else:
        check_enterprise_again(command, visit, findings, fixed=_fixed(command, visit))
    structure_id = visit.structure_id if visit else caller.membership.structure_id
    check_capteurs(command.capteurs, structure_id, caller, desk, findings)
    occupations = desk.store.occupations(desk.clock.now())
    inspect_needs(command.needs, needs_from or today, occupations, findings)
    questionnaire = _asked(command, caller.territory_id, desk, findings)
    answers = check_answers(command.answers, questionnaire, findings) if questionnaire else ()
    findings.conclude()
    return Inspected(occupations, questionnaire, answers)


def report_of(
    command: ReportVisit | CorrectedReport, visit: Visit, inspected: Inspected, author: str, reason: str | None = None
) -> Report:
    """The revision that the visit is at."""
    asked = inspected.questionnaire
    return Report(
        revision=visit.revision,
        author=author,
        reason=reason,
        recorded_at=visit.recorded_at,
        occurred_at=command.occurred_at,
        enterprise_id=visit.enterprise_id,
        enterprise_name=visit.establishment.name,
        visited_on=command.visited_on,
        mode=command.mode,
        capteurs=visit.capteurs,
        persons_met=command.persons_met,
        questionnaire_version=asked.version if asked else None,
        answers=inspected.answers,
        required_count=sum(question.required for question in asked.questions) if asked else 0,
        consent_to_share=command.consent_to_share,
        private_text=command.private_text,
        shared_text=command.shared_text,
    )


def _fixed(command: ReportVisit | CorrectedReport, visit: Visit) -> str:
    """Why the enterprise cannot be another one: a plan is kept or not, and an alert names who recruits."""
    if isinstance(command, ReportVisit):
        return OTHER
    return ALERTED if visit.alerts_count else ""


def _asked(
    command: ReportVisit | CorrectedReport, territory_id: str, desk: VisitDesk, findings: Findings
) -> Questionnaire | None:
    """The version that was asked. A report without answers nor version is taken as it is: it is counted as incomplete."""
    if command.questionnaire_version is None:
        return desk.store.questionnaires.current(territory_id) if command.answers else None
    try:
        return desk.store.asked(territory_id, command.questionnaire_version)
    except NotFound:
        findings.add("/questionnaire_version", UNKNOWN_VERSION)
        return None
