"""Prepares a version of the questionnaire and puts it in force: by the coordination, one change at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from services.visits.findings import Findings
from services.visits.lifecycle import COORDINATION
from services.visits.questionnaire.definition import Questionnaire
from services.visits.questionnaire.editing import follow
from services.visits.questionnaire.rules import check_questionnaire
from services.visits.questionnaire.store import Draft, Published, QuestionnaireStore
from services.visits.questionnaire.telling import published_entry
from shared.clock import Clock
from shared.errors import Conflict
from shared.idempotency import Request
from shared.identity import Caller, require
from shared.ids import NewId
from shared.tables import ConditionFailed, Contended

MOVED = "Le brouillon a changé entre-temps, peut-être par une autre personne : le voici comme il est maintenant."
NO_DRAFT = "Aucun brouillon n’est en cours."
NOT_READY = "Le brouillon n’est pas encore prêt à être publié."
NOTHING_NEW = "Le brouillon ne change rien à la version en vigueur : il n’y a rien à publier."

Change = Callable[[Questionnaire, Questionnaire], Questionnaire]
"""From the draft, and the version in force, to the draft."""


@dataclass(frozen=True)
class Workshop:
    """What the commands need around them."""

    store: QuestionnaireStore
    clock: Clock
    new_id: NewId

    def draft_of(self, territory_id: str) -> tuple[Published, Draft | None]:
        """The version in force and what is being prepared."""
        return self.store.in_force(territory_id), self.store.draft(territory_id)


def change_draft(change: Change, after: str | None, request: Request, caller: Caller, workshop: Workshop) -> str:
    """Changes the draft whose revision is `after`, or begins one; the new revision.

    Raises Forbidden, Conflict when the draft has moved, and whatever the change refuses.
    """
    require(caller, *COORDINATION)
    store, now = workshop.store, workshop.clock.now()
    earlier = store.answer_to(request)
    if earlier is not None:
        return str(earlier["revision"])
    published, draft = workshop.draft_of(caller.territory_id)
    _same(draft, after)
    before = draft.questionnaire if draft else published.questionnaire
    next_one = follow(published.questionnaire, change(before, published.questionnaire))
    made = Draft(revision=workshop.new_id(now), questionnaire=next_one, changed_at=now, changed_by=caller.member_id)
    claim = request.claim({"revision": made.revision}, now)
    try:
        store.save_draft(caller.territory_id, made, after, claim)
    except (ConditionFailed, Contended):
        return str(_answered(store, request)["revision"])
    return made.revision


def drop_draft(after: str, request: Request, caller: Caller, workshop: Workshop) -> None:
    """Forgets the draft of that revision; raises Forbidden, Conflict when it has moved."""
    require(caller, *COORDINATION)
    store = workshop.store
    if store.answer_to(request) is not None:
        return
    try:
        store.drop_draft(caller.territory_id, after, request.claim({}, workshop.clock.now()))
    except (ConditionFailed, Contended):
        _answered(store, request)


def publish(after: str, reason: str, request: Request, caller: Caller, workshop: Workshop) -> int:
    """Puts the draft of that revision in force; the number of the version.

    Raises Forbidden, Conflict when the draft or the version in force has moved, Invalid at JSON pointers.
    """
    require(caller, *COORDINATION)
    store, now = workshop.store, workshop.clock.now()
    earlier = store.answer_to(request)
    if earlier is not None:
        return int(earlier["version"])
    published, draft = workshop.draft_of(caller.territory_id)
    made = Published(
        questionnaire=_ready(published.questionnaire, draft, after),
        published_at=now,
        published_by=caller.member_id,
        reason=reason,
    )
    number = made.questionnaire.version
    entry = published_entry(made, caller, request.key, workshop.new_id, now)
    try:
        store.publish(caller.territory_id, made, after, entry, request.claim({"version": number}, now))
    except (ConditionFailed, Contended):
        return int(_answered(store, request)["version"])
    return number


def _same(draft: Draft | None, after: str | None) -> None:
    if (draft.revision if draft else None) != after:
        raise Conflict(MOVED, code="brouillon-modifie")


def _ready(published: Questionnaire, draft: Draft | None, after: str) -> Questionnaire:
    if draft is None:
        raise Conflict(NO_DRAFT, code="sans-brouillon")
    _same(draft, after)
    ready = follow(published, draft.questionnaire)
    if (ready.title, ready.sections) == (published.title, published.sections):
        raise Conflict(NOTHING_NEW, code="sans-changement")
    findings = Findings(NOT_READY)
    check_questionnaire(ready, published, findings)
    findings.conclude()
    return ready


def _answered(store: QuestionnaireStore, request: Request) -> dict[str, Any]:
    """What the twin of this request was answered; raises Conflict when it was not a twin that was faster."""
    earlier = store.answer_to(request)
    if earlier is None:
        raise Conflict(MOVED, code="brouillon-modifie")
    return earlier
