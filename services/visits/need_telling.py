"""What the rest of Vigie is told of needs: pure functions from a need to its facts."""

from __future__ import annotations

from services.visits.need import JobAtRisk, Need
from services.visits.need_state import STATES, NeedAction
from shared.events import Event
from shared.events.parts import JobsTold, OpeningTold
from shared.events.visits_needs import JobsAtRiskReported, NeedActionRecorded, NeedReported, OpeningsReported


def need_facts(need: Need) -> list[Event]:
    """The need, then its jobs at risk and its openings if it has any. An urgent recruitment is told apart, by the visit."""
    facts: list[Event] = [_reported(need)]
    if need.jobs_at_risk:
        facts.append(_jobs_at_risk(need))
    if need.openings:
        facts.append(_openings(need))
    return facts


def action_fact(need: Need, action: NeedAction) -> NeedActionRecorded:
    """What was done, and the state that the need has now: `need` is as the action leaves it."""
    return NeedActionRecorded(
        visit_id=need.visit_id,
        need_id=need.id,
        structure_id=need.structure_id,
        action_id=action.id,
        kind=action.kind,
        kind_label=action.kind_label,
        acted_on=action.acted_on,
        theme=need.theme,
        state=need.state,
        state_label=STATES[need.state],
    )


def _reported(need: Need) -> NeedReported:
    return NeedReported(
        visit_id=need.visit_id,
        need_id=need.id,
        structure_id=need.structure_id,
        theme=need.theme,
        theme_label=need.theme_label,
        subject=need.subject,
        subject_label=need.subject_label,
        urgency=need.urgency,
        commune=need.commune,
    )


def _jobs_at_risk(need: Need) -> JobsAtRiskReported:
    in_confidence = any(job.confidential for job in need.jobs_at_risk)
    return JobsAtRiskReported(
        visit_id=need.visit_id,
        need_id=need.id,
        structure_id=need.structure_id,
        commune=None if in_confidence else need.commune,
        jobs=tuple(map(_job, need.jobs_at_risk)),
    )


def _job(job: JobAtRisk) -> JobsTold:
    return JobsTold.model_validate(job.model_dump(exclude={"confidential"}))


def _openings(need: Need) -> OpeningsReported:
    return OpeningsReported(
        visit_id=need.visit_id,
        need_id=need.id,
        structure_id=need.structure_id,
        commune=need.commune,
        openings=tuple(OpeningTold.model_validate(dict(opening)) for opening in need.openings),
    )
