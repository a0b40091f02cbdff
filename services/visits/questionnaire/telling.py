"""What the rest of Vigie is told of a questionnaire: that a version is in force, and what it asks."""

from __future__ import annotations

from datetime import datetime

from services.visits.questionnaire.definition import Question
from services.visits.questionnaire.store import Published
from shared import outbox
from shared.events import Metadata, Recorded
from shared.events.parts import QuestionTold
from shared.events.visits_needs import QuestionnairePublished
from shared.identity import Caller
from shared.ids import NewId, derived_id
from shared.tables import Put


def published_entry(published: Published, caller: Caller, cause: str, new_id: NewId, now: datetime) -> Put:
    """The outbox item of a publication. Its reason was typed freely: it stays in the service."""
    number = published.questionnaire.version
    metadata = Metadata(
        id=new_id(now),
        occurred_at=now,
        recorded_at=now,
        territory_id=caller.territory_id,
        actor=caller.member_id,
        correlation_id=derived_id(caller.territory_id, "questionnaire"),
        causation_id=cause,
        sequence=number,
    )
    fact = QuestionnairePublished(
        number=number,
        previous=number - 1,
        title=published.questionnaire.title,
        questions=tuple(map(_told, published.questionnaire.questions)),
    )
    return outbox.entry(new_id(now), caller.territory_id, [Recorded(metadata, fact)], now)


def _told(question: Question) -> QuestionTold:
    return QuestionTold(
        question_id=question.id,
        label=question.label,
        kind=question.kind,
        shared=question.shared,
        indicator_tag=question.indicator_tag,
    )
