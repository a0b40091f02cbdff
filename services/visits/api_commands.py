"""The commands of the API, each with its use case: loaded with the first one, for most requests only read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from services.visits.answers import ALERT_PATH, OutcomeAnswer, ReportedAnswer, outcome_of
from services.visits.concluding import close_visit, refer_visit
from services.visits.correcting import correct_visit
from services.visits.desk import Outcome, VisitDesk
from services.visits.given import Given
from services.visits.lifecycle import Act
from services.visits.planning import cancel_visit, decline_visit, mark_done, plan_visit, reschedule_visit
from services.visits.reporting_visit import Reported, report_visit
from shared.idempotency import Request
from shared.identity import Caller

_ON_VISIT: Mapping[Act, Callable[..., Outcome]] = {
    "reschedule": reschedule_visit,
    "decline": decline_visit,
    "cancel": cancel_visit,
    "mark_done": mark_done,
    "refer": refer_visit,
    "close": close_visit,
}


def report(command: Any, request: Request, caller: Caller, desk: VisitDesk) -> ReportedAnswer:
    """Reports a visit."""
    return ReportedAnswer.model_validate(_told(report_visit(command, request, caller, desk)))


def plan(command: Any, request: Request, caller: Caller, desk: VisitDesk) -> OutcomeAnswer:
    """Plans a visit."""
    return OutcomeAnswer.model_validate(_told(plan_visit(command, request, caller, desk)))


def correct(visit_id: str, command: Any, request: Request, caller: Caller, desk: VisitDesk) -> ReportedAnswer:
    """Corrects a report."""
    return ReportedAnswer.model_validate(_told(correct_visit(visit_id, command, request, caller, desk)))


def obey(
    act: Act, visit_id: str, command: Given, caller: Caller, desk: VisitDesk, *, request: Request
) -> OutcomeAnswer:
    """Carries out a command on a visit."""
    return OutcomeAnswer.model_validate(_told(_ON_VISIT[act](visit_id, command, request, caller, desk)))


def _told(outcome: Outcome) -> dict[str, object]:
    alerts = outcome.alert_ids if isinstance(outcome, Reported) else ()
    urls = tuple(ALERT_PATH + alert_id for alert_id in alerts)
    return {**outcome_of(outcome.visit_id, outcome.version, outcome.state), "alert_urls": urls}
