"""What the rest of Vigie is told of a visit: ids, codes, labels of the day; never a person, nor what was typed freely."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from services.visits.motives import MOTIVES
from services.visits.need import Need, Recruitment
from services.visits.need_telling import need_facts
from services.visits.questionnaire.answers import AnswerGiven
from services.visits.questionnaire.definition import ISSUE
from services.visits.register.enterprise import SIZE_BANDS
from services.visits.report import Report
from services.visits.visit import Visit
from shared import outbox
from shared.events import Event, Metadata, Recorded
from shared.events.parts import AnswerTold, IssueTold
from shared.events.visits import (
    UrgentRecruitmentReported,
    VisitCancelled,
    VisitClosed,
    VisitCorrected,
    VisitDeclined,
    VisitDone,
    VisitPlanned,
    VisitReferred,
    VisitReported,
    VisitRescheduled,
)
from shared.ids import NewId
from shared.tables import Put


def entry_of(visit: Visit, facts: Iterable[Event], actor: str, cause: str, new_id: NewId) -> Put:
    """The outbox entry of facts about a visit as it has become; the first is caused by the request, the rest by it."""
    first, *others = facts
    now = visit.recorded_at
    told = [_recorded(visit, first, actor, cause, new_id)]
    told += [_recorded(visit, fact, actor, told[0].metadata.id, new_id) for fact in others]
    return outbox.entry(new_id(now), visit.territory_id, told, now)


def report_facts(visit: Visit, report: Report, needs: Sequence[Need], previous: date | None) -> list[Event]:
    """The visit, then its needs, in the order in which they are to be understood."""
    told = [fact for need in needs for fact in need_facts(need)]
    return [VisitReported(**_reported(visit, report, needs, previous)), *told, *urgent_facts(visit, report, needs)]


def corrected(visit: Visit, report: Report, needs: Sequence[Need], previous: date | None) -> Event:
    """The complete facts of a corrected report."""
    return VisitCorrected(**_reported(visit, report, needs, previous))


def urgent_facts(visit: Visit, report: Report, needs: Iterable[Need]) -> list[Event]:
    """The urgent recruitments among the needs: each raises an alert."""
    return [_urgent_recruitment(visit, report, need, need.recruitment) for need in needs if need.recruitment]


def planned(visit: Visit) -> Event:
    """A visit is to come."""
    return VisitPlanned(
        **_visit(visit),
        **_establishment(visit),
        siret=visit.establishment.siret,
        enterprise_name=visit.establishment.name,
        commune=visit.establishment.commune,
        planned_on=visit.day,
        capteurs=len(visit.capteurs),
        programme_id=visit.programme_id,
    )


def rescheduled(before: Visit, after: Visit) -> Event:
    """A visit was put off from one day to another, or to none."""
    return VisitRescheduled(
        **_visit(after), **_motive(after), previously_on=before.planned_on, planned_on=after.planned_on
    )


def declined(before: Visit, after: Visit) -> Event:
    """The enterprise does not want the visit."""
    return VisitDeclined(**_visit(after), **_motive(after), planned_on=before.planned_on)


def cancelled(before: Visit, after: Visit) -> Event:
    """The structure gives the visit up."""
    return VisitCancelled(**_visit(after), **_motive(after), planned_on=before.planned_on)


def done(before: Visit, after: Visit) -> Event:
    """The visit took place."""
    return VisitDone(**_visit(after), planned_on=before.planned_on, visited_on=after.day)


def referred(_before: Visit, after: Visit) -> Event:
    """The visit goes to the committee."""
    return VisitReferred(
        **_visit(after),
        siret=after.establishment.siret,
        enterprise_name=after.establishment.name,
        visited_on=after.day,
        needs=after.needs_count,
        alerts=after.alerts_count,
    )


def closed(_before: Visit, after: Visit) -> Event:
    """Nothing follows from the visit."""
    return VisitClosed(**_visit(after), visited_on=after.day, needs=after.needs_count)


def _recorded(visit: Visit, fact: Event, actor: str, cause: str, new_id: NewId) -> Recorded[Any]:
    """Both instants are the server's: the device's own time is in the fact, for whom it interests."""
    metadata = Metadata(
        id=new_id(visit.recorded_at),
        occurred_at=visit.recorded_at,
        recorded_at=visit.recorded_at,
        territory_id=visit.territory_id,
        actor=actor,
        correlation_id=visit.id,
        causation_id=cause,
        sequence=visit.version,
    )
    return Recorded(metadata, fact)


def _reported(visit: Visit, report: Report, needs: Sequence[Need], previous: date | None) -> dict[str, Any]:
    told = [answer for answer in report.answers if answer.shared and not answer.is_free_text]
    return {
        **_visit(visit),
        **_establishment(visit),
        **visit.model_dump(include={"structure_name", "planned", "planned_on", "programme_id"}),
        "member_id": report.author,
        "siret": visit.establishment.siret,
        "enterprise_name": visit.establishment.name,
        "commune": visit.establishment.commune,
        "visited_on": report.visited_on,
        "needs": len(needs),
        "need_ids": tuple(need.id for need in needs),
        "alerts": visit.alerts_count,
        "mode": report.mode,
        "capteurs": len(report.capteurs),
        "previous_visit_on": previous,
        "consent_to_share": report.consent_to_share,
        "questionnaire_version": report.questionnaire_version,
        "required": report.required_count,
        "answers": tuple(_answer(answer) for answer in told if answer.indicator_tag != ISSUE),
        "issues": tuple(issue for answer in told if answer.indicator_tag == ISSUE for issue in _issues(answer)),
        "revision": report.revision,
    }


def _answer(answer: AnswerGiven) -> AnswerTold:
    is_number = isinstance(answer.value, int) and not isinstance(answer.value, bool)
    return AnswerTold(
        question_id=answer.question_id,
        label=answer.label,
        codes=() if is_number else _codes(answer),
        value_labels=() if is_number else answer.value_labels,
        number=int(str(answer.value)) if is_number else None,
        unit=answer.unit or None,
    )


def _codes(answer: AnswerGiven) -> tuple[str, ...]:
    if isinstance(answer.value, bool):
        return ("yes" if answer.value else "no",)
    return answer.value if isinstance(answer.value, tuple) else (str(answer.value),)


def _issues(answer: AnswerGiven) -> list[IssueTold]:
    return [IssueTold(code=code, label=label) for code, label in zip(_codes(answer), answer.value_labels, strict=True)]


def _visit(visit: Visit) -> dict[str, Any]:
    return {"visit_id": visit.id, "structure_id": visit.structure_id, "enterprise_id": visit.enterprise_id}


def _motive(visit: Visit) -> dict[str, Any]:
    motive = visit.motive or "other"
    return {"motive": motive, "motive_label": MOTIVES[motive]}


def _establishment(visit: Visit) -> dict[str, Any]:
    known = visit.establishment
    return {
        "insee": known.insee,
        "naf": known.naf,
        "naf_nomenclature": known.naf_nomenclature,
        "size_band": known.size_band,
        "size_band_label": SIZE_BANDS[known.size_band].label if known.size_band else None,
    }


def _urgent_recruitment(visit: Visit, report: Report, need: Need, post: Recruitment) -> UrgentRecruitmentReported:
    return UrgentRecruitmentReported(
        **_visit(visit),
        **_establishment(visit),
        **dict(post),
        need_id=need.id,
        structure_name=visit.structure_name,
        member_id=report.author,
        siret=visit.establishment.siret,
        enterprise_name=visit.establishment.name,
        commune=visit.establishment.commune,
        occurred_at=report.occurred_at,
        received_at=visit.recorded_at,
    )
