"""What the visits service tells of needs, and of the questionnaire that they are heard with."""

from __future__ import annotations

from datetime import date

from shared.events import Event
from shared.events.parts import JobsTold, OpeningTold, QuestionTold


class NeedReported(Event, version=1):
    """An enterprise has said that it needs something. Heard by whoever counts needs or prepares the committee."""

    visit_id: str
    need_id: str
    structure_id: str
    theme: str
    theme_label: str
    subject: str | None = None
    subject_label: str | None = None
    urgency: str
    """`urgent` or `ordinary`."""
    commune: str


class JobsAtRiskReported(Event, version=1):
    """Jobs may disappear. Whoever hears it learns where and which, never at whose: no enterprise is named."""

    visit_id: str
    need_id: str
    structure_id: str
    commune: str | None
    """Null when one of the jobs was told in confidence: in a small commune, a métier names an enterprise."""
    jobs: tuple[JobsTold, ...]


class OpeningsReported(Event, version=1):
    """Posts are to be filled that are no urgency: what jobs at risk may be brought together with."""

    visit_id: str
    need_id: str
    structure_id: str
    commune: str
    openings: tuple[OpeningTold, ...]


class NeedActionRecorded(Event, version=1):
    """Somebody has done something about a need. What they wrote of it stays in the service."""

    visit_id: str
    need_id: str
    structure_id: str
    """The one that reported the need."""
    action_id: str
    kind: str
    """`qualified`, `in_progress`, `met`, `no_solution`, `unreachable`, `rejected` or `withdrawn`."""
    kind_label: str
    acted_on: date
    theme: str
    state: str
    """Of the need, all its actions considered."""
    state_label: str


class QuestionnairePublished(Event, version=1):
    """A territory has changed what its visits ask; earlier versions are still accepted from who holds them."""

    number: int
    """Of the version, from 1; 0 is the one shipped."""
    previous: int
    title: str
    questions: tuple[QuestionTold, ...]
